// The kernels on AVX-512 IFMA (field/kernels/avx512_scalars.h). The last one to seven numbers of an
// array go the same way as the others, through masked loads and stores.
//
// Sums of products stay in ten columns a lane for up to 2048 products (256 a lane, each adding less
// than 10·2^52 to a column: below 2^63.4), then become a ProductSum. Where a sum has three factors,
// the first product is reduced by 2^260 and the second by 2^256, so the third factor comes
// times 16.
#include "field/kernels/avx512_scalars.h"

#ifdef VOUCH_HAS_AVX512

#include <algorithm>

#include "field/kernels/avx512_grid.h"
#include "field/kernels/avx512_small.h"
#include "field/kernels/avx512_sums.h"
#include "field/kernels/kernels.h"

namespace vouch::internal {
namespace {

// Asks for scalars that a loop will read soon: arrays that come from memory are folded a fifth
// faster for it. What lies behind an array is asked for in vain.
VOUCH_AVX512_INLINE void prefetch_ahead(const Scalar* s, size_t count) {
  constexpr size_t kAhead = 48;  // 1.5 kB
  for (size_t k = 0; k < count; k += 2) {
    __builtin_prefetch(s + kAhead + k);
  }
}

// Two blocks of eight pairs at f and at g, f[0] and f[stride / 2], f[stride] and …
VOUCH_AVX512_INLINE TwoWords fold_two(const FixedFactor& z, const Scalar* f, const Scalar* g,
                                      size_t stride) {
  const Operand at_0[2] = {operand(load_every(f, stride)), operand(load_every(g, stride))};
  const Operand at_1[2] = {operand(load_every(f + stride / 2, stride)),
                           operand(load_every(g + stride / 2, stride))};
  return multiply_add(z, {subtract_operands(at_1[0], at_0[0]), subtract_operands(at_1[1], at_0[1])},
                      at_0);
}

VOUCH_AVX512 void fold_lanes(Scalar* dst, const Scalar* src, size_t pairs, const FixedFactor& z) {
  size_t i = 0;
  for (; i + 16 <= pairs; i += 16) {
    prefetch_ahead(src + 2 * i, 32);
    const TwoWords folded = fold_two(z, src + 2 * i, src + 2 * i + 16, 2);
    store(dst + i, folded.first, 8);
    store(dst + i + 8, folded.second, 8);
  }
  for (; i < pairs; i += 8) {
    const PairWords f = load_pairs(src + 2 * i, pairs - i);
    const Operand f0 = operand(f.even);
    store(dst + i, multiply_add(z, subtract_operands(operand(f.odd), f0), f0), pairs - i);
  }
}

VOUCH_AVX512 void fold_quad_lanes(Scalar* even, Scalar* odd, const Scalar* src, size_t pairs,
                                  const FixedFactor& z) {
  size_t i = 0;
  for (; i + 8 <= pairs; i += 8) {
    prefetch_ahead(src + 4 * i, 32);
    const TwoWords folded = fold_two(z, src + 4 * i, src + 4 * i + 1, 4);
    store(even + i, folded.first, 8);
    store(odd + i, folded.second, 8);
  }
  if (i < pairs) {
    Scalar last[32];
    std::copy_n(src + 4 * i, 4 * (pairs - i), last);
    const TwoWords folded = fold_two(z, last, last + 1, 4);
    store(even + i, folded.first, pairs - i);
    store(odd + i, folded.second, pairs - i);
  }
}

VOUCH_AVX512 void multiply_lanes(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    Columns t[2] = {minus_modulus_columns(), minus_modulus_columns()};
    for (size_t k = 0; k < 2; ++k) {
      add_product(t[k], operand<4>(load(a + i + 8 * k, 8)), operand(load(b + i + 8 * k, 8)));
    }
    reduce(t[0], t[1]);
    store(dst + i, finish(t[0].t + 5), 8);
    store(dst + i + 8, finish(t[1].t + 5), 8);
  }
  for (; i < n; i += 8) {
    store(dst + i, product(operand<4>(load(a + i, n - i)), operand(load(b + i, n - i))), n - i);
  }
}

VOUCH_AVX512 void add_arrays(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  const Columns minus = minus_modulus_columns();
  for (size_t i = 0; i < n; i += 8) {
    const Operand x = operand(load(a + i, n - i));
    const Operand y = operand(load(b + i, n - i));
    __m512i u[5];
    for (size_t k = 0; k < 5; ++k) {
      u[k] = add_low(add_low(minus.t[5 + k], x.limb[k], broadcast(1)), y.limb[k], broadcast(1));
    }
    store(dst + i, finish(u), n - i);
  }
}

VOUCH_AVX512 void subtract_lanes(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  for (size_t i = 0; i < n; i += 8) {
    const Operand x = operand(load(a + i, n - i));
    const Operand y = operand(load(b + i, n - i));
    __m512i u[5];
    for (size_t k = 0; k < 5; ++k) {
      u[k] = _mm512_sub_epi64(add_low(_mm512_setzero_si512(), x.limb[k], broadcast(1)),
                              _mm512_and_si512(y.limb[k], broadcast(kMask52)));
    }
    store(dst + i, finish(u), n - i);
  }
}

VOUCH_AVX512_INLINE Operand load_or_zero(const Scalar* s, size_t i, size_t n) {
  if (s != nullptr) {
    return operand(load(s + i, n));
  }
  const __m512i zero = _mm512_setzero_si512();
  return {{zero, zero, zero, zero, zero}};
}

// dst[i] = s·a[i] + b[i], or s·a[i] without b. Two blocks of eight at a time.
VOUCH_AVX512_INLINE void multiply_add_lanes(Scalar* dst, const Scalar* a, const Scalar* b,
                                            const FixedFactor& s, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const TwoWords out = multiply_add(s, {operand(load(a + i, 8)), operand(load(a + i + 8, 8))},
                                      {load_or_zero(b, i, 8), load_or_zero(b, i + 8, 8)});
    store(dst + i, out.first, 8);
    store(dst + i + 8, out.second, 8);
  }
  for (; i < n; i += 8) {
    store(dst + i, multiply_add(s, operand(load(a + i, n - i)), load_or_zero(b, i, n - i)), n - i);
  }
}

