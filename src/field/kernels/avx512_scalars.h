// Arithmetic mod ℓ on eight scalars side by side (field/kernels/avx512.h), in five limbs of 52
// bits, which IFMA multiplies and adds 52×52 bits at a time.
//
// Words to limbs. An *operand* is five registers whose low 52 bits are the limbs; what is above
// them is ignored by the multiplications, so four shifts convert the words of a scalar. Multiplying
// by 2^k (k ≤ 4: 16ℓ < 2^257) on the way costs one shift more.
//
// Products. Ten *columns* of 64 bits, value Σ t_k·2^(52k). A product adds at most five low and five
// high halves to a column: n products keep it below 10n·2^52, which fits for n ≤ 400.
//
// Reduction. For i = 0…4: t ← t + m·ℓ·2^(52i), m = −t_i·ℓ^-1 mod 2^52, makes column i a multiple of
// 2^52, namely its own value rounded up: the low half of m·ℓ_0 need not be computed. What remains,
// u = t_5…t_9, is (T + M·ℓ)/2^260 with M < 2^260: below T/2^260 + ℓ. Elements are x·2^256, so one
// of the two factors of a product comes times 16. ℓ = 2^252 + c, c < 2^125, has the limbs
// (l0, l1, l2, 0, 2^44): seven multiply-adds a step. Each column takes at most nine of them.
//
// Products with one factor z for a whole array. With the five constants Z_i = z·2^(52(i+1)) mod ℓ,
// Σ x_i·Z_i over the limbs of x is z·x·2^52 mod ℓ, in six columns instead of ten, and one step of
// reduction is enough. For x < 2^254 the sum is below (4 + 2^-6)·2^52·ℓ, what the step leaves below
// 5.02ℓ.
//
// Ranges. Factors are below ℓ, or 2ℓ and 3ℓ for differences; at most two products are summed:
// T < 16·2·9·ℓ², T/2^260 < 1.2ℓ, u < 2.2ℓ. Canonical scalars are made by finish(): from u − ℓ or
// u − q·ℓ in [−ℓ, ℓ), ℓ is added where it is negative.
#pragma once

#include "field/kernels/avx512.h"

#ifdef VOUCH_HAS_AVX512

#include "field/scalar.h"

