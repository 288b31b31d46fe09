// Sums Σ s·x of scalars and small integers, eight lanes wide, in columns of 52 bits.
//
// Signs. A 32-bit integer is (x + 2^31) − 2^31, a 64-bit one, of 52 bits with its sign, (x + 2^51)
// − 2^51: all s are added up besides, to be subtracted so often. Where many sums have the same
// scalars, that is done once for all of them. Bytes do not need it.
//
// Bounds. A term adds at most two halves of products to a column: below 2^53. After at most 512
// terms a lane (2^62) the columns are carried: below 2^52. The value is then exact mod 2^320, in
// two's complement, as SmallProductSum wants it.
#include "field/kernels/avx512_small.h"

#include "field/kernels/avx512_scalars.h"

#ifdef VOUCH_HAS_AVX512

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "field/kernels/offset.h"

namespace vouch::internal {
namespace {

constexpr size_t kTerms = 512;
/// log2 of what is added to an integer.
template <class Int>
constexpr int kOffsetBits = sizeof(Int) == 8 ? 51 : 31;

struct SmallColumns {
  __m512i products[7];  // the last only takes a carry
  __m512i scalars[6];   // likewise
};

/// Five words of eight sums.
struct SmallSums {
  alignas(64) uint64_t word[5][8];
};

VOUCH_AVX512_INLINE SmallColumns no_small_columns() {
  SmallColumns c{};
  for (__m512i& t : c.products) {
    t = _mm512_setzero_si512();
  }
  for (__m512i& t : c.scalars) {
    t = _mm512_setzero_si512();
  }
  return c;
}

// Eight integers, or n < 8 of them and zeros.
VOUCH_AVX512_INLINE __m512i load_integers(const int64_t* x, size_t n) {
  return n >= 8 ? _mm512_loadu_si512(x) : _mm512_maskz_loadu_epi64(part_mask(n, 0), x);
}
VOUCH_AVX512_INLINE __m512i load_integers(const int32_t* x, size_t n) {
  return _mm512_cvtepi32_epi64(n >= 8 ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x))
                                      : _mm256_maskz_loadu_epi32(part_mask(n, 0), x));
}
VOUCH_AVX512_INLINE __m512i load_integers(const uint8_t* x, size_t n) {
  return _mm512_cvtepu8_epi64(n >= 8 ? _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x))
                                     : _mm_maskz_loadu_epi8(part_mask(n, 0), x));
}

// c.products += s·(x + offset).
template <class Int>
VOUCH_AVX512_INLINE void add_offset_term(SmallColumns& c, const Operand& s, __m512i x) {
  if constexpr (sizeof(Int) > 1) {
    x = _mm512_add_epi64(x, broadcast(uint64_t{1} << kOffsetBits<Int>));
  }
  for (size_t i = 0; i < 5; ++i) {
    c.products[i] = add_low(c.products[i], s.limb[i], x);
    c.products[i + 1] = add_high(c.products[i + 1], s.limb[i], x);
  }
}

// The same, and s in c.scalars.
template <class Int>
VOUCH_AVX512_INLINE void add_term(SmallColumns& c, const Operand& s, __m512i x) {
  add_offset_term<Int>(c, s, x);
  if constexpr (sizeof(Int) > 1) {
    for (size_t i = 0; i < 5; ++i) {
      c.scalars[i] = add_low(c.scalars[i], s.limb[i], broadcast(1));
    }
  }
}

VOUCH_AVX512_INLINE void carry(__m512i* t, size_t n) {
  for (size_t k = 0; k + 1 < n; ++k) {
    t[k + 1] = _mm512_add_epi64(t[k + 1], _mm512_srli_epi64(t[k], 52));
    t[k] = _mm512_and_si512(t[k], broadcast(kMask52));
  }
}