VOUCH_AVX512 void scale_lanes(Scalar* dst, const Scalar* a, const FixedFactor& s, size_t n) {
  multiply_add_lanes(dst, a, nullptr, s, n);
}

VOUCH_AVX512 void add_scaled_lanes(Scalar* dst, const Scalar* a, const FixedFactor& s, size_t n) {
  multiply_add_lanes(dst, a, dst, s, n);
}

VOUCH_AVX512 void combine_fractions(Scalar* P_out, Scalar* Q_out, const Scalar* P, const Scalar* Q,
                                    size_t pairs) {
  for (size_t i = 0; i < pairs; i += 8) {
    prefetch_ahead(P + 2 * i, 16);
    prefetch_ahead(Q + 2 * i, 16);
    const PairWords p = load_pairs(P + 2 * i, pairs - i);
    const PairWords q = load_pairs(Q + 2 * i, pairs - i);
    const Operand q0 = operand<4>(q.even);
    Columns t[2] = {minus_modulus_columns(), minus_modulus_columns()};
    add_product(t[0], q0, operand(p.odd));
    add_product(t[0], operand<4>(q.odd), operand(p.even));
    add_product(t[1], q0, operand(q.odd));
    reduce(t[0], t[1]);
    store(P_out + i, finish(t[0].t + 5), pairs - i);
    store(Q_out + i, finish(t[1].t + 5), pairs - i);
  }
}

