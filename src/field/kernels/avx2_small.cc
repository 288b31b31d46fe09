// Sums Σ s·x of scalars and small integers, four lanes wide, in columns of 29 bits.
//
// Signs. A signed x is taken as x + 2^31, which has no sign; 2^31 times the sum of the s is
// subtracted at the end.
//
// Bounds. A term adds less than 2^61 to a column: seven of them and what a carry leaves are below
// 2^64. Sums are exact mod 2^320, as SmallProductSum wants it.
#include "field/kernels/avx2_small.h"

#include "field/kernels/avx2_scalars.h"

#ifdef VOUCH_HAS_AVX2

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "field/kernels/offset.h"

namespace vouch::internal {
namespace {

constexpr size_t kTermsBetweenCarries = 7;

struct SmallColumns29 {
  __m256i t[12];
};

/// Five words of four sums.
struct SmallSums4 {
  alignas(32) uint64_t word[5][4];
};

VOUCH_AVX2_INLINE SmallColumns29 no_small_columns29() {
  SmallColumns29 c{};
  for (__m256i& t : c.t) {
    t = _mm256_setzero_si256();
  }
  return c;
}

// Four integers, or n < 4 of them and zeros, made non-negative.
VOUCH_AVX2_INLINE __m256i load_offset(const int32_t* x, size_t n) {
  alignas(16) int32_t part[4] = {};
  for (size_t k = 0; k < n && n < 4; ++k) {
    part[k] = x[k];
  }
  const __m128i loaded = _mm_loadu_si128(reinterpret_cast<const __m128i*>(n >= 4 ? x : part));
  return _mm256_cvtepu32_epi64(
      _mm_xor_si128(loaded, _mm_set1_epi32(static_cast<int32_t>(kOffset32))));
}
VOUCH_AVX2_INLINE __m256i load_offset(const uint8_t* x, size_t n) {
  uint32_t bytes = 0;
  for (size_t k = 0; k < 4 && k < n; ++k) {
    bytes |= static_cast<uint32_t>(x[k]) << (8 * k);
  }
  return _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(static_cast<int32_t>(bytes)));
}

VOUCH_AVX2_INLINE void add_multiple(__m256i* t, const Operand29& s, __m256i factor) {
  VOUCH_UNROLL
  for (size_t k = 0; k < 9; ++k) {
    t[k] = multiply_add4(t[k], s.limb[k], factor);
  }
}

VOUCH_AVX2_INLINE SmallSums4 sums_of(SmallColumns29 c) {
  carry29(c.t, 12);
  const Words4 low = words_of(c.t);
  const __m256i top =
      _mm256_or_si256(join29<24, 5, 34>(c.t[8], c.t[9], c.t[10]), _mm256_slli_epi64(c.t[11], 63));
  SmallSums4 out{};
  for (size_t k = 0; k < 5; ++k) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(out.word[k]), k < 4 ? low.word[k] : top);
  }
  return out;
}

// What Σ s·(x + offset) has too much is the second sum, times the offset.
struct DotSums {
  SmallSums4 products;
  SmallSums4 scalars;
};

template <class Int>
VOUCH_AVX2 DotSums dot_block(const Scalar* s, const Int* x, size_t n) {
  SmallColumns29 products = no_small_columns29();
  SmallColumns29 scalars = no_small_columns29();
  for (size_t i = 0; i < n; i += 4 * kTermsBetweenCarries) {
    const size_t end = n - i < 4 * kTermsBetweenCarries ? n : i + 4 * kTermsBetweenCarries;
    for (size_t j = i; j < end; j += 4) {
      const Operand29 factor = operand29(load4(s + j, n - j));
      add_multiple(products.t, factor, load_offset(x + j, n - j));
      for (size_t k = 0; k < 9 && sizeof(Int) > 1; ++k) {
        scalars.t[k] = add4(scalars.t[k], factor.limb[k]);
      }
    }
    carry29(products.t, 12);
  }
  return {sums_of(products), sums_of(scalars)};
}