namespace vouch::internal {

inline constexpr uint64_t kL0 = kModulus[0] & kMask52;
inline constexpr uint64_t kL1 = (kModulus[0] >> 52 | kModulus[1] << 12) & kMask52;
inline constexpr uint64_t kL2 = kModulus[1] >> 40;
inline constexpr uint64_t kL4 = uint64_t{1} << 44;
static_assert(kModulus[2] == 0 && kModulus[3] == uint64_t{1} << 60 && kL2 < (1 << 21));
inline constexpr uint64_t kNegatedInverse52 = kNegatedInverse & kMask52;

struct Operand {
  __m512i limb[5];
};
/// A scalar's limbs of 52 bits in memory, for broadcast_operand().
struct Limbs52 {
  uint64_t limb[5];
};
/// w·2^shift; shift ≤ 4.
inline Limbs52 limbs_of(const Limbs4& w, int shift = 0) {
  return {{(w[0] << shift) & kMask52, (w[0] >> (52 - shift) | w[1] << (12 + shift)) & kMask52,
           (w[1] >> (40 - shift) | w[2] << (24 + shift)) & kMask52,
           (w[2] >> (28 - shift) | w[3] << (36 + shift)) & kMask52, w[3] >> (16 - shift)}};
}
inline Limbs52 limbs_of(const Scalar& s, int shift = 0) { return limbs_of(s.limbs, shift); }

/// A factor of a whole array: z·2^(52(i+1)) mod ℓ, no Montgomery forms.
struct FixedFactor {
  Limbs52 power[5];
};
/// x·2^52 mod ℓ for x < 2^253, as limbs: with hi the bits of x·2^52 from 252 on (< 2^53) and lo the
/// others, lo − hi·c, c = ℓ − 2^252, is above −2^178, and ℓ is added where it is negative.
inline Limbs4 times_2_52(const Limbs4& x) {
  const uint64_t hi = x[3] >> 8;
  Limbs4 lo{x[0] << 52, x[1] << 52 | x[0] >> 12, x[2] << 52 | x[1] >> 12,
            (x[3] << 52 | x[2] >> 12) & ((uint64_t{1} << 60) - 1)};
  const uint128_t p0 = static_cast<uint128_t>(hi) * kModulus[0];
  const uint128_t p1 = static_cast<uint128_t>(hi) * kModulus[1] + static_cast<uint64_t>(p0 >> 64);
  const uint64_t negative = subtract(lo, {static_cast<uint64_t>(p0), static_cast<uint64_t>(p1),
                                          static_cast<uint64_t>(p1 >> 64), 0});
  add(lo, {kModulus[0] & negative, kModulus[1] & negative, 0, kModulus[3] & negative});
  return lo;
}
inline FixedFactor fixed_factor(const Scalar& z) {
  constexpr Scalar kFirst = Scalar::from_limbs({uint64_t{1} << 52, 0, 0, 0});
  FixedFactor out{};
  Limbs4 power = (z * kFirst).limbs;
  out.power[0] = limbs_of(power);
  for (size_t i = 1; i < 5; ++i) {
    power = times_2_52(power);
    out.power[i] = limbs_of(power);
  }
  return out;
}

struct Columns {
  __m512i t[10];
};

// ---- memory ----

VOUCH_AVX512_INLINE Words load(const Scalar* s, size_t n) {
  __m512i z[4];
  for (size_t k = 0; k < 4; ++k) {
    z[k] = n >= 8 ? _mm512_loadu_si512(s + 2 * k)
                  : _mm512_maskz_loadu_epi64(part_mask(4 * n, k), s + 2 * k);
  }
  return transpose(z);
}

VOUCH_AVX512_INLINE void store(Scalar* s, const Words& x, size_t n) {
  __m512i z[4];
  untranspose(x, z);
  for (size_t k = 0; k < 4; ++k) {
    if (n >= 8) {
      _mm512_storeu_si512(s + 2 * k, z[k]);
    } else {
      _mm512_mask_storeu_epi64(s + 2 * k, part_mask(4 * n, k), z[k]);
    }
  }
}

// Eight scalars s[0], s[stride], …, gathered with masked loads, which leave the port of the
// shuffles alone.
VOUCH_AVX512_INLINE Words load_every(const Scalar* s, size_t stride) {
  __m512i z[4];
  for (size_t k = 0; k < 4; ++k) {
    const Scalar* p = s + 2 * k * stride;
    z[k] = _mm512_mask_broadcast_i64x4(
        _mm512_loadu_si512(p), 0xf0,
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + stride)));
  }
  return transpose(z);
}

struct PairWords {
  Words even;
  Words odd;
};

// Eight pairs, or n < 8 of them and zeros. Whole ones are gathered with masked loads, which leave
// the port of the shuffles alone.
VOUCH_AVX512_INLINE PairWords load_pairs(const Scalar* s, size_t n) {
  __m512i even[4];
  __m512i odd[4];
  for (size_t k = 0; k < 4; ++k) {
    const Scalar* p = s + 4 * k;
    if (n >= 8) {
      even[k] = _mm512_mask_broadcast_i64x4(
          _mm512_loadu_si512(p), 0xf0, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 2)));
      odd[k] =
          _mm512_mask_broadcast_i64x4(_mm512_loadu_si512(p + 2), 0x0f,
                                      _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 1)));
    } else {
      const __m512i low = _mm512_maskz_loadu_epi64(part_mask(8 * n, 2 * k), p);
      const __m512i high = _mm512_maskz_loadu_epi64(part_mask(8 * n, 2 * k + 1), p + 2);
      even[k] = _mm512_shuffle_i64x2(low, high, 0x44);
      odd[k] = _mm512_shuffle_i64x2(low, high, 0xee);
    }
  }
  return {transpose(even), transpose(odd)};
}

