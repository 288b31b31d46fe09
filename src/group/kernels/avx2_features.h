// Whether the AVX2 back-end is compiled in, and whether it runs here.
#pragma once

#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
#define VOUCH_HAS_AVX2 1

namespace vouch::internal {

inline bool has_avx2_fma() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

}  // namespace vouch::internal

#endif