template <class Int>
VOUCH_AVX512_INLINE SmallSums sums_of(SmallColumns c) {
  __m512i* t = c.products;
  if constexpr (sizeof(Int) > 1) {
    carry(c.products, 7);
    carry(c.scalars, 6);
    constexpr int kBits = kOffsetBits<Int>;
    for (size_t k = 0; k < 6; ++k) {  // 2^kBits·s, the part below 2^52 and the rest
      t[k] = _mm512_sub_epi64(
          t[k], _mm512_and_si512(_mm512_slli_epi64(c.scalars[k], kBits), broadcast(kMask52)));
      t[k + 1] = _mm512_sub_epi64(t[k + 1], _mm512_srli_epi64(c.scalars[k], 52 - kBits));
    }
  }
  for (size_t k = 0; k < 6; ++k) {
    t[k + 1] = _mm512_add_epi64(t[k + 1], _mm512_srai_epi64(t[k], 52));
  }
  SmallSums out{};
  const __m512i top = _mm512_shrdi_epi64(_mm512_slli_epi64(t[4], 12), t[5], 60);
  const __m512i t5_upper = _mm512_slli_epi64(t[6], 56);
  const __m512i below_56 = broadcast((uint64_t{1} << 56) - 1);
  const __m512i word[5] = {_mm512_shrdi_epi64(_mm512_slli_epi64(t[0], 12), t[1], 12),
                           _mm512_shrdi_epi64(_mm512_slli_epi64(t[1], 12), t[2], 24),
                           _mm512_shrdi_epi64(_mm512_slli_epi64(t[2], 12), t[3], 36),
                           _mm512_shrdi_epi64(_mm512_slli_epi64(t[3], 12), t[4], 48),
                           _mm512_or_si512(_mm512_and_si512(top, below_56), t5_upper)};
  for (size_t k = 0; k < 5; ++k) {
    _mm512_store_si512(out.word[k], word[k]);
  }
  return out;
}

template <class Int>
VOUCH_AVX512 SmallSums dot_block(const Scalar* s, const Int* x, size_t n) {
  const __m512i lanes = _mm512_setr_epi64(0, 2, 1, 3, 4, 6, 5, 7);  // as transpose() leaves them
  SmallColumns sum = no_small_columns();
  for (size_t i = 0; i < n; i += 8) {
    add_term<Int>(sum, operand(load(s + i, n - i)),
                  _mm512_permutexvar_epi64(lanes, load_integers(x + i, n - i)));
  }
  return sums_of<Int>(sum);
}

// Σ_r s[r]·x[r·stride + i] for sixteen i, or for n < 16; `total` is Σ_r s[r], limb by limb. Rows
// are far apart, and no processor foresees where the next but one begins.
template <class Int>
VOUCH_AVX512 void combination_block(const Limbs52* s, const Limbs52& total, size_t rows,
                                    const Int* x, size_t stride, size_t n, SmallSums sums[2]) {
  constexpr size_t kAhead = 12;
  const size_t second = n > 8 ? n - 8 : 0;
  SmallColumns low = no_small_columns();
  SmallColumns high = no_small_columns();
  for (size_t i = 0; i < 5; ++i) {
    low.scalars[i] = high.scalars[i] = broadcast(total.limb[i]);
  }
  for (size_t r = 0; r < rows; ++r) {
    const Int* row = x + r * stride;
    __builtin_prefetch(row + std::min(kAhead, rows - 1 - r) * stride);
    const Operand factor = broadcast_operand(s[r].limb);
    add_offset_term<Int>(low, factor, load_integers(row, n));
    if (second != 0) {
      add_offset_term<Int>(high, factor, load_integers(row + 8, second));
    }
  }
  sums[0] = sums_of<Int>(low);
  sums[1] = sums_of<Int>(high);
}