// Σ_r s[r]·(x[r·stride + i] + offset) for four i, or for n < 4.
template <class Int>
VOUCH_AVX2 SmallSums4 combination_block(const Limbs29* s, size_t rows, const Int* x, size_t stride,
                                        size_t n) {
  SmallColumns29 sum = no_small_columns29();
  for (size_t begin = 0; begin < rows; begin += kTermsBetweenCarries) {
    const size_t end = rows - begin < kTermsBetweenCarries ? rows : begin + kTermsBetweenCarries;
    for (size_t r = begin; r < end; ++r) {
      add_multiple(sum.t, broadcast_operand29(s[r].limb), load_offset(x + r * stride, n));
    }
    carry29(sum.t, 12);
  }
  return sums_of(sum);
}

// Four dst[i], or n < 4 of them, i counted from `begin`. A column is at most (2^29 − 1)
// + 8·(2^29 − 1)·(2^32 − 1) < 2^64 − 2^35, so that a carry below 2^35 fits too; the sum is below
// 2^253·(1 + 8·2^32) < 2^289.
VOUCH_AVX2 void combine_block(Scalar* dst, const Limbs29& c, const Limbs29* s,
                              const int32_t* const* x, size_t terms, size_t begin, size_t n) {
  Operand29 sum = broadcast_operand29(c.limb);
  for (size_t k = 0; k < terms; ++k) {
    add_multiple(sum.limb, broadcast_operand29(s[k].limb), load_offset(x[k] + begin, n));
  }
  store4(dst + begin, finish_above<37>(sum.limb), n);
}

// Numbers below 2^58, one a lane, in digits of 29 bits.
constexpr size_t kDigits = SlotCombination::kColumns + 1;
struct SlotDigits {
  alignas(32) uint64_t digit[kDigits][4];
};

// The scalar of each digit.
struct SlotLimbs {
  unsigned columns;  // as in SlotCombination::Part, the last digit's bit added
  Limbs29 s[kDigits];
};

SlotLimbs limbs_of_part(const SlotCombination::Part& part) {
  constexpr unsigned kRE = SlotCombination::kRE;
  SlotLimbs out{part.columns | (part.columns >> kRE & 1) << (kRE + 1), {}};
  for (size_t k = 0; k < SlotCombination::kColumns; ++k) {
    out.s[k] = limbs29_of(part.s[k].limbs);
  }
  out.s[kRE + 1] = limbs29_of((part.s[kRE] * Scalar::from_u64(uint64_t{1} << 29)).limbs);
  return out;
}

// The digits of slots `from`, from + step, …, n of them, and of the last one again.
SlotDigits digits_of(const SlotIntegers& slots, size_t from, size_t step, int32_t offset,
                     size_t n) {
  SlotDigits out;
  for (size_t lane = 0; lane < 4; ++lane) {
    const auto x = SlotCombination::columns(slots, from + step * (lane < n ? lane : n - 1), offset);
    for (size_t k = 0; k < x.size(); ++k) {
      out.digit[k][lane] = k == SlotCombination::kRE ? x[k] & kMask29 : x[k];
    }
    out.digit[x.size()][lane] = x[SlotCombination::kRE] >> 29;
  }
  return out;
}

// Adds a part's digits: below 2^8 + 2^26 + 2^24 + 2^32 + 2^29 + 2^21 < 2^33 altogether.
VOUCH_AVX2_INLINE void add_digits(__m256i* t, const SlotLimbs& part, const SlotDigits& x) {
  for (size_t k = 0; k < kDigits; ++k) {
    if ((part.columns >> k & 1) != 0) {
      add_multiple(t, broadcast_operand29(part.s[k].limb),
                   _mm256_load_si256(reinterpret_cast<const __m256i*>(x.digit[k])));
    }
  }
}

// Four dst[i], or n < 4 of them. With two parts a column is at most (2^29 − 1)·(1 + 2^34) < 2^63,
// the sum below 2^253·(1 + 2^34).
VOUCH_AVX2 void slots_block(Scalar* dst, const Limbs29& c, const SlotLimbs* parts,
                            const SlotDigits* x, size_t n) {
  Operand29 sum = broadcast_operand29(c.limb);
  add_digits(sum.limb, parts[0], x[0]);
  add_digits(sum.limb, parts[1], x[1]);
  store4(dst, finish_above<37>(sum.limb), n);
}