// x·2^kShift; kShift ≤ 4.
template <int kShift = 0>
VOUCH_AVX512_INLINE Operand operand(const Words& x) {
  return {{kShift == 0 ? x.word[0] : _mm512_slli_epi64(x.word[0], kShift),
           _mm512_shrdi_epi64(x.word[0], x.word[1], 52 - kShift),
           _mm512_shrdi_epi64(x.word[1], x.word[2], 40 - kShift),
           _mm512_shrdi_epi64(x.word[2], x.word[3], 28 - kShift),
           _mm512_srli_epi64(x.word[3], 16 - kShift)}};
}

VOUCH_AVX512_INLINE Operand broadcast_operand(const uint64_t limbs[5]) {
  return {{broadcast(limbs[0]), broadcast(limbs[1]), broadcast(limbs[2]), broadcast(limbs[3]),
           broadcast(limbs[4])}};
}

// ---- arithmetic ----

// Moves what is above 52 bits of each limb but the last into the next; limbs may be negative.
VOUCH_AVX512_INLINE void carry_signed(__m512i u[5]) {
  for (size_t i = 0; i < 4; ++i) {
    u[i + 1] = _mm512_add_epi64(u[i + 1], _mm512_srai_epi64(u[i], 52));
  }
}

// a − b + ℓ for operands a, b < 2ℓ.
VOUCH_AVX512_INLINE Operand subtract_operands(const Operand& a, const Operand& b) {
  constexpr uint64_t kLow[4] = {kL0 - kMask52, kL1 - kMask52, kL2 - kMask52, 0 - kMask52};
  Operand d{};
  for (size_t i = 0; i < 4; ++i) {  // ℓ_i + a_i − b_i, −b_i = ~b_i − (2^52 − 1)
    d.limb[i] = _mm512_add_epi64(add_low(broadcast(kLow[i]), a.limb[i], broadcast(1)),
                                 _mm512_andnot_si512(b.limb[i], broadcast(kMask52)));
  }
  d.limb[4] = _mm512_add_epi64(_mm512_sub_epi64(a.limb[4], b.limb[4]), broadcast(kL4));
  carry_signed(d.limb);
  return d;
}

// f(2) + ℓ < 3ℓ of the line through the pair f(0), f(1).
VOUCH_AVX512_INLINE Operand at_two(const PairWords& f) {
  return subtract_operands(operand<1>(f.odd), operand(f.even));
}

VOUCH_AVX512_INLINE Columns no_columns() {
  Columns c{};
  for (__m512i& t : c.t) {
    t = _mm512_setzero_si512();
  }
  return c;
}

// Columns of value −ℓ·2^260.
VOUCH_AVX512_INLINE Columns minus_modulus_columns() {
  Columns c = no_columns();
  c.t[5] = broadcast(0 - kL0);
  c.t[6] = broadcast(0 - kL1);
  c.t[7] = broadcast(0 - kL2);
  c.t[9] = broadcast(0 - kL4);
  return c;
}

VOUCH_AVX512_INLINE void add_product(Columns& c, const Operand& a, const Operand& b) {
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < 5; ++j) {
      c.t[i + j] = add_low(c.t[i + j], a.limb[i], b.limb[j]);
    }
    for (size_t j = 0; j < 5; ++j) {
      c.t[i + j + 1] = add_high(c.t[i + j + 1], a.limb[i], b.limb[j]);
    }
  }
}

