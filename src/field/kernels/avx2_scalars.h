// Arithmetic mod ℓ on four scalars side by side, one a lane of a 256-bit register, in nine limbs of
// 29 bits: vpmuludq multiplies the low 32 bits of each lane to 64 bits.
//
// Only functions marked VOUCH_AVX2 or VOUCH_AVX2_INLINE are compiled for AVX2, and they call
// nothing but each other and intrinsics (field/kernels/avx512.h says why).
//
// Operands are limbs below 2^29; times 2^5 on the way from words if wanted (32ℓ < 2^258), the last
// limb below 2^26.
//
// Products. *Columns* of 64 bits, value Σ t_k·2^(29k). A product adds at most nine products of
// limbs to a column: below 9·2^58, so that six of them fit.
//
// Reduction. For i = 0…8: t ← t + m·ℓ·2^(29i), m = −t_i·ℓ^-1 mod 2^29, makes column i a multiple of
// 2^29, which is carried. What remains, u = t_9…t_17, is (T + M·ℓ)/2^261 with M < 2^261: below
// T/2^261 + ℓ. Elements are x·2^256, so one of the two factors of a product comes times 2^5.
// ℓ = 2^252 + c, c < 2^125, has the limbs (c0…c4, 0, 0, 0, 2^20): five multiply-adds and a shift. A
// column takes at most five of them, and a carry below 2^35: two products and the reduction are
// below 24·2^58 < 2^63.
//
// Every step of the reduction follows the row of products that completes its column. Its chain of
// ten cycles is hidden behind the rows (130 cycles of additions and multiplications).
#pragma once

#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
#define VOUCH_HAS_AVX2 1

#include <immintrin.h>

#include "field/scalar.h"

#define VOUCH_AVX2 [[gnu::target("avx2")]]
#define VOUCH_AVX2_INLINE [[gnu::target("avx2"), gnu::always_inline]] static inline

// Before a loop over limbs: arrays stay in registers only if no index is left.
#if defined(__clang__)
#define VOUCH_UNROLL _Pragma("unroll")
#else
#define VOUCH_UNROLL _Pragma("GCC unroll 9")
#endif

namespace vouch::internal {

/// Whether this processor can run functions marked VOUCH_AVX2.
inline bool has_avx2() { return __builtin_cpu_supports("avx2"); }

inline constexpr uint64_t kMask29 = (uint64_t{1} << 29) - 1;
inline constexpr uint64_t kNegatedInverse29 = kNegatedInverse & kMask29;

/// A number below 2^261·8 as nine limbs, all but the last below 2^29.
struct Limbs29 {
  uint64_t limb[9];
};
constexpr Limbs29 limbs29_of(const Limbs4& x, int shift = 0) {
  Limbs29 out{};
  for (int k = 0; k < 9; ++k) {
    const int bit = 29 * k - shift;
    const int word = bit < 0 ? 0 : bit / 64;
    uint64_t limb = bit < 0 ? x[0] << -bit : x[word] >> (bit % 64);
    if (bit % 64 > 35 && word < 3) {
      limb |= x[word + 1] << (64 - bit % 64);
    }
    out.limb[k] = limb & kMask29;
  }
  return out;
}
inline constexpr Limbs29 kModulus29 = limbs29_of(kModulus);
static_assert(kModulus29.limb[5] == 0 && kModulus29.limb[6] == 0 && kModulus29.limb[7] == 0 &&
              kModulus29.limb[8] == uint64_t{1} << 20);

/// 2^261 − factor·x; factor ≤ 2^38, and factor·x < 2^261.
constexpr Limbs29 below_2_261(uint64_t factor, const Limbs29& x) {
  Limbs29 out{};
  uint128_t borrow = 0;
  for (int k = 0; k < 9; ++k) {
    borrow += static_cast<uint128_t>(factor) * x.limb[k];
    const uint64_t low = static_cast<uint64_t>(borrow) & kMask29;
    out.limb[k] = (kMask29 + 1 - low) & kMask29;
    borrow = (borrow >> 29) + (low != 0 ? 1 : 0);
  }
  return out;
}

/// 2ℓ as limbs from which those of any a < ℓ can be taken: all but the last are in [2^29 − 1,
/// 2^30).
constexpr Limbs29 twice_modulus_lent() {
  Limbs29 out = limbs29_of(kModulus, 1);
  for (int k = 0; k < 8; ++k) {
    out.limb[k] += kMask29 + 1;
    out.limb[k + 1] -= 1;
  }
  return out;
}
inline constexpr Limbs29 kTwiceModulusLent = twice_modulus_lent();

/// Word j of four numbers in word[j].
struct Words4 {
  __m256i word[4];
};
struct Operand29 {
  __m256i limb[9];
};
struct Columns29 {
  __m256i t[18];
};

VOUCH_AVX2_INLINE __m256i broadcast4(uint64_t x) {
  return _mm256_set1_epi64x(static_cast<int64_t>(x));
}
VOUCH_AVX2_INLINE __m256i add4(__m256i a, __m256i b) { return _mm256_add_epi64(a, b); }
VOUCH_AVX2_INLINE __m256i mask29(__m256i a) { return _mm256_and_si256(a, broadcast4(kMask29)); }
/// acc + x·y of the low 32 bits.
VOUCH_AVX2_INLINE __m256i multiply_add4(__m256i acc, __m256i x, __m256i y) {
  return add4(acc, _mm256_mul_epu32(x, y));
}

// ---- memory ----

// Four scalars `stride` apart, or n < 4 of them and zeros.
VOUCH_AVX2_INLINE Words4 load4(const Scalar* s, size_t n, size_t stride = 1) {
  __m256i z[4];
  for (size_t k = 0; k < 4; ++k) {
    z[k] = k < n ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s + k * stride))
                 : _mm256_setzero_si256();
  }
  const __m256i even01 = _mm256_unpacklo_epi64(z[0], z[1]);  // words 0, 0, 2, 2
  const __m256i odd01 = _mm256_unpackhi_epi64(z[0], z[1]);
  const __m256i even23 = _mm256_unpacklo_epi64(z[2], z[3]);
  const __m256i odd23 = _mm256_unpackhi_epi64(z[2], z[3]);
  return {{_mm256_permute2x128_si256(even01, even23, 0x20),
           _mm256_permute2x128_si256(odd01, odd23, 0x20),
           _mm256_permute2x128_si256(even01, even23, 0x31),
           _mm256_permute2x128_si256(odd01, odd23, 0x31)}};
}

