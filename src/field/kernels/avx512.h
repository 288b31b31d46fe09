// What the AVX-512 back-ends of the field and of the group share: eight numbers side by side, one a
// lane of a 512-bit register, and the way from memory (four 64-bit words a number) to there and
// back.
//
// Only functions marked VOUCH_AVX512 or VOUCH_AVX512_INLINE are compiled for AVX-512, and they call
// nothing but each other and intrinsics: an inline function of a shared header, compiled here with
// AVX-512, could be the copy that the linker keeps for the portable path.
//
// Lanes. Four registers hold (a_k, b_k), k = 0…3, two numbers of four words each. transpose() makes
// of them four registers of equal words with the lanes a0 a1 b0 b1 a2 a3 b2 b3; untranspose() is
// its inverse. All numbers that meet in a computation have gone the same way, so the order of lanes
// does not matter to it.
#pragma once

#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
#define VOUCH_HAS_AVX512 1

#ifdef VOUCH_EMULATE_AVX512
#include "field/kernels/avx512_emulated.h"
#else
// GCC 12 takes the undefined values in its own intrinsics for mistakes (its bug 105593).
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif  // VOUCH_EMULATE_AVX512

#include <cstddef>
#include <cstdint>

#ifdef VOUCH_EMULATE_AVX512
#define VOUCH_AVX512
#define VOUCH_AVX512_INLINE [[gnu::always_inline]] static inline
#else
// VBMI2 is for its double shifts; of the processors with IFMA only Cannon Lake does without it.
#define VOUCH_AVX512_TARGET gnu::target("avx512f,avx512dq,avx512bw,avx512vl,avx512ifma,avx512vbmi2")
#define VOUCH_AVX512 [[VOUCH_AVX512_TARGET]]
#define VOUCH_AVX512_INLINE [[VOUCH_AVX512_TARGET, gnu::always_inline]] static inline
#endif

namespace vouch::internal {

/// Whether this processor, and the operating system, can run functions marked VOUCH_AVX512.
inline bool has_avx512_ifma() {
#ifdef VOUCH_EMULATE_AVX512
  return true;
#else
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512vbmi2");
#endif
}

inline constexpr uint64_t kMask52 = (uint64_t{1} << 52) - 1;

/// Word j of eight numbers in word[j].
struct Words {
  __m512i word[4];
};

VOUCH_AVX512_INLINE __m512i broadcast(uint64_t x) {
  return _mm512_set1_epi64(static_cast<int64_t>(x));
}

/// acc + the low (high) 52 bits of x·y; only the low 52 bits of x and y count.
VOUCH_AVX512_INLINE __m512i add_low(__m512i acc, __m512i x, __m512i y) {
  return _mm512_madd52lo_epu64(acc, x, y);
}
VOUCH_AVX512_INLINE __m512i add_high(__m512i acc, __m512i x, __m512i y) {
  return _mm512_madd52hi_epu64(acc, x, y);
}

VOUCH_AVX512_INLINE Words transpose(const __m512i z[4]) {
  const __m512i low01 = _mm512_unpacklo_epi64(z[0], z[1]);  // words 0, 2, 0, 2
  const __m512i high01 = _mm512_unpackhi_epi64(z[0], z[1]);
  const __m512i low23 = _mm512_unpacklo_epi64(z[2], z[3]);
  const __m512i high23 = _mm512_unpackhi_epi64(z[2], z[3]);
  return {{_mm512_shuffle_i64x2(low01, low23, 0x88), _mm512_shuffle_i64x2(high01, high23, 0x88),
           _mm512_shuffle_i64x2(low01, low23, 0xdd), _mm512_shuffle_i64x2(high01, high23, 0xdd)}};
}

VOUCH_AVX512_INLINE void untranspose(const Words& x, __m512i z[4]) {
  const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i last = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  const __m512i low01 = _mm512_permutex2var_epi64(x.word[0], first, x.word[2]);
  const __m512i high01 = _mm512_permutex2var_epi64(x.word[1], first, x.word[3]);
  const __m512i low23 = _mm512_permutex2var_epi64(x.word[0], last, x.word[2]);
  const __m512i high23 = _mm512_permutex2var_epi64(x.word[1], last, x.word[3]);
  z[0] = _mm512_unpacklo_epi64(low01, high01);
  z[1] = _mm512_unpackhi_epi64(low01, high01);
  z[2] = _mm512_unpacklo_epi64(low23, high23);
  z[3] = _mm512_unpackhi_epi64(low23, high23);
}

/// The first `words` of eight words from register k on, as a mask; words counts from register 0.
VOUCH_AVX512_INLINE __mmask8 part_mask(size_t words, size_t k) {
  const size_t left = words > 8 * k ? words - 8 * k : 0;
  return static_cast<__mmask8>(left >= 8 ? 0xff : (1U << left) - 1);
}

}  // namespace vouch::internal

#endif  // defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