// Σ t[k]·2^(52k) mod ℓ in limbs, or in words, for a sum below 2^304 and t[k] < 2^57. With hi the
// bits from 252 on (< 2^52) and lo the others, it is lo − hi·(ℓ − 2^252) mod ℓ, where lo < 2^252
// and the product is below 2^177: in [−ℓ, ℓ), as finish() wants it.
VOUCH_AVX512_INLINE void reduce_small(__m512i t[6], __m512i u[5]) {
  const __m512i l0 = broadcast(kL0);
  const __m512i l1 = broadcast(kL1);
  const __m512i l2 = broadcast(kL2);
  const __m512i zero = _mm512_setzero_si512();
  carry(t, 6);
  const __m512i hi = _mm512_or_si512(_mm512_srli_epi64(t[4], 44), _mm512_slli_epi64(t[5], 8));
  u[0] = _mm512_sub_epi64(t[0], add_low(zero, hi, l0));
  u[1] = _mm512_sub_epi64(t[1], add_low(add_high(zero, hi, l0), hi, l1));
  u[2] = _mm512_sub_epi64(t[2], add_low(add_high(zero, hi, l1), hi, l2));
  u[3] = _mm512_sub_epi64(t[3], add_high(zero, hi, l2));
  u[4] = _mm512_and_si512(t[4], broadcast(kL4 - 1));
}
VOUCH_AVX512_INLINE Words reduce_small(__m512i t[6]) {
  __m512i u[5];
  reduce_small(t, u);
  return finish(u);
}
// The same plus ℓ as an operand, below 2ℓ.
VOUCH_AVX512_INLINE Operand reduced_small_operand(__m512i t[6]) {
  Operand u{};
  reduce_small(t, u.limb);
  u.limb[0] = _mm512_add_epi64(u.limb[0], broadcast(kL0));
  u.limb[1] = _mm512_add_epi64(u.limb[1], broadcast(kL1));
  u.limb[2] = _mm512_add_epi64(u.limb[2], broadcast(kL2));
  u.limb[4] = _mm512_add_epi64(u.limb[4], broadcast(kL4));
  carry_signed(u.limb);
  return u;
}

// Eight dst[i], or n < 8 of them, i counted from `begin`. A column is below
// 2^52·(1 + 2·8) < 2^57, the sum below 2^253·(1 + 8·2^32) < 2^289.
VOUCH_AVX512 void combine_block(Scalar* dst, const Limbs52& c, const Limbs52* s,
                                const int32_t* const* x, size_t terms, size_t begin, size_t n) {
  const __m512i lanes = _mm512_setr_epi64(0, 2, 1, 3, 4, 6, 5, 7);  // as untranspose() wants them
  const __m512i offset = broadcast(kOffset32);
  const Operand start = broadcast_operand(c.limb);
  __m512i t[6] = {start.limb[0], start.limb[1], start.limb[2],
                  start.limb[3], start.limb[4], _mm512_setzero_si512()};
  for (size_t k = 0; k < terms; ++k) {
    const __m512i x_k = _mm512_permutexvar_epi64(lanes, load_integers(x[k] + begin, n));
    const __m512i factor = _mm512_add_epi64(x_k, offset);  // in [0, 2^32)
    for (size_t j = 0; j < 5; ++j) {
      t[j] = add_low(t[j], broadcast(s[k].limb[j]), factor);
      t[j + 1] = add_high(t[j + 1], broadcast(s[k].limb[j]), factor);
    }
  }
  store(dst + begin, reduce_small(t), n);
}

// The columns of eight slots, in the lanes that untranspose() wants.
struct SlotColumns {
  __m512i column[SlotCombination::kColumns];
};
VOUCH_AVX512_INLINE SlotColumns columns_of(__m512i X, __m512i V, __m512i R, uint64_t offset) {
  const __m512i E = _mm512_add_epi64(_mm512_sub_epi64(V, X), broadcast(offset));
  return {{X, E, R, _mm512_mul_epu32(R, X), _mm512_mul_epu32(R, E)}};
}

VOUCH_AVX512_INLINE __m512i in_order_of_lanes(__m512i x) {
  return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 1, 3, 4, 6, 5, 7), x);
}