VOUCH_AVX2_INLINE void store4(Scalar* s, const Words4& x, size_t n) {
  const __m256i low02 = _mm256_unpacklo_epi64(x.word[0], x.word[1]);  // scalars 0, 2
  const __m256i low13 = _mm256_unpackhi_epi64(x.word[0], x.word[1]);
  const __m256i high02 = _mm256_unpacklo_epi64(x.word[2], x.word[3]);
  const __m256i high13 = _mm256_unpackhi_epi64(x.word[2], x.word[3]);
  const __m256i z[4] = {_mm256_permute2x128_si256(low02, high02, 0x20),
                        _mm256_permute2x128_si256(low13, high13, 0x20),
                        _mm256_permute2x128_si256(low02, high02, 0x31),
                        _mm256_permute2x128_si256(low13, high13, 0x31)};
  for (size_t k = 0; k < 4; ++k) {
    if (k < n) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(s + k), z[k]);
    }
  }
}

// x·2^kShift; kShift ≤ 5.
template <int kShift = 0>
VOUCH_AVX2_INLINE Operand29 operand29(const Words4& x) {
  const __m256i* w = x.word;
  const int s = kShift;
  return {
      {mask29(_mm256_slli_epi64(w[0], s)), mask29(_mm256_srli_epi64(w[0], 29 - s)),
       mask29(_mm256_or_si256(_mm256_srli_epi64(w[0], 58 - s), _mm256_slli_epi64(w[1], 6 + s))),
       mask29(_mm256_srli_epi64(w[1], 23 - s)),
       mask29(_mm256_or_si256(_mm256_srli_epi64(w[1], 52 - s), _mm256_slli_epi64(w[2], 12 + s))),
       mask29(_mm256_srli_epi64(w[2], 17 - s)),
       mask29(_mm256_or_si256(_mm256_srli_epi64(w[2], 46 - s), _mm256_slli_epi64(w[3], 18 + s))),
       mask29(_mm256_srli_epi64(w[3], 11 - s)), _mm256_srli_epi64(w[3], 40 - s)}};
}

VOUCH_AVX2_INLINE Operand29 broadcast_operand29(const uint64_t limbs[9]) {
  Operand29 out{};
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    out.limb[k] = broadcast4(limbs[k]);
  }
  return out;
}

