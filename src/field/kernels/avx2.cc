// The kernels on AVX2 (field/kernels/avx2_scalars.h). The last one to three numbers of an array go
// the same way as the others, with zeros beside them.
//
// Sums of products stay in columns a lane, which are carried after every six products; after a
// block the lanes are added up. Where a sum has three factors, the first product is reduced by
// 2^261 and the second by 2^256, so the third factor comes times 2^5.
#include "field/kernels/avx2_scalars.h"

#ifdef VOUCH_HAS_AVX2

#include <algorithm>

#include "base/room.h"
#include "field/kernels/avx2_small.h"
#include "field/kernels/kernels.h"

namespace vouch::internal {
namespace {

struct Pair29 {
  Operand29 even;
  Operand29 odd;
};

VOUCH_AVX2_INLINE Pair29 load_pairs29(const Scalar* s, size_t n) {
  return {operand29(load4(s, n, 2)), operand29(load4(s + 1, n, 2))};
}

VOUCH_AVX2 void fold_lanes(Scalar* dst, const Scalar* src, size_t pairs, const Limbs29& z32) {
  const Operand29 z = broadcast_operand29(z32.limb);
  for (size_t i = 0; i < pairs; i += 4) {
    const Pair29 f = load_pairs29(src + 2 * i, pairs - i);
    store4(dst + i, multiply_add29(z, difference29(f.odd, f.even), f.even), pairs - i);
  }
}

VOUCH_AVX2 void fold_quad_lanes(Scalar* even, Scalar* odd, const Scalar* src, size_t pairs,
                                const Limbs29& z32) {
  const Operand29 z = broadcast_operand29(z32.limb);
  for (size_t i = 0; i < pairs; i += 4) {
    Scalar* const dst[2] = {even + i, odd + i};
    for (size_t k = 0; k < 2; ++k) {
      const Scalar* s = src + 4 * i + k;
      const Operand29 f0 = operand29(load4(s, pairs - i, 4));
      const Operand29 f1 = operand29(load4(s + 2, pairs - i, 4));
      store4(dst[k], multiply_add29(z, difference29(f1, f0), f0), pairs - i);
    }
  }
}

VOUCH_AVX2 void combine_fractions(Scalar* P_out, Scalar* Q_out, const Scalar* P, const Scalar* Q,
                                  size_t pairs) {
  for (size_t i = 0; i < pairs; i += 4) {
    const size_t n = pairs - i;
    const Pair29 p = load_pairs29(P + 2 * i, n);
    const Words4 q0 = load4(Q + 2 * i, n, 2);
    const Words4 q1 = load4(Q + 2 * i + 1, n, 2);
    const Operand29 q0_32 = operand29<5>(q0);
    store4(P_out + i, product_sum29(operand29<5>(q1), p.even, q0_32, p.odd), n);
    store4(Q_out + i, product29(q0_32, operand29(q1)), n);
  }
}

void fold_pairs(Scalar* dst, const Scalar* src, size_t pairs, const Scalar& z) {
  fold_lanes(dst, src, pairs, limbs29_of(z.limbs, 5));
}
void fold_quads(Scalar* even, Scalar* odd, const Scalar* src, size_t pairs, const Scalar& z) {
  fold_quad_lanes(even, odd, src, pairs, limbs29_of(z.limbs, 5));
}

// ---- sums ----

constexpr size_t kBlock = 4096;

// Two sums in columns of 29 bits, added over the lanes.
struct BlockSums {
  uint64_t columns[2][18];
};

// Columns of two sums, carried before a seventh product.
struct Accumulators {
  Columns29 sum[2];
  size_t products;
};
VOUCH_AVX2_INLINE Accumulators no_sums() { return {{no_columns29(), no_columns29()}, 0}; }
VOUCH_AVX2_INLINE void make_room(Accumulators& a) {
  if (a.products == 6) {
    carry29(a.sum[0].t, 18);
    carry29(a.sum[1].t, 18);
    a.products = 0;
  }
  ++a.products;
}

VOUCH_AVX2_INLINE BlockSums add_lanes_up(Accumulators& a) {
  BlockSums out{};
  for (size_t s = 0; s < 2; ++s) {
    carry29(a.sum[s].t, 18);
    for (size_t k = 0; k < 18; ++k) {
      alignas(32) uint64_t lanes[4];
      _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), a.sum[s].t[k]);
      out.columns[s][k] = lanes[0] + lanes[1] + lanes[2] + lanes[3];
    }
  }
  return out;
}