// 8·planes words of 32 bits: the two of each entry that hold `plane`, in one lane.
VOUCH_AVX512_INLINE __m512i load_halves(const void* x, unsigned planes, unsigned plane) {
  const auto* p = static_cast<const uint32_t*>(x);
  if (planes == 2) {
    return in_order_of_lanes(_mm512_loadu_si512(p));
  }
  const __m512i lower = _mm512_setr_epi64(0, 4, 2, 6, 8, 12, 10, 14);
  const __m512i upper = _mm512_setr_epi64(1, 5, 3, 7, 9, 13, 11, 15);
  return _mm512_permutex2var_epi64(_mm512_loadu_si512(p), plane < 2 ? lower : upper,
                                   _mm512_loadu_si512(p + 16));
}

// Of slot planes·i + plane for eight i.
VOUCH_AVX512_INLINE SlotColumns load_slots(const SlotIntegers& slots, unsigned planes,
                                           unsigned plane, uint64_t offset) {
  if (planes == 1) {
    const auto* R = reinterpret_cast<const __m256i*>(slots.R);
    return columns_of(in_order_of_lanes(load_integers(slots.X, 8)),
                      in_order_of_lanes(load_integers(slots.V, 8)),
                      in_order_of_lanes(_mm512_cvtepu32_epi64(_mm256_loadu_si256(R))), offset);
  }
  const __m512i X =
      planes == 2
          ? _mm512_cvtepu16_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(slots.X)))
          : _mm512_cvtepu32_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(slots.X)));
  __m512i V = load_halves(slots.V, planes, plane);
  __m512i R = load_halves(slots.R, planes, plane);
  V = (plane & 1) != 0 ? V : _mm512_slli_epi64(V, 32);
  R = (plane & 1) != 0 ? _mm512_srli_epi64(R, 32) : _mm512_and_si512(R, broadcast(0xffffffff));
  return columns_of(
      in_order_of_lanes(_mm512_and_si512(_mm512_srli_epi64(X, 8 * plane), broadcast(0xff))),
      _mm512_srai_epi64(V, 32), R, offset);
}

// Of two blocks at a time: one waits while the other works.
VOUCH_AVX512_INLINE void add_column(__m512i t[2][6], const Limbs52& s, __m512i x0, __m512i x1) {
  for (size_t j = 0; j < 5; ++j) {
    const __m512i factor = broadcast(s.limb[j]);
    t[0][j] = add_low(t[0][j], factor, x0);
    t[1][j] = add_low(t[1][j], factor, x1);
    t[0][j + 1] = add_high(t[0][j + 1], factor, x0);
    t[1][j + 1] = add_high(t[1][j + 1], factor, x1);
  }
}

struct SlotLimbs52 {
  unsigned plane;
  unsigned columns;
  Limbs52 s[SlotCombination::kColumns];
};

// Sixteen dst[i]. Each part adds columns below 2^8 + 2^26 + 2^24 + 2^32 + 2^50 < 2^50.01, so a sum
// is below ℓ·2^51.02 < 2^303.1: what reduce_small() takes. R·E < 2^50 is one operand.
VOUCH_AVX512 void slots_block(Scalar* dst, const Limbs52& c, const SlotLimbs52* parts,
                              unsigned planes, uint64_t offset, const SlotIntegers& slots) {
  __m512i t[2][6];
  for (size_t j = 0; j < 6; ++j) {
    t[0][j] = t[1][j] = j < 5 ? broadcast(c.limb[j]) : _mm512_setzero_si512();
  }
  for (size_t p = 0; p < 2; ++p) {
    const SlotLimbs52& part = parts[p];
    if (part.columns == 0) {
      continue;
    }
    const SlotColumns x = load_slots(slots, planes, part.plane, offset);
    const SlotColumns y = load_slots(slots.from(8 * planes), planes, part.plane, offset);
    for (size_t k = 0; k < SlotCombination::kColumns; ++k) {
      if ((part.columns >> k & 1) != 0) {
        add_column(t, part.s[k], x.column[k], y.column[k]);
      }
    }
  }
  store(dst, reduce_small(t[0]), 8);
  store(dst + 8, reduce_small(t[1]), 8);
}

