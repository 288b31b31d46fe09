// The AVX-512 intrinsics that the kernels use, in plain C++, lane by lane: with the CMake option
// VOUCH_EMULATE_AVX512 the code of the AVX-512 back-ends runs, slowly, on any processor, so that a
// machine without these instructions still tests all of it but the instructions themselves.
//
// The functions have the names of the intrinsics and stand in the namespace of the kernels, where
// they hide those of <immintrin.h>. One that is missing here shows as an error of the compiler
// about a target-specific option: add it, from Intel's pseudo-code.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Without optimisation, and with clang, these are macros.
#undef _mm512_inserti64x4
#undef _mm512_mask_i64gather_epi64
#undef _mm512_shrdi_epi64
#undef _mm512_shuffle_i64x2
#undef _mm512_slli_epi64
#undef _mm512_srai_epi64
#undef _mm512_srli_epi64

#define VOUCH_EMULATED [[maybe_unused]] static inline
#define VOUCH_EMULATED_CALL [[maybe_unused, gnu::noinline]] static

namespace vouch::internal {

using U64x8 [[gnu::vector_size(64)]] = unsigned long long;

/// The register of f(0), …, f(7).
template <class F>
VOUCH_EMULATED __m512i lanes(F f) {
  __m512i r{};
  for (int i = 0; i < 8; ++i) {
    r[i] = static_cast<long long>(f(i));
  }
  return r;
}
VOUCH_EMULATED U64x8 u(__m512i a) { return (U64x8)a; }
VOUCH_EMULATED bool bit(__mmask8 mask, int i) { return (mask >> i & 1) != 0; }

// ---- constants ----
VOUCH_EMULATED __m512i _mm512_setzero_si512() { return __m512i{}; }
VOUCH_EMULATED __m512i _mm512_set1_epi64(long long x) { return __m512i{x, x, x, x, x, x, x, x}; }
VOUCH_EMULATED __m512i _mm512_setr_epi64(long long a, long long b, long long c, long long d,
                                         long long e, long long f, long long g, long long h) {
  return __m512i{a, b, c, d, e, f, g, h};
}

// ---- memory ----
template <class Register>
VOUCH_EMULATED Register loaded(const void* p) {
  Register r;
  std::memcpy(&r, p, sizeof r);
  return r;
}
/// Integers where the mask has a bit, zeros elsewhere; what is masked off is not touched.
template <class Register, class Int>
VOUCH_EMULATED Register loaded(unsigned mask, const void* p) {
  Int x[sizeof(Register) / sizeof(Int)] = {};
  for (size_t i = 0; i < sizeof(Register) / sizeof(Int); ++i) {
    if ((mask >> i & 1) != 0) {
      std::memcpy(x + i, static_cast<const Int*>(p) + i, sizeof(Int));
    }
  }
  return loaded<Register>(x);
}
VOUCH_EMULATED __m512i _mm512_load_si512(const void* p) { return loaded<__m512i>(p); }
VOUCH_EMULATED __m512i _mm512_loadu_si512(const void* p) { return loaded<__m512i>(p); }
VOUCH_EMULATED __m256i _mm256_loadu_si256(const __m256i* p) { return loaded<__m256i>(p); }
VOUCH_EMULATED __m512i _mm512_maskz_loadu_epi64(__mmask8 k, const void* p) {
  return loaded<__m512i, uint64_t>(k, p);
}
VOUCH_EMULATED __m256i _mm256_maskz_loadu_epi32(__mmask8 k, const void* p) {
  return loaded<__m256i, uint32_t>(k, p);
}
VOUCH_EMULATED __m128i _mm_maskz_loadu_epi8(__mmask16 k, const void* p) {
  return loaded<__m128i, uint8_t>(k, p);
}
VOUCH_EMULATED void _mm512_store_si512(void* p, __m512i a) { std::memcpy(p, &a, sizeof a); }
VOUCH_EMULATED void _mm512_storeu_si512(void* p, __m512i a) { std::memcpy(p, &a, sizeof a); }
VOUCH_EMULATED void _mm512_mask_storeu_epi64(void* p, __mmask8 k, __m512i a) {
  for (int i = 0; i < 8; ++i) {
    if (bit(k, i)) {
      const long long x = a[i];
      std::memcpy(static_cast<long long*>(p) + i, &x, sizeof x);
    }
  }
}

// ---- arithmetic ----
VOUCH_EMULATED __m512i _mm512_add_epi64(__m512i a, __m512i b) { return (__m512i)(u(a) + u(b)); }
VOUCH_EMULATED __m512i _mm512_sub_epi64(__m512i a, __m512i b) { return (__m512i)(u(a) - u(b)); }
VOUCH_EMULATED __m512i _mm512_and_si512(__m512i a, __m512i b) { return a & b; }
VOUCH_EMULATED __m512i _mm512_andnot_si512(__m512i a, __m512i b) { return ~a & b; }
VOUCH_EMULATED __m512i _mm512_or_si512(__m512i a, __m512i b) { return a | b; }
VOUCH_EMULATED __m512i _mm512_xor_si512(__m512i a, __m512i b) { return a ^ b; }
VOUCH_EMULATED __m512i _mm512_slli_epi64(__m512i a, unsigned n) {
  return n > 63 ? __m512i{} : (__m512i)(u(a) << n);
}
VOUCH_EMULATED __m512i _mm512_srli_epi64(__m512i a, unsigned n) {
  return n > 63 ? __m512i{} : (__m512i)(u(a) >> n);
}
VOUCH_EMULATED __m512i _mm512_srai_epi64(__m512i a, unsigned n) { return a >> (n > 63 ? 63 : n); }
/// The low word of (b, a) >> n.
VOUCH_EMULATED __m512i _mm512_shrdi_epi64(__m512i a, __m512i b, int n) {
  return n % 64 == 0 ? a : (__m512i)(u(a) >> (n % 64) | u(b) << (64 - n % 64));
}
VOUCH_EMULATED __m512i _mm512_mul_epu32(__m512i a, __m512i b) {
  return lanes([&](int i) { return (u(a)[i] & 0xffffffff) * (u(b)[i] & 0xffffffff); });
}
// Not inlined: hundreds of copies would take the compiler minutes.
VOUCH_EMULATED unsigned __int128 product52(__m512i x, __m512i y, int i) {
  constexpr uint64_t kMask = (uint64_t{1} << 52) - 1;
  return static_cast<unsigned __int128>(u(x)[i] & kMask) * (u(y)[i] & kMask);
}
VOUCH_EMULATED_CALL __m512i _mm512_madd52lo_epu64(__m512i acc, __m512i x, __m512i y) {
  constexpr uint64_t kMask = (uint64_t{1} << 52) - 1;
  return lanes(
      [&](int i) { return u(acc)[i] + (static_cast<uint64_t>(product52(x, y, i)) & kMask); });
}
VOUCH_EMULATED_CALL __m512i _mm512_madd52hi_epu64(__m512i acc, __m512i x, __m512i y) {
  return lanes([&](int i) { return u(acc)[i] + static_cast<uint64_t>(product52(x, y, i) >> 52); });
}
VOUCH_EMULATED long long _mm512_reduce_add_epi64(__m512i a) {
  uint64_t sum = 0;
  for (int i = 0; i < 8; ++i) {
    sum += u(a)[i];
  }
  return static_cast<long long>(sum);
}

// ---- masks ----
VOUCH_EMULATED __m512i _mm512_mask_blend_epi64(__mmask8 k, __m512i a, __m512i b) {
  return lanes([&](int i) { return bit(k, i) ? b[i] : a[i]; });
}
VOUCH_EMULATED __m512i _mm512_mask_add_epi64(__m512i src, __mmask8 k, __m512i a, __m512i b) {
  return _mm512_mask_blend_epi64(k, src, _mm512_add_epi64(a, b));
}
VOUCH_EMULATED __m512i _mm512_mask_sub_epi64(__m512i src, __mmask8 k, __m512i a, __m512i b) {
  return _mm512_mask_blend_epi64(k, src, _mm512_sub_epi64(a, b));
}
VOUCH_EMULATED __m512i _mm512_mask_madd52lo_epu64(__m512i acc, __mmask8 k, __m512i x, __m512i y) {
  return _mm512_mask_blend_epi64(k, acc, _mm512_madd52lo_epu64(acc, x, y));
}
VOUCH_EMULATED __mmask8 _mm512_movepi64_mask(__m512i a) {
  unsigned mask = 0;
  for (int i = 0; i < 8; ++i) {
    mask |= static_cast<unsigned>(a[i] < 0) << i;
  }
  return static_cast<__mmask8>(mask);
}

VOUCH_EMULATED __m512i _mm512_mask_i64gather_epi64(__m512i src, __mmask8 k, __m512i index,
                                                   const void* base, int scale) {
  return lanes([&](int i) {
    int64_t x = src[i];
    if (bit(k, i)) {
      std::memcpy(&x, static_cast<const char*>(base) + index[i] * scale, sizeof x);
    }
    return x;
  });
}

// ---- moving lanes ----
VOUCH_EMULATED __m512i _mm512_unpacklo_epi64(__m512i a, __m512i b) {
  return lanes([&](int i) { return i % 2 == 0 ? a[i] : b[i - 1]; });
}
VOUCH_EMULATED __m512i _mm512_unpackhi_epi64(__m512i a, __m512i b) {
  return lanes([&](int i) { return i % 2 == 0 ? a[i + 1] : b[i]; });
}
VOUCH_EMULATED __m512i _mm512_shuffle_i64x2(__m512i a, __m512i b, int control) {
  return lanes([&](int i) {
    const int from = 2 * (control >> (i / 2 * 2) & 3) + i % 2;
    return i < 4 ? a[from] : b[from];
  });
}
VOUCH_EMULATED __m512i _mm512_permutexvar_epi64(__m512i index, __m512i a) {
  return lanes([&](int i) { return a[index[i] & 7]; });
}
VOUCH_EMULATED __m512i _mm512_permutex2var_epi64(__m512i a, __m512i index, __m512i b) {
  return lanes([&](int i) { return (index[i] & 8) == 0 ? a[index[i] & 7] : b[index[i] & 7]; });
}
VOUCH_EMULATED __m512i _mm512_castsi256_si512(__m256i a) {
  return __m512i{a[0], a[1], a[2], a[3], 0, 0, 0, 0};
}
VOUCH_EMULATED __m512i _mm512_inserti64x4(__m512i a, __m256i b, int upper) {
  return lanes([&](int i) { return i / 4 == upper ? b[i % 4] : a[i]; });
}
VOUCH_EMULATED __m512i _mm512_mask_broadcast_i64x4(__m512i src, __mmask8 k, __m256i a) {
  return lanes([&](int i) { return bit(k, i) ? a[i % 4] : src[i]; });
}
VOUCH_EMULATED __m512i _mm512_cvtepi32_epi64(__m256i a) {
  int32_t x[8];
  std::memcpy(x, &a, sizeof x);
  return lanes([&](int i) { return x[i]; });
}
VOUCH_EMULATED __m512i _mm512_cvtepu32_epi64(__m256i a) {
  uint32_t x[8];
  std::memcpy(x, &a, sizeof x);
  return lanes([&](int i) { return x[i]; });
}
VOUCH_EMULATED __m512i _mm512_cvtepu16_epi64(__m128i a) {
  uint16_t x[8];
  std::memcpy(x, &a, sizeof x);
  return lanes([&](int i) { return x[i]; });
}
VOUCH_EMULATED __m512i _mm512_cvtepu8_epi64(__m128i a) {
  uint8_t x[16];
  std::memcpy(x, &a, sizeof x);
  return lanes([&](int i) { return x[i]; });
}

}  // namespace vouch::internal