VOUCH_AVX2 BlockSums inner_product_block(const Scalar* a, const Scalar* b, size_t n) {
  Accumulators acc = no_sums();
  for (size_t i = 0; i < n; i += 4) {
    make_room(acc);
    const Operand29 x = operand29(load4(a + i, n - i));
    add_product29(acc.sum[0], x, operand29(load4(b + i, n - i)));
  }
  return add_lanes_up(acc);
}

VOUCH_AVX2 BlockSums fraction_sum_block(const Scalar* P0, const Scalar* Q0, const Scalar* M,
                                        const Scalar* Q1, const Scalar* eq, size_t n) {
  Accumulators acc = no_sums();
  for (size_t i = 0; i < n; i += 4) {
    const size_t left = n - i;
    make_room(acc);
    Columns29 g = no_columns29();
    multiply_reduce(g, operand29(load4(P0 + i, left)), operand29(load4(Q1 + i, left)),
                    operand29(load4(Q0 + i, left)), operand29(load4(M + i, left)));
    add_product29(acc.sum[0], operand29<5>(load4(eq + i, left)), upper_operand(g));
  }
  return add_lanes_up(acc);
}

VOUCH_AVX2 BlockSums product_block(const Scalar* A, const Scalar* B, const Scalar* eq,
                                   size_t pairs) {
  Accumulators acc = no_sums();
  for (size_t j = 0; j < pairs; j += 4) {
    const size_t n = pairs - j;
    make_room(acc);
    const Pair29 a = load_pairs29(A + 2 * j, n);
    const Pair29 b = load_pairs29(B + 2 * j, n);
    const Operand29 weight = operand29<5>(load4(eq + j, n));
    Columns29 g0 = no_columns29();
    multiply_reduce(g0, a.even, b.even);
    add_product29(acc.sum[0], weight, upper_operand(g0));
    Columns29 g2 = no_columns29();
    multiply_reduce(g2, at_two29(a.even, a.odd), at_two29(b.even, b.odd));
    add_product29(acc.sum[1], weight, upper_operand(g2));
  }
  return add_lanes_up(acc);
}

VOUCH_AVX2 BlockSums eq_block(const Scalar* F, const Scalar* eq, size_t pairs) {
  Accumulators acc = no_sums();
  for (size_t j = 0; j < pairs; j += 4) {
    make_room(acc);
    const Pair29 f = load_pairs29(F + 2 * j, pairs - j);
    const Operand29 weight = operand29(load4(eq + j, pairs - j));
    add_product29(acc.sum[0], weight, f.even);
    add_product29(acc.sum[1], weight, f.odd);
  }
  return add_lanes_up(acc);
}