// Eight dst[i], or n < 8. A sum V = lo + 2^252·hi, lo < 2^252, −2^67 ≤ hi < 2^67, is
// lo − c·(hi + 2^67) + c·2^67 mod ℓ = 2^252 + c, and plus ℓ it is between ℓ − 2^193 and 3·2^252.
VOUCH_AVX512 void reduce_block(Scalar* dst, const SmallProductSum* sums, size_t n) {
  constexpr uint64_t kStart[5] = {kL0, kL1 + ((kL0 << 15) & kMask52),
                                  kL2 + ((kL0 >> 37 | kL1 << 15) & kMask52), kL1 >> 37 | kL2 << 15,
                                  kL4};                                   // ℓ + c·2^67
  const __m512i lanes = _mm512_setr_epi64(0, 10, 5, 15, 20, 30, 25, 35);  // for untranspose()
  const __mmask8 mask =
      n >= 8 ? 0xff : _mm512_movepi64_mask(_mm512_sub_epi64(lanes, broadcast(5 * n)));
  const __m512i zero = _mm512_setzero_si512();
  const __m512i low = broadcast(kMask52);
  __m512i w[5];
  for (size_t k = 0; k < 5; ++k) {
    w[k] = _mm512_mask_i64gather_epi64(zero, mask, lanes, sums->limbs.data() + k, 8);
  }
  const __m512i bit_208 = _mm512_shrdi_epi64(w[3], w[4], 16);  // and 63 bits behind it
  const __m512i h0 = _mm512_and_si512(_mm512_shrdi_epi64(w[3], w[4], 60), low);
  const __m512i h1 = _mm512_add_epi64(_mm512_srai_epi64(w[4], 48), broadcast(uint64_t{1} << 15));
  const __m512i l0 = broadcast(kL0);
  const __m512i l1 = broadcast(kL1);
  const __m512i l2 = broadcast(kL2);
  const __m512i lo[5] = {_mm512_and_si512(w[0], low),
                         _mm512_and_si512(_mm512_shrdi_epi64(w[0], w[1], 52), low),
                         _mm512_and_si512(_mm512_shrdi_epi64(w[1], w[2], 40), low),
                         _mm512_and_si512(_mm512_shrdi_epi64(w[2], w[3], 28), low),
                         _mm512_and_si512(bit_208, broadcast(kL4 - 1))};
  const __m512i product[5] = {
      add_low(zero, h0, l0), add_low(add_low(add_high(zero, h0, l0), h0, l1), h1, l0),
      add_low(add_low(add_high(add_high(zero, h0, l1), h1, l0), h0, l2), h1, l1),
      add_low(add_high(add_high(zero, h0, l2), h1, l1), h1, l2), add_high(zero, h1, l2)};
  __m512i u[5];
  for (size_t k = 0; k < 5; ++k) {
    u[k] = _mm512_sub_epi64(_mm512_add_epi64(lo[k], broadcast(kStart[k])), product[k]);
  }
  carry_signed(u);
  for (size_t k = 0; k < 4; ++k) {
    u[k] = _mm512_and_si512(u[k], low);
  }
  store(dst, finish_below_7l(u), n);
}

// 16·x for an operand x < 2^256.
VOUCH_AVX512_INLINE Operand times_16(const Operand& x) {
  Operand out{};
  out.limb[0] = _mm512_slli_epi64(x.limb[0], 4);
  for (size_t i = 1; i < 5; ++i) {  // what is above 52 bits of a limb is none of its value
    out.limb[i] = _mm512_shrdi_epi64(_mm512_slli_epi64(x.limb[i - 1], 12), x.limb[i], 60);
  }
  return out;
}