void fold_pairs(Scalar* dst, const Scalar* src, size_t pairs, const Scalar& z) {
  fold_lanes(dst, src, pairs, fixed_factor(z));
}
void fold_quads(Scalar* even, Scalar* odd, const Scalar* src, size_t pairs, const Scalar& z) {
  fold_quad_lanes(even, odd, src, pairs, fixed_factor(z));
}
void scale(Scalar* dst, const Scalar* a, const Scalar& s, size_t n) {
  scale_lanes(dst, a, fixed_factor(s), n);
}
void add_scaled(Scalar* dst, const Scalar* a, const Scalar& s, size_t n) {
  add_scaled_lanes(dst, a, fixed_factor(s), n);
}

// ---- sums ----

constexpr size_t kBlock = 2048;

// Two sums, their columns added over the lanes.
struct BlockSums {
  uint64_t columns[2][10];
};

VOUCH_AVX512_INLINE BlockSums add_lanes_up(const Columns& at0, const Columns& at2) {
  BlockSums out{};
  add_lanes(at0, out.columns[0]);
  add_lanes(at2, out.columns[1]);
  return out;
}

VOUCH_AVX512 BlockSums inner_product_block(const Scalar* a, const Scalar* b, size_t n) {
  Columns sum = no_columns();
  for (size_t i = 0; i < n; i += 8) {
    add_product(sum, operand(load(a + i, n - i)), operand(load(b + i, n - i)));
  }
  return add_lanes_up(sum, no_columns());
}

VOUCH_AVX512 BlockSums fraction_sum_block(const Scalar* P0, const Scalar* Q0, const Scalar* M,
                                          const Scalar* Q1, const Scalar* eq, size_t n) {
  Columns sum = no_columns();
  for (size_t i = 0; i < n; i += 8) {
    Columns g = no_columns();
    add_product(g, operand(load(P0 + i, n - i)), operand(load(Q1 + i, n - i)));
    add_product(g, operand(load(Q0 + i, n - i)), operand(load(M + i, n - i)));
    add_product(sum, operand<4>(load(eq + i, n - i)), reduced_operand(g));
  }
  return add_lanes_up(sum, no_columns());
}

// f(1) − f(0) + ℓ < 2ℓ of eight pairs f[0] and f[2], f[4] and f[6], …
VOUCH_AVX512_INLINE Operand slope_of_quads(const Scalar* f) {
  return subtract_operands(operand(load_every(f + 2, 4)), operand(load_every(f, 4)));
}

// ΔP_0·ΔQ_1 + ΔQ_0·(ΔP_1 + λ·ΔQ_1) of eight pairs. What is in brackets is below 8ℓ: the product
// below 5.02ℓ, the addend 2ℓ; the sum below 20ℓ², reduced below 1.1ℓ.
VOUCH_AVX512_INLINE Operand product_of_slopes(const Scalar* P, const Scalar* Q,
                                              const FixedFactor& lambda) {
  const Operand Q1 = slope_of_quads(Q + 1);
  const Operand P1 = slope_of_quads(P + 1);
  FixedColumns m = fixed_columns(P1);
  add_fixed(m, lambda, Q1);
  Columns g = no_columns();
  add_product(g, slope_of_quads(P), Q1);
  add_product(g, slope_of_quads(Q), operand_of_reduced(m.t + 1));
  return reduced_operand(g);
}

VOUCH_AVX512 BlockSums fraction_slopes_block(const Scalar* P, const Scalar* Q,
                                             const FixedFactor& lambda, const Scalar* eq,
                                             size_t pairs) {
  Columns sum = no_columns();
  size_t j = 0;
  for (; j + 8 <= pairs; j += 8) {
    prefetch_ahead(P + 4 * j, 32);
    prefetch_ahead(Q + 4 * j, 32);
    add_product(sum, operand<4>(load(eq + j, 8)), product_of_slopes(P + 4 * j, Q + 4 * j, lambda));
  }
  if (j < pairs) {
    Scalar last[2][32];
    std::copy_n(P + 4 * j, 4 * (pairs - j), last[0]);
    std::copy_n(Q + 4 * j, 4 * (pairs - j), last[1]);
    add_product(sum, operand<4>(load(eq + j, pairs - j)),
                product_of_slopes(last[0], last[1], lambda));
  }
  return add_lanes_up(sum, no_columns());
}