// A step's chain of dependences is what bounds a reduction: the two additions to t[1] come last in
// each other's way, everything else beside them.
VOUCH_AVX512_INLINE void reduce_step(__m512i* t) {
  const __m512i m = add_low(_mm512_setzero_si512(), t[0], broadcast(kNegatedInverse52));
  const __m512i up = _mm512_srli_epi64(_mm512_add_epi64(t[0], broadcast(kMask52)), 52);
  t[1] = add_low(_mm512_add_epi64(t[1], up), m, broadcast(kL1));
  t[2] = add_low(t[2], m, broadcast(kL2));
  t[1] = add_high(t[1], m, broadcast(kL0));
  t[2] = add_high(t[2], m, broadcast(kL1));
  t[3] = add_high(t[3], m, broadcast(kL2));
  t[4] = add_low(t[4], m, broadcast(kL4));
  t[5] = add_high(t[5], m, broadcast(kL4));
}

// Columns 5…9 become (T + M·ℓ)/2^260; see above.
VOUCH_AVX512_INLINE void reduce(Columns& c) {
  for (size_t i = 0; i < 5; ++i) {
    reduce_step(c.t + i);
  }
}
// Of two at a time, step by step, so that one waits while the other works.
VOUCH_AVX512_INLINE void reduce(Columns& c, Columns& d) {
  for (size_t i = 0; i < 5; ++i) {
    reduce_step(c.t + i);
    reduce_step(d.t + i);
  }
}

// What a reduction has left in five columns, as an operand.
VOUCH_AVX512_INLINE Operand operand_of_reduced(const __m512i* columns) {
  Operand r{};
  for (size_t i = 0; i < 5; ++i) {
    r.limb[i] = columns[i];
  }
  carry_signed(r.limb);
  return r;
}
// Below 2.2ℓ.
VOUCH_AVX512_INLINE Operand reduced_operand(Columns c) {
  reduce(c);
  return operand_of_reduced(c.t + 5);
}

// Words of the scalar u mod ℓ, for u in [−ℓ, ℓ) in limbs that may be negative and above 52 bits.
VOUCH_AVX512_INLINE Words finish(const __m512i* columns) {
  const __m512i mask = broadcast(kMask52);
  __m512i u[5] = {columns[0], columns[1], columns[2], columns[3], columns[4]};
  carry_signed(u);
  const __mmask8 negative = _mm512_movepi64_mask(u[4]);
  for (size_t i = 0; i < 4; ++i) {
    u[i] = _mm512_and_si512(u[i], mask);
  }
  u[0] = _mm512_mask_add_epi64(u[0], negative, u[0], broadcast(kL0));
  u[1] = _mm512_mask_add_epi64(u[1], negative, u[1], broadcast(kL1));
  u[2] = _mm512_mask_add_epi64(u[2], negative, u[2], broadcast(kL2));
  u[4] = _mm512_mask_add_epi64(u[4], negative, u[4], broadcast(kL4));
  carry_signed(u);
  // The left shifts drop what was carried, the double shifts then join neighbours.
  return {{_mm512_shrdi_epi64(_mm512_slli_epi64(u[0], 12), u[1], 12),
           _mm512_shrdi_epi64(_mm512_slli_epi64(u[1], 12), u[2], 24),
           _mm512_shrdi_epi64(_mm512_slli_epi64(u[2], 12), u[3], 36),
           _mm512_shrdi_epi64(_mm512_slli_epi64(u[3], 12), u[4], 48)}};
}

