// Sums Σ s·x of scalars and small integers, eight lanes wide, in columns of 52 bits.
//
// Signs. In two's complement a 32-bit integer is low − 2^52 or low, low its lowest 52 bits: the s
// with negative x are added up besides, to be subtracted one column higher. A 64-bit one, of 52
// bits with its sign, is (x + 2^51) − 2^51: all s are added up, to be subtracted 2^51 times. Bytes
// need neither.
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
constexpr uint64_t kOffset52 = uint64_t{1} << 51;

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

template <class Int>
VOUCH_AVX512_INLINE void add_term(SmallColumns& c, const Operand& s, __m512i x) {
  const __m512i one = broadcast(1);
  const __m512i factor = sizeof(Int) == 8 ? _mm512_add_epi64(x, broadcast(kOffset52)) : x;
  for (size_t i = 0; i < 5; ++i) {
    c.products[i] = add_low(c.products[i], s.limb[i], factor);
    c.products[i + 1] = add_high(c.products[i + 1], s.limb[i], factor);
  }
  if constexpr (sizeof(Int) == 4) {
    const __mmask8 negative = _mm512_movepi64_mask(x);
    for (size_t i = 0; i < 5; ++i) {
      c.scalars[i] = _mm512_mask_madd52lo_epu64(c.scalars[i], negative, s.limb[i], one);
    }
  } else if constexpr (sizeof(Int) == 8) {
    for (size_t i = 0; i < 5; ++i) {
      c.scalars[i] = add_low(c.scalars[i], s.limb[i], one);
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
    for (size_t k = 0; k < 6; ++k) {
      if constexpr (sizeof(Int) == 8) {  // 2^51·s = 2^52·⌊s/2⌋ + 2^51·(s mod 2)
        t[k] = _mm512_sub_epi64(
            t[k], _mm512_and_si512(_mm512_slli_epi64(c.scalars[k], 51), broadcast(kOffset52)));
        t[k + 1] = _mm512_sub_epi64(t[k + 1], _mm512_srli_epi64(c.scalars[k], 1));
      } else {
        t[k + 1] = _mm512_sub_epi64(t[k + 1], c.scalars[k]);
      }
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

// Σ_r s[r]·x[r·stride + i] for sixteen i, or for n < 16. Rows are far apart, and no processor
// foresees where the next but one begins.
template <class Int>
VOUCH_AVX512 void combination_block(const Limbs52* s, size_t rows, const Int* x, size_t stride,
                                    size_t n, SmallSums sums[2]) {
  constexpr size_t kAhead = 12;
  const size_t second = n > 8 ? n - 8 : 0;
  SmallColumns low = no_small_columns();
  SmallColumns high = no_small_columns();
  for (size_t r = 0; r < rows; ++r) {
    const Int* row = x + r * stride;
    __builtin_prefetch(row + std::min(kAhead, rows - 1 - r) * stride);
    const Operand factor = broadcast_operand(s[r].limb);
    add_term<Int>(low, factor, load_integers(row, n));
    if (second != 0) {
      add_term<Int>(high, factor, load_integers(row + 8, second));
    }
  }
  sums[0] = sums_of<Int>(low);
  sums[1] = sums_of<Int>(high);
}

// Σ t[k]·2^(52k) mod ℓ in words, for a sum below 2^289 and t[k] < 2^57. With hi the bits from 252
// on (< 2^37) and lo the others, it is lo − hi·(ℓ − 2^252) mod ℓ, where lo < 2^252 and the product
// is below 2^162: in [−ℓ, ℓ), as finish() wants it.
VOUCH_AVX512_INLINE Words reduce_small(__m512i t[6]) {
  const __m512i l0 = broadcast(kL0);
  const __m512i l1 = broadcast(kL1);
  const __m512i l2 = broadcast(kL2);
  const __m512i zero = _mm512_setzero_si512();
  carry(t, 6);
  const __m512i hi = _mm512_or_si512(_mm512_srli_epi64(t[4], 44), _mm512_slli_epi64(t[5], 8));
  const __m512i u[5] = {_mm512_sub_epi64(t[0], add_low(zero, hi, l0)),
                        _mm512_sub_epi64(t[1], add_low(add_high(zero, hi, l0), hi, l1)),
                        _mm512_sub_epi64(t[2], add_low(add_high(zero, hi, l1), hi, l2)),
                        _mm512_sub_epi64(t[3], add_high(zero, hi, l2)),
                        _mm512_and_si512(t[4], broadcast(kL4 - 1))};
  return finish(u);
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
  store(dst, finish_below_3l(u), n);
}

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
    for (size_t r = 0; r < count; ++r) {
      limbs[r] = limbs_of(s[begin + r]);
    }
    for (size_t i = 0; i < n; i += 16) {
      SmallSums sums[2];
      combination_block(limbs, count, x + begin * stride + i, stride, n - i, sums);
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