// P and Q of eight slots 2i + plane.
struct SlotFraction {
  Operand P;
  Operand Q;
};
struct FractionLimbs52 {
  Limbs52 constant[2];
  SlotLimbs52 part[2];  // of P and of Q
  uint64_t offset;
};
VOUCH_AVX512_INLINE SlotFraction slot_fraction(const FractionLimbs52& form,
                                               const SlotIntegers& slots, unsigned plane) {
  __m512i t[2][6];
  for (size_t j = 0; j < 6; ++j) {
    for (size_t k = 0; k < 2; ++k) {
      t[k][j] = j < 5 ? broadcast(form.constant[k].limb[j]) : _mm512_setzero_si512();
    }
  }
  const SlotColumns x = load_slots(slots, 2, plane, form.offset);
  for (size_t k = 0; k < SlotCombination::kColumns; ++k) {
    for (size_t f = 0; f < 2; ++f) {
      if ((form.part[f].columns >> k & 1) != 0) {
        for (size_t j = 0; j < 5; ++j) {
          const __m512i factor = broadcast(form.part[f].s[k].limb[j]);
          t[f][j] = add_low(t[f][j], factor, x.column[k]);
          t[f][j + 1] = add_high(t[f][j + 1], factor, x.column[k]);
        }
      }
    }
  }
  return {reduced_small_operand(t[0]), reduced_small_operand(t[1])};
}

// Eight sums of two fractions. Operands are below 2ℓ: the products are below 16·8ℓ²/2^260 + ℓ
// = 1.5ℓ, less ℓ what finish() takes.
VOUCH_AVX512 void slot_fractions_block(Scalar* P_out, Scalar* Q_out, const FractionLimbs52& form,
                                       const SlotIntegers& slots) {
  const SlotFraction f0 = slot_fraction(form, slots, 0);
  const SlotFraction f1 = slot_fraction(form, slots, 1);
  const Operand Q0 = times_16(f0.Q);
  Columns t[2] = {minus_modulus_columns(), minus_modulus_columns()};
  add_product(t[1], Q0, f1.Q);
  add_product(t[0], Q0, f1.P);
  add_product(t[0], times_16(f1.Q), f0.P);
  reduce(t[0], t[1]);
  store(P_out, finish(t[0].t + 5), 8);
  store(Q_out, finish(t[1].t + 5), 8);
}

SlotLimbs52 limbs_of_part(const SlotCombination::Part& part) {
  SlotLimbs52 out{part.plane, part.columns, {}};
  for (size_t k = 0; k < SlotCombination::kColumns; ++k) {
    out.s[k] = limbs_of(part.s[k]);
  }
  return out;
}

// The integers of at most 64 slots, and zeros, to be read to their end.
struct LastSlots {
  LastSlots(const SlotIntegers& slots, size_t count) {
    std::copy_n(slots.X, count, X);
    std::copy_n(slots.V, count, V);
    std::copy_n(slots.R, count, R);
  }
  [[nodiscard]] SlotIntegers integers() const { return {X, V, R}; }

  uint8_t X[64] = {};
  int32_t V[64] = {};
  uint32_t R[64] = {};
};

SmallProductSum lane(const SmallSums& sums, size_t i) {
  return {{sums.word[0][i], sums.word[1][i], sums.word[2][i], sums.word[3][i], sums.word[4][i]}};
}

}  // namespace

template <class Int>
SmallProductSum avx512_dot_small(const Scalar* s, const Int* x, size_t n) {
  SmallProductSum total;
  for (size_t begin = 0; begin < n; begin += 8 * kTerms) {
    const SmallSums sums = dot_block(s + begin, x + begin, std::min(8 * kTerms, n - begin));
    for (size_t i = 0; i < 8; ++i) {
      total += lane(sums, i);
    }
  }
  return total;
}