// The same for u in [0, 7·2^252). With q = ⌊u/2^252⌋, or one more if u is within 2^208 of the next
// multiple, u − qℓ is in [−ℓ, ℓ): q comes from the two upper limbs, rounded up.
VOUCH_AVX512_INLINE Words finish_below_7l(__m512i* u) {
  const __m512i top = _mm512_add_epi64(u[4], _mm512_srli_epi64(u[3], 52));
  const __m512i q = _mm512_srli_epi64(_mm512_add_epi64(top, broadcast(1)), 44);
  const __m512i l0 =
      _mm512_setr_epi64(0, kL0, 2 * kL0, 3 * kL0, 4 * kL0, 5 * kL0, 6 * kL0, 7 * kL0);
  const __m512i l1 =
      _mm512_setr_epi64(0, kL1, 2 * kL1, 3 * kL1, 4 * kL1, 5 * kL1, 6 * kL1, 7 * kL1);
  const __m512i l2 =
      _mm512_setr_epi64(0, kL2, 2 * kL2, 3 * kL2, 4 * kL2, 5 * kL2, 6 * kL2, 7 * kL2);
  u[0] = _mm512_sub_epi64(u[0], _mm512_permutexvar_epi64(q, l0));
  u[1] = _mm512_sub_epi64(u[1], _mm512_permutexvar_epi64(q, l1));
  u[2] = _mm512_sub_epi64(u[2], _mm512_permutexvar_epi64(q, l2));
  u[4] = _mm512_sub_epi64(u[4], _mm512_slli_epi64(q, 44));
  return finish(u);
}

/// Columns whose upper five are the value of a product with a fixed factor, below 5.02ℓ, plus what
/// they were before.
struct FixedColumns {
  __m512i t[6];
};
VOUCH_AVX512_INLINE FixedColumns fixed_columns(const Operand& addend) {
  FixedColumns c{};
  c.t[0] = _mm512_setzero_si512();
  for (size_t i = 0; i < 5; ++i) {
    c.t[1 + i] = _mm512_and_si512(addend.limb[i], broadcast(kMask52));
  }
  return c;
}
VOUCH_AVX512_INLINE void add_fixed(FixedColumns& c, const FixedFactor& z, const Operand& x) {
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < 5; ++j) {
      const __m512i factor = broadcast(z.power[i].limb[j]);
      c.t[j] = add_low(c.t[j], factor, x.limb[i]);
      c.t[j + 1] = add_high(c.t[j + 1], factor, x.limb[i]);
    }
  }
  reduce_step(c.t);
}

// z·x + addend; x < 4ℓ, addend < ℓ.
VOUCH_AVX512_INLINE Words multiply_add(const FixedFactor& z, const Operand& x,
                                       const Operand& addend) {
  FixedColumns c = fixed_columns(addend);
  add_fixed(c, z, x);
  return finish_below_7l(c.t + 1);
}

// The same for two x.
struct TwoWords {
  Words first;
  Words second;
};
VOUCH_AVX512_INLINE TwoWords multiply_add(const FixedFactor& z, const Operand (&x)[2],
                                          const Operand (&addend)[2]) {
  FixedColumns c[2] = {fixed_columns(addend[0]), fixed_columns(addend[1])};
  for (size_t i = 0; i < 5; ++i) {
    for (size_t j = 0; j < 5; ++j) {
      const __m512i factor = broadcast(z.power[i].limb[j]);
      for (size_t k = 0; k < 2; ++k) {
        c[k].t[j] = add_low(c[k].t[j], factor, x[k].limb[i]);
        c[k].t[j + 1] = add_high(c[k].t[j + 1], factor, x[k].limb[i]);
      }
    }
  }
  reduce_step(c[0].t);
  reduce_step(c[1].t);
  return {finish_below_7l(c[0].t + 1), finish_below_7l(c[1].t + 1)};
}

// a·b, or a·b + c·d; `a` and `c` come times 16. The value minus ℓ is in [−ℓ, ℓ/8).
VOUCH_AVX512_INLINE Words product(const Operand& a, const Operand& b) {
  Columns t = minus_modulus_columns();
  add_product(t, a, b);
  reduce(t);
  return finish(t.t + 5);
}
VOUCH_AVX512_INLINE Words product_sum(const Operand& a, const Operand& b, const Operand& c,
                                      const Operand& d) {
  Columns t = minus_modulus_columns();
  add_product(t, a, b);
  add_product(t, c, d);
  reduce(t);
  return finish(t.t + 5);
}

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