VOUCH_AVX512 BlockSums fraction_block(const Scalar* P0, const Scalar* Q0, const Scalar* M,
                                      const Scalar* Q1, const Scalar* eq, size_t pairs) {
  Columns at0 = no_columns();
  Columns at2 = no_columns();
  for (size_t j = 0; j < pairs; j += 8) {
    const size_t n = pairs - j;
    const PairWords p0 = load_pairs(P0 + 2 * j, n);
    const PairWords q1 = load_pairs(Q1 + 2 * j, n);
    Columns g0 = no_columns();
    Columns g2 = no_columns();
    add_product(g0, operand(p0.even), operand(q1.even));
    add_product(g2, at_two(p0), at_two(q1));
    const PairWords q0 = load_pairs(Q0 + 2 * j, n);
    const PairWords m = load_pairs(M + 2 * j, n);
    add_product(g0, operand(q0.even), operand(m.even));
    add_product(g2, at_two(q0), at_two(m));
    const Operand weight = operand<4>(load(eq + j, n));
    reduce(g0, g2);
    add_product(at0, weight, operand_of_reduced(g0.t + 5));
    add_product(at2, weight, operand_of_reduced(g2.t + 5));
  }
  return add_lanes_up(at0, at2);
}

VOUCH_AVX512 BlockSums product_block(const Scalar* A, const Scalar* B, const Scalar* eq,
                                     size_t pairs) {
  Columns at0 = no_columns();
  Columns at2 = no_columns();
  for (size_t j = 0; j < pairs; j += 8) {
    const size_t n = pairs - j;
    const PairWords a = load_pairs(A + 2 * j, n);
    const PairWords b = load_pairs(B + 2 * j, n);
    Columns g0 = no_columns();
    Columns g2 = no_columns();
    add_product(g0, operand(a.even), operand(b.even));
    add_product(g2, at_two(a), at_two(b));
    const Operand weight = operand<4>(load(eq + j, n));
    reduce(g0, g2);
    add_product(at0, weight, operand_of_reduced(g0.t + 5));
    add_product(at2, weight, operand_of_reduced(g2.t + 5));
  }
  return add_lanes_up(at0, at2);
}

VOUCH_AVX512 BlockSums eq_block(const Scalar* F, const Scalar* eq, size_t pairs) {
  Columns even = no_columns();
  Columns odd = no_columns();
  for (size_t j = 0; j < pairs; j += 8) {
    const PairWords f = load_pairs(F + 2 * j, pairs - j);
    const Operand weight = operand(load(eq + j, pairs - j));
    add_product(even, weight, operand(f.even));
    add_product(odd, weight, operand(f.odd));
  }
  return add_lanes_up(even, odd);
}

// Adds both sums over the blocks [begin, begin + n) of [0, count) to sums.
template <class Block>
void add_blocks(size_t count, Scalar* sums, size_t how_many, Block block) {
  ProductSum total[2];
  for (size_t begin = 0; begin < count; begin += kBlock) {
    const BlockSums part = block(begin, std::min(kBlock, count - begin));
    for (size_t k = 0; k < how_many; ++k) {
      add_columns(total[k], part.columns[k]);
    }
  }
  for (size_t k = 0; k < how_many; ++k) {
    sums[k] += total[k].reduce();
  }
}

Scalar inner_product(const Scalar* a, const Scalar* b, size_t n) {
  Scalar sum;
  add_blocks(n, &sum, 1,
             [=](size_t i, size_t length) { return inner_product_block(a + i, b + i, length); });
  return sum;
}