template <class Int>
void avx512_add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows, const Int* x,
                                  size_t stride, size_t n) {
  constexpr size_t kRows = 256;
  Limbs52 limbs[kRows];
  for (size_t begin = 0; begin < rows && n != 0; begin += kRows) {
    const size_t count = std::min(kRows, rows - begin);
    Limbs52 total{};
    for (size_t r = 0; r < count; ++r) {
      limbs[r] = limbs_of(s[begin + r]);
      for (size_t k = 0; k < 5; ++k) {
        total.limb[k] += limbs[r].limb[k];
      }
    }
    for (size_t i = 0; i < n; i += 16) {
      SmallSums sums[2];
      combination_block(limbs, total, count, x + begin * stride + i, stride, n - i, sums);
      for (size_t k = 0; k < std::min<size_t>(16, n - i); ++k) {
        acc[i + k] += lane(sums[k / 8], k % 8);
      }
    }
  }
}

void avx512_reduce_sums(Scalar* dst, const SmallProductSum* sums, size_t n) {
  for (size_t i = 0; i < n; i += 8) {
    reduce_block(dst + i, sums + i, n - i);
  }
}

void avx512_combine_small_i32(Scalar* dst, const Scalar& c, const Scalar* s,
                              const int32_t* const* x, size_t terms, size_t n) {
  VOUCH_CHECK(terms <= FieldKernels::kMostTerms);
  const Limbs52 start = limbs_of(minus_offsets(c, s, terms));
  Limbs52 limbs[FieldKernels::kMostTerms];
  for (size_t k = 0; k < terms; ++k) {
    limbs[k] = limbs_of(s[k]);
  }
  for (size_t i = 0; i < n; i += 8) {
    combine_block(dst, start, limbs, x, terms, i, n - i);
  }
}

void avx512_combine_slots(Scalar* dst, const SlotCombination& form, const SlotIntegers& slots,
                          size_t n) {
  const SlotLimbs52 parts[2] = {limbs_of_part(form.parts[0]), limbs_of_part(form.parts[1])};
  const Limbs52 start = limbs_of(form.constant);
  const auto offset = static_cast<uint64_t>(form.offset);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    slots_block(dst + i, start, parts, form.planes, offset, slots.from(form.planes * i));
  }
  if (i < n) {
    const LastSlots last(slots.from(form.planes * i), form.planes * (n - i));
    Scalar out[16];
    slots_block(out, start, parts, form.planes, offset, last.integers());
    std::copy_n(out, n - i, dst + i);
  }
}

void avx512_combine_slot_fractions(Scalar* P_out, Scalar* Q_out, const SlotCombination& P,
                                   const SlotCombination& Q, const SlotIntegers& slots, size_t n) {
  const FractionLimbs52 form{{limbs_of(P.constant), limbs_of(Q.constant)},
                             {limbs_of_part(P.parts[0]), limbs_of_part(Q.parts[0])},
                             static_cast<uint64_t>(P.offset)};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    slot_fractions_block(P_out + i, Q_out + i, form, slots.from(2 * i));
  }
  if (i < n) {
    const LastSlots last(slots.from(2 * i), 2 * (n - i));
    Scalar out[2][8];
    slot_fractions_block(out[0], out[1], form, last.integers());
    std::copy_n(out[0], n - i, P_out + i);
    std::copy_n(out[1], n - i, Q_out + i);
  }
}

template SmallProductSum avx512_dot_small(const Scalar*, const int32_t*, size_t);
template SmallProductSum avx512_dot_small(const Scalar*, const int64_t*, size_t);
template SmallProductSum avx512_dot_small(const Scalar*, const uint8_t*, size_t);
template void avx512_add_small_combination(SmallProductSum*, const Scalar*, size_t, const int32_t*,
                                           size_t, size_t);
template void avx512_add_small_combination(SmallProductSum*, const Scalar*, size_t, const int64_t*,
                                           size_t, size_t);
template void avx512_add_small_combination(SmallProductSum*, const Scalar*, size_t, const uint8_t*,
                                           size_t, size_t);

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