SmallProductSum lane(const SmallSums4& sums, size_t i) {
  return {{sums.word[0][i], sums.word[1][i], sums.word[2][i], sums.word[3][i], sums.word[4][i]}};
}

// −2^31·sum for integers that have a sign, else 0.
template <class Int>
SmallProductSum minus_offset(const SmallProductSum& sum) {
  SmallProductSum out;
  if constexpr (std::is_signed_v<Int>) {
    uint64_t carry = 1;
    for (size_t k = 0; k < 5; ++k) {
      const uint64_t word = sum.limbs[k] << 31 | (k == 0 ? 0 : sum.limbs[k - 1] >> 33);
      out.limbs[k] = add_carry(~word, 0, carry);
    }
  }
  return out;
}

}  // namespace

template <class Int>
SmallProductSum avx2_dot_small(const Scalar* s, const Int* x, size_t n) {
  const DotSums sums = dot_block(s, x, n);
  SmallProductSum products;
  SmallProductSum scalars;
  for (size_t i = 0; i < 4; ++i) {
    products += lane(sums.products, i);
    scalars += lane(sums.scalars, i);
  }
  return products += minus_offset<Int>(scalars);
}

template <class Int>
void avx2_add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows, const Int* x,
                                size_t stride, size_t n) {
  constexpr size_t kRows = 256;
  Limbs29 limbs[kRows];
  for (size_t begin = 0; begin < rows && n != 0; begin += kRows) {
    const size_t count = std::min(kRows, rows - begin);
    SmallProductSum scalars;
    for (size_t r = 0; r < count; ++r) {
      limbs[r] = limbs29_of(s[begin + r].limbs);
      scalars.add_unsigned(s[begin + r], 1);
    }
    const SmallProductSum offset = minus_offset<Int>(scalars);
    for (size_t i = 0; i < n; i += 4) {
      const SmallSums4 sums =
          combination_block(limbs, count, x + begin * stride + i, stride, n - i);
      for (size_t k = 0; k < std::min<size_t>(4, n - i); ++k) {
        acc[i + k] += lane(sums, k);
        acc[i + k] += offset;
      }
    }
  }
}

void avx2_combine_small_i32(Scalar* dst, const Scalar& c, const Scalar* s, const int32_t* const* x,
                            size_t terms, size_t n) {
  VOUCH_CHECK(terms <= FieldKernels::kMostTerms);
  const Limbs29 start = limbs29_of(minus_offsets(c, s, terms).limbs);
  Limbs29 limbs[FieldKernels::kMostTerms];
  for (size_t k = 0; k < terms; ++k) {
    limbs[k] = limbs29_of(s[k].limbs);
  }
  for (size_t i = 0; i < n; i += 4) {
    combine_block(dst, start, limbs, x, terms, i, n - i);
  }
}

void avx2_combine_slots(Scalar* dst, const SlotCombination& form, const SlotIntegers& slots,
                        size_t n) {
  const Limbs29 start = limbs29_of(form.constant.limbs);
  const SlotLimbs parts[2] = {limbs_of_part(form.parts[0]), limbs_of_part(form.parts[1])};
  for (size_t i = 0; i < n; i += 4) {
    SlotDigits x[2];
    for (size_t k = 0; k < 2; ++k) {
      x[k] =
          digits_of(slots, form.planes * i + form.parts[k].plane, form.planes, form.offset, n - i);
    }
    slots_block(dst + i, start, parts, x, n - i);
  }
}

template SmallProductSum avx2_dot_small(const Scalar*, const int32_t*, size_t);
template SmallProductSum avx2_dot_small(const Scalar*, const uint8_t*, size_t);
template void avx2_add_small_combination(SmallProductSum*, const Scalar*, size_t, const int32_t*,
                                         size_t, size_t);
template void avx2_add_small_combination(SmallProductSum*, const Scalar*, size_t, const uint8_t*,
                                         size_t, size_t);

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX2