// ---- arithmetic ----

// Moves what is above 29 bits of each limb but the last into the next.
VOUCH_AVX2_INLINE void carry29(__m256i* t, size_t n) {
  VOUCH_UNROLL
  for (size_t k = 0; k + 1 < n; ++k) {
    t[k + 1] = add4(t[k + 1], _mm256_srli_epi64(t[k], 29));
    t[k] = mask29(t[k]);
  }
}

VOUCH_AVX2_INLINE Columns29 no_columns29() {
  Columns29 c{};
  for (__m256i& t : c.t) {
    t = _mm256_setzero_si256();
  }
  return c;
}

VOUCH_AVX2_INLINE void add_row29(__m256i* t, __m256i x, const Operand29& b) {
  VOUCH_UNROLL
  for (size_t j = 0; j < 9; ++j) {
    t[j] = multiply_add4(t[j], x, b.limb[j]);
  }
}

VOUCH_AVX2_INLINE void add_product29(Columns29& c, const Operand29& a, const Operand29& b) {
  VOUCH_UNROLL
  for (size_t i = 0; i < 9; ++i) {
    add_row29(c.t + i, a.limb[i], b);
  }
}

// Adds the multiple of ℓ that makes t[0] a multiple of 2^29, and carries that.
VOUCH_AVX2_INLINE void divide_out_limb29(__m256i* t) {
  const __m256i m = mask29(_mm256_mul_epu32(t[0], broadcast4(kNegatedInverse29)));
  const __m256i zero = multiply_add4(t[0], m, broadcast4(kModulus29.limb[0]));
  t[1] = add4(t[1], _mm256_srli_epi64(zero, 29));
  VOUCH_UNROLL
  for (size_t k = 1; k < 5; ++k) {
    t[k] = multiply_add4(t[k], m, broadcast4(kModulus29.limb[k]));
  }
  t[8] = add4(t[8], _mm256_slli_epi64(m, 20));
}

// Columns 9…17 become (T + a·b + M·ℓ)/2^261.
VOUCH_AVX2_INLINE void multiply_reduce(Columns29& c, const Operand29& a, const Operand29& b) {
  VOUCH_UNROLL
  for (size_t i = 0; i < 9; ++i) {
    add_row29(c.t + i, a.limb[i], b);
    divide_out_limb29(c.t + i);
  }
}
VOUCH_AVX2_INLINE void multiply_reduce(Columns29& t, const Operand29& a, const Operand29& b,
                                       const Operand29& c, const Operand29& d) {
  VOUCH_UNROLL
  for (size_t i = 0; i < 9; ++i) {
    add_row29(t.t + i, a.limb[i], b);
    add_row29(t.t + i, c.limb[i], d);
    divide_out_limb29(t.t + i);
  }
}

// Columns 9…17 as an operand.
VOUCH_AVX2_INLINE Operand29 upper_operand(const Columns29& c) {
  Operand29 r{};
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    r.limb[k] = c.t[9 + k];
  }
  carry29(r.limb, 9);
  return r;
}

// a + b·2^kLeft + c·2^kLeft', where the right shift by kRight drops the low bits of a.
template <int kRight, int kLeft1, int kLeft2>
VOUCH_AVX2_INLINE __m256i join29(__m256i a, __m256i b, __m256i c) {
  return _mm256_or_si256(
      _mm256_or_si256(_mm256_srli_epi64(a, kRight), _mm256_slli_epi64(b, kLeft1)),
      _mm256_slli_epi64(c, kLeft2));
}
VOUCH_AVX2_INLINE Words4 words_of(const __m256i t[9]) {
  return {{join29<0, 29, 58>(t[0], t[1], t[2]), join29<6, 23, 52>(t[2], t[3], t[4]),
           join29<12, 17, 46>(t[4], t[5], t[6]), join29<18, 11, 40>(t[6], t[7], t[8])}};
}

// Words of the scalar v mod ℓ, for v in [−ℓ, ℓ), from columns of value v + 2^261: where that bit
// does not come out, ℓ is added.
VOUCH_AVX2_INLINE Words4 finish29(__m256i t[9]) {
  carry29(t, 9);
  const __m256i negative = _mm256_cmpgt_epi64(broadcast4(kMask29 + 1), t[8]);
  for (const size_t k : {0, 1, 2, 3, 4, 8}) {
    t[k] = add4(t[k], _mm256_and_si256(negative, broadcast4(kModulus29.limb[k])));
  }
  carry29(t, 9);
  t[8] = mask29(t[8]);
  return words_of(t);
}