// total += Σ columns[k]·2^(29k). A block's columns are below 2^31, but for the last, which is what
// the value, below 4096·2^512, leaves above 2^493.
void add_columns(ProductSum& total, const uint64_t columns[18]) {
  std::array<uint64_t, 9> sum{};
  uint64_t carry = 0;
  for (size_t k = 0; k < 18; ++k) {
    carry += columns[k];
    const uint64_t limb = k < 17 ? carry & kMask29 : carry;
    sum[29 * k / 64] |= limb << (29 * k % 64);
    if (29 * k % 64 > 0 && 29 * k / 64 < 8) {
      sum[29 * k / 64 + 1] |= limb >> (64 - 29 * k % 64);
    }
    carry >>= 29;
  }
  total += ProductSum{sum};
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

Scalar fraction_sum(const Scalar* P0, const Scalar* Q0, const Scalar* M, const Scalar* Q1,
                    const Scalar* eq, size_t n) {
  Scalar sum;
  add_blocks(n, &sum, 1, [=](size_t i, size_t length) {
    return fraction_sum_block(P0 + i, Q0 + i, M + i, Q1 + i, eq + i, length);
  });
  return sum;
}

void product_round(const Scalar* A, const Scalar* B, const Scalar* eq, size_t pairs,
                   Scalar sums[2]) {
  add_blocks(pairs, sums, 2,
             [=](size_t j, size_t n) { return product_block(A + 2 * j, B + 2 * j, eq + j, n); });
}

void eq_round(const Scalar* F, const Scalar* eq, size_t pairs, Scalar sums[2]) {
  add_blocks(pairs, sums, 2, [=](size_t j, size_t n) { return eq_block(F + 2 * j, eq + j, n); });
}

// ---- what is as fast, or almost, in the portable code ----

// Single products, where words become limbs and limbs words for little else (1.1 to 1.3 times as
// fast here), the loop that is too long for the cache of decoded instructions
// (fraction_round, 1.0), and 64-bit integers, three factors each (1.0).
void fold_blocks(Scalar* f, size_t blocks, const Scalar* z, unsigned g) {
  for (unsigned i = 0; i < g; ++i) {
    fold_pairs(f, f, blocks << (g - 1 - i), z[i]);
  }
}

void multiply(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  kPortableFieldKernels.multiply(dst, a, b, n);
}
void add(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  kPortableFieldKernels.add(dst, a, b, n);
}
void subtract(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  kPortableFieldKernels.subtract(dst, a, b, n);
}
void product_grid(const Scalar* A, const Scalar* B, size_t blocks, unsigned g, Scalar* sums) {
  kPortableFieldKernels.product_grid(A, B, blocks, g, sums);
}
void reduce_sums(Scalar* dst, const SmallProductSum* sums, size_t n) {
  kPortableFieldKernels.reduce_sums(dst, sums, n);
}
void scale(Scalar* dst, const Scalar* a, const Scalar& s, size_t n) {
  kPortableFieldKernels.scale(dst, a, s, n);
}
void add_scaled(Scalar* dst, const Scalar* a, const Scalar& s, size_t n) {
  kPortableFieldKernels.add_scaled(dst, a, s, n);
}
Scalar fraction_slopes(const Scalar* P, const Scalar* Q, const Scalar& lambda, const Scalar* eq,
                       size_t pairs) {
  return kPortableFieldKernels.fraction_slopes(P, Q, lambda, eq, pairs);
}
void fraction_round(const Scalar* P0, const Scalar* Q0, const Scalar* M, const Scalar* Q1,
                    const Scalar* eq, size_t pairs, Scalar sums[2]) {
  kPortableFieldKernels.fraction_round(P0, Q0, M, Q1, eq, pairs, sums);
}
void add_small_multiples_i32(SmallProductSum* acc, const Scalar& s, const int32_t* x, size_t n) {
  kPortableFieldKernels.add_small_multiples_i32(acc, s, x, n);
}
void add_small_multiples_i64(SmallProductSum* acc, const Scalar& s, const int64_t* x, size_t n) {
  kPortableFieldKernels.add_small_multiples_i64(acc, s, x, n);
}
void add_small_multiples_u8(SmallProductSum* acc, const Scalar& s, const uint8_t* x, size_t n) {
  kPortableFieldKernels.add_small_multiples_u8(acc, s, x, n);
}
void add_small_combination_i64(SmallProductSum* acc, const Scalar* s, size_t rows, const int64_t* x,
                               size_t stride, size_t n) {
  kPortableFieldKernels.add_small_combination_i64(acc, s, rows, x, stride, n);
}
SmallProductSum dot_small_i64(const Scalar* s, const int64_t* x, size_t n) {
  return kPortableFieldKernels.dot_small_i64(s, x, n);
}

void combine_slot_fractions(Scalar* P_out, Scalar* Q_out, const SlotCombination& P,
                            const SlotCombination& Q, const SlotIntegers& slots, size_t n) {
  constexpr size_t kPart = 64;
  Room<Scalar, 2 * kPart> p;
  Room<Scalar, 2 * kPart> q;
  for (size_t i = 0; i < n; i += kPart) {
    const size_t count = std::min(kPart, n - i);
    avx2_combine_slots(p.data(), P, slots.from(2 * i), 2 * count);
    avx2_combine_slots(q.data(), Q, slots.from(2 * i), 2 * count);
    combine_fractions(P_out + i, Q_out + i, p.data(), q.data(), count);
  }
}

}  // namespace

constinit const FieldKernels kAvx2FieldKernels = {
    .name = "avx2",
    .fold_pairs = fold_pairs,
    .fold_quads = fold_quads,
    .fold_blocks = fold_blocks,
    .multiply = multiply,
    .add = add,
    .subtract = subtract,
    .scale = scale,
    .add_scaled = add_scaled,
    .inner_product = inner_product,
    .combine_fractions = combine_fractions,
    .fraction_sum = fraction_sum,
    .fraction_slopes = fraction_slopes,
    .fraction_round = fraction_round,
    .product_round = product_round,
    .eq_round = eq_round,
    .product_grid = product_grid,
    .add_small_multiples_i32 = add_small_multiples_i32,
    .add_small_multiples_i64 = add_small_multiples_i64,
    .add_small_multiples_u8 = add_small_multiples_u8,
    .add_small_combination_i32 = avx2_add_small_combination<int32_t>,
    .add_small_combination_i64 = add_small_combination_i64,
    .add_small_combination_u8 = avx2_add_small_combination<uint8_t>,
    .dot_small_i32 = avx2_dot_small<int32_t>,
    .dot_small_i64 = dot_small_i64,
    .dot_small_u8 = avx2_dot_small<uint8_t>,
    .reduce_sums = reduce_sums,
    .combine_small_i32 = avx2_combine_small_i32,
    .combine_slots = avx2_combine_slots,
    .combine_slot_fractions = combine_slot_fractions,
};

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX2