Scalar fraction_slopes(const Scalar* P, const Scalar* Q, const Scalar& lambda, const Scalar* eq,
                       size_t pairs) {
  Scalar sum;
  add_blocks(pairs, &sum, 1, [=, factor = fixed_factor(lambda)](size_t j, size_t n) {
    return fraction_slopes_block(P + 4 * j, Q + 4 * j, factor, eq + j, n);
  });
  return sum;
}

Scalar fraction_sum(const Scalar* P0, const Scalar* Q0, const Scalar* M, const Scalar* Q1,
                    const Scalar* eq, size_t n) {
  Scalar sum;
  add_blocks(n, &sum, 1, [=](size_t i, size_t length) {
    return fraction_sum_block(P0 + i, Q0 + i, M + i, Q1 + i, eq + i, length);
  });
  return sum;
}

void fraction_round(const Scalar* P0, const Scalar* Q0, const Scalar* M, const Scalar* Q1,
                    const Scalar* eq, size_t pairs, Scalar sums[2]) {
  add_blocks(pairs, sums, 2, [=](size_t j, size_t n) {
    return fraction_block(P0 + 2 * j, Q0 + 2 * j, M + 2 * j, Q1 + 2 * j, eq + j, n);
  });
}

void product_round(const Scalar* A, const Scalar* B, const Scalar* eq, size_t pairs,
                   Scalar sums[2]) {
  add_blocks(pairs, sums, 2,
             [=](size_t j, size_t n) { return product_block(A + 2 * j, B + 2 * j, eq + j, n); });
}

void eq_round(const Scalar* F, const Scalar* eq, size_t pairs, Scalar sums[2]) {
  add_blocks(pairs, sums, 2, [=](size_t j, size_t n) { return eq_block(F + 2 * j, eq + j, n); });
}

// One row at a time: the sums in memory are words of 40-byte structures, and taking them to lanes
// and back costs more than the portable loop.
void add_small_multiples_i32(SmallProductSum* acc, const Scalar& s, const int32_t* x, size_t n) {
  kPortableFieldKernels.add_small_multiples_i32(acc, s, x, n);
}
void add_small_multiples_i64(SmallProductSum* acc, const Scalar& s, const int64_t* x, size_t n) {
  kPortableFieldKernels.add_small_multiples_i64(acc, s, x, n);
}
void add_small_multiples_u8(SmallProductSum* acc, const Scalar& s, const uint8_t* x, size_t n) {
  kPortableFieldKernels.add_small_multiples_u8(acc, s, x, n);
}

}  // namespace

constinit const FieldKernels kAvx512IfmaFieldKernels = {
    .name = "avx512_ifma",
    .fold_pairs = fold_pairs,
    .fold_quads = fold_quads,
    .fold_blocks = avx512_fold_blocks,
    .multiply = multiply_lanes,
    .add = add_arrays,
    .subtract = subtract_lanes,
    .scale = scale,
    .add_scaled = add_scaled,
    .inner_product = inner_product,
    .combine_fractions = combine_fractions,
    .fraction_sum = fraction_sum,
    .fraction_slopes = fraction_slopes,
    .fraction_round = fraction_round,
    .product_round = product_round,
    .eq_round = eq_round,
    .product_grid = avx512_product_grid,
    .add_small_multiples_i32 = add_small_multiples_i32,
    .add_small_multiples_i64 = add_small_multiples_i64,
    .add_small_multiples_u8 = add_small_multiples_u8,
    .add_small_combination_i32 = avx512_add_small_combination<int32_t>,
    .add_small_combination_i64 = avx512_add_small_combination<int64_t>,
    .add_small_combination_u8 = avx512_add_small_combination<uint8_t>,
    .dot_small_i32 = avx512_dot_small<int32_t>,
    .dot_small_i64 = avx512_dot_small<int64_t>,
    .dot_small_u8 = avx512_dot_small<uint8_t>,
    .reduce_sums = avx512_reduce_sums,
    .combine_small_i32 = avx512_combine_small_i32,
    .combine_slots = avx512_combine_slots,
    .combine_slot_fractions = avx512_combine_slot_fractions,
};

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