// Words of u mod ℓ for columns of value u < 2ℓ.
VOUCH_AVX2_INLINE Words4 finish_below_2l(__m256i* u) {
  constexpr Limbs29 kBias = below_2_261(1, kModulus29);
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    u[k] = add4(u[k], broadcast4(kBias.limb[k]));
  }
  return finish29(u);
}

// Words of u mod ℓ for columns of value u < 2^(252 + kBits), kBits < 38, which stay below 2^64 when
// they are carried. With hi the bits from 252 on and lo the others, u = lo − hi·c mod ℓ, which is
// above −ℓ and below ℓ. No column becomes negative in (2^kBits − hi)·c + 2^261 − 2^kBits·c.
template <int kBits>
VOUCH_AVX2_INLINE Words4 finish_above(__m256i* u) {
  constexpr Limbs29 kC = {{kModulus29.limb[0], kModulus29.limb[1], kModulus29.limb[2],
                           kModulus29.limb[3], kModulus29.limb[4]}};
  constexpr Limbs29 kBias = below_2_261(uint64_t{1} << kBits, kC);
  carry29(u, 9);
  const __m256i factor =
      _mm256_sub_epi64(broadcast4(uint64_t{1} << kBits), _mm256_srli_epi64(u[8], 20));
  u[8] = _mm256_and_si256(u[8], broadcast4((1 << 20) - 1));
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    u[k] = add4(u[k], broadcast4(kBias.limb[k]));
  }
  const __m256i low = kBits < 29 ? factor : mask29(factor);
  VOUCH_UNROLL
  for (size_t k = 0; k < 5; ++k) {
    u[k] = multiply_add4(u[k], low, broadcast4(kC.limb[k]));
    if constexpr (kBits >= 29) {
      u[k + 1] = multiply_add4(u[k + 1], _mm256_srli_epi64(factor, 29), broadcast4(kC.limb[k]));
    }
  }
  return finish29(u);
}

// a·b, or a·b + c·d; `a` and `c` come times 2^5. Below (2·2^5·ℓ²)/2^261 + ℓ < 1.2ℓ.
VOUCH_AVX2_INLINE Words4 product29(const Operand29& a, const Operand29& b) {
  Columns29 t = no_columns29();
  multiply_reduce(t, a, b);
  return finish_below_2l(t.t + 9);
}
VOUCH_AVX2_INLINE Words4 product_sum29(const Operand29& a, const Operand29& b, const Operand29& c,
                                       const Operand29& d) {
  Columns29 t = no_columns29();
  multiply_reduce(t, a, b, c, d);
  return finish_below_2l(t.t + 9);
}

// a·b + addend, `a` times 2^5, for a, addend < ℓ and b < 3ℓ: below 3·2^5·ℓ²/2^261 + 2ℓ < 2.2ℓ. The
// limbs of b may be up to 2^30.6: columns stay below 9·2^59.6 + 5·2^58 + 2^36 < 2^63.
VOUCH_AVX2_INLINE Words4 multiply_add29(const Operand29& a, const Operand29& b,
                                        const Operand29& addend) {
  Columns29 t = no_columns29();
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    t.t[9 + k] = addend.limb[k];
  }
  multiply_reduce(t, a, b);
  return finish_above<2>(t.t + 9);
}

// a − b + 2ℓ < 3ℓ in limbs below 2^30.6.
VOUCH_AVX2_INLINE Operand29 difference29(const Operand29& a, const Operand29& b) {
  Operand29 d{};
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    d.limb[k] = _mm256_sub_epi64(add4(a.limb[k], broadcast4(kTwiceModulusLent.limb[k])), b.limb[k]);
  }
  return d;
}

// f(2) + 2ℓ < 4ℓ of the line through the pair f(0), f(1).
VOUCH_AVX2_INLINE Operand29 at_two29(const Operand29& f0, const Operand29& f1) {
  Operand29 d = difference29(f1, f0);
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    d.limb[k] = add4(d.limb[k], f1.limb[k]);
  }
  carry29(d.limb, 9);
  return d;
}

}  // namespace vouch::internal

#endif  // defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
