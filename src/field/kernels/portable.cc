// The kernels in plain 64-bit code. Sums of products are kept unreduced in nine limbs
// (field/product_sum.h), and P·Q + P'·Q' is reduced once. What is only a factor of the next product
// is not made canonical: f(2) + ℓ is below 3ℓ, and of two products of such below (2·9ℓ²)/R + ℓ
// < 2.2ℓ is left.
#include <algorithm>

#include "base/check.h"
#include "base/secret.h"
#include "field/kernels/kernels.h"
#include "field/kernels/offset.h"

namespace vouch::internal {
namespace {

// f(2) + ℓ < 3ℓ of the line through f[0] = f(0) and f[1] = f(1).
[[gnu::always_inline]] inline Limbs4 at_two(const Scalar* f) {
  Limbs4 d = f[1].limbs;
  subtract(d, f[0].limbs);
  add(d, kModulus);  // below 2ℓ again, mod 2^256
  add(d, f[1].limbs);
  return d;
}

[[gnu::flatten]] void fold_pairs(Scalar* dst, const Scalar* src, size_t pairs, const Scalar& z) {
  const Scalar point = z;
  for (size_t i = 0; i < pairs; ++i) {
    dst[i] = src[2 * i] + point * (src[2 * i + 1] - src[2 * i]);
  }
}

[[gnu::flatten]] void fold_quads(Scalar* even, Scalar* odd, const Scalar* src, size_t pairs,
                                 const Scalar& z) {
  const Scalar point = z;
  for (size_t i = 0; i < pairs; ++i) {
    even[i] = src[4 * i] + point * (src[4 * i + 2] - src[4 * i]);
    odd[i] = src[4 * i + 1] + point * (src[4 * i + 3] - src[4 * i + 1]);
  }
}

void fold_blocks(Scalar* f, size_t blocks, const Scalar* z, unsigned g) {
  for (unsigned i = 0; i < g; ++i) {
    fold_pairs(f, f, blocks << (g - 1 - i), z[i]);
  }
}

[[gnu::flatten]] void multiply(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    dst[i] = a[i] * b[i];
  }
}

[[gnu::flatten]] void add(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    dst[i] = a[i] + b[i];
  }
}

[[gnu::flatten]] void subtract(Scalar* dst, const Scalar* a, const Scalar* b, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    dst[i] = a[i] - b[i];
  }
}

[[gnu::flatten]] void scale(Scalar* dst, const Scalar* a, const Scalar& s, size_t n) {
  const Scalar factor = s;
  for (size_t i = 0; i < n; ++i) {
    dst[i] = a[i] * factor;
  }
}

[[gnu::flatten]] void add_scaled(Scalar* dst, const Scalar* a, const Scalar& s, size_t n) {
  const Scalar factor = s;
  for (size_t i = 0; i < n; ++i) {
    dst[i] += a[i] * factor;
  }
}

[[gnu::flatten]] Scalar inner_product(const Scalar* a, const Scalar* b, size_t n) {
  ProductSum sum;
  for (size_t i = 0; i < n; ++i) {
    sum.add(a[i], b[i]);
  }
  return sum.reduce();
}

[[gnu::flatten]] void combine_fractions(Scalar* P_out, Scalar* Q_out, const Scalar* P,
                                        const Scalar* Q, size_t pairs) {
  for (size_t i = 0; i < pairs; ++i) {
    const Scalar p = sum_of_products(P[2 * i], Q[2 * i + 1], P[2 * i + 1], Q[2 * i]);
    const Scalar q = Q[2 * i] * Q[2 * i + 1];
    P_out[i] = p;
    Q_out[i] = q;
  }
}

[[gnu::flatten]] Scalar fraction_sum(const Scalar* P0, const Scalar* Q0, const Scalar* M,
                                     const Scalar* Q1, const Scalar* eq, size_t n) {
  ProductSum sum;
  for (size_t i = 0; i < n; ++i) {
    sum.add_limbs(eq[i].limbs,
                  unreduced_product_sum(P0[i].limbs, Q1[i].limbs, Q0[i].limbs, M[i].limbs));
  }
  return sum.reduce();
}

[[gnu::flatten]] Scalar fraction_slopes(const Scalar* P, const Scalar* Q, const Scalar& lambda,
                                        const Scalar* eq, size_t pairs) {
  const Scalar factor = lambda;
  ProductSum sum;
  for (size_t j = 0; j < pairs; ++j) {
    const size_t k = 4 * j;
    const Scalar Q1 = Q[k + 3] - Q[k + 1];
    const Scalar M = P[k + 3] - P[k + 1] + factor * Q1;
    sum.add_limbs(eq[j].limbs, unreduced_product_sum((P[k + 2] - P[k]).limbs, Q1.limbs,
                                                     (Q[k + 2] - Q[k]).limbs, M.limbs));
  }
  return sum.reduce();
}

[[gnu::flatten]] void fraction_round(const Scalar* P0, const Scalar* Q0, const Scalar* M,
                                     const Scalar* Q1, const Scalar* eq, size_t pairs,
                                     Scalar sums[2]) {
  ProductSum at0;
  ProductSum at2;
  for (size_t j = 0; j < pairs; ++j) {
    const size_t k = 2 * j;
    at0.add_limbs(eq[j].limbs,
                  unreduced_product_sum(P0[k].limbs, Q1[k].limbs, Q0[k].limbs, M[k].limbs));
    at2.add_limbs(eq[j].limbs, unreduced_product_sum(at_two(P0 + k), at_two(Q1 + k), at_two(Q0 + k),
                                                     at_two(M + k)));
  }
  sums[0] += at0.reduce();
  sums[1] += at2.reduce();
}

[[gnu::flatten]] void product_round(const Scalar* A, const Scalar* B, const Scalar* eq,
                                    size_t pairs, Scalar sums[2]) {
  ProductSum at0;
  ProductSum at2;
  for (size_t j = 0; j < pairs; ++j) {
    const size_t k = 2 * j;
    at0.add_limbs(eq[j].limbs, unreduced_product(A[k].limbs, B[k].limbs));
    at2.add_limbs(eq[j].limbs, unreduced_product(at_two(A + k), at_two(B + k)));
  }
  sums[0] += at0.reduce();
  sums[1] += at2.reduce();
}

constexpr size_t kMostPoints = 729;  // 3^kMostVariables

// The values on {0,1,2}^g of a block, in `values`, which has room for all of them.
void extend_block(const Scalar* block, unsigned g, Scalar* values) {
  Scalar half[kMostPoints / 3 * 2];
  std::copy_n(block, size_t{1} << g, values);
  size_t low = 1;  // points of the variables that are done
  for (unsigned i = 0; i < g; ++i, low *= 3) {
    const size_t high = size_t{1} << (g - i);
    std::copy_n(values, high * low, half);
    for (size_t h = 0; h < high / 2; ++h) {
      const Scalar* from = half + 2 * h * low;
      Scalar* to = values + 3 * h * low;
      for (size_t l = 0; l < low; ++l) {
        const Scalar f0 = from[l];
        const Scalar f1 = from[low + l];
        to[l] = f0;
        to[low + l] = f1;
        to[2 * low + l] = f1 + (f1 - f0);
      }
    }
  }
}

void product_grid(const Scalar* A, const Scalar* B, size_t blocks, unsigned g, Scalar* sums) {
  Scalar a[kMostPoints];
  Scalar b[kMostPoints];
  ProductSum total[kMostPoints];
  size_t points = 1;
  for (unsigned i = 0; i < g; ++i) {
    points *= 3;
  }
  for (size_t j = 0; j < blocks; ++j) {
    extend_block(A + (j << g), g, a);
    extend_block(B + (j << g), g, b);
    for (size_t t = 0; t < points; ++t) {
      total[t].add(a[t], b[t]);
    }
  }
  for (size_t t = 0; t < points; ++t) {
    sums[t] += total[t].reduce();
  }
  secure_wipe(a, points * sizeof(Scalar));
  secure_wipe(b, points * sizeof(Scalar));
}

[[gnu::flatten]] void eq_round(const Scalar* F, const Scalar* eq, size_t pairs, Scalar sums[2]) {
  ProductSum even;
  ProductSum odd;
  for (size_t j = 0; j < pairs; ++j) {
    even.add(eq[j], F[2 * j]);
    odd.add(eq[j], F[2 * j + 1]);
  }
  sums[0] += even.reduce();
  sums[1] += odd.reduce();
}

template <class Int>
[[gnu::always_inline]] inline void add_multiple(SmallProductSum& sum, const Scalar& s, Int x) {
  if constexpr (std::is_unsigned_v<Int>) {
    sum.add_unsigned(s, x);
  } else {
    sum.add(s, x);
  }
}

template <class Int>
[[gnu::flatten]] void add_small_multiples(SmallProductSum* acc, const Scalar& s, const Int* x,
                                          size_t n) {
  const Scalar factor = s;
  for (size_t i = 0; i < n; ++i) {
    add_multiple(acc[i], factor, x[i]);
  }
}

// A sum stays in registers over a chunk of rows, whose lines of memory stay in the first cache for
// the next sums: 16 kB.
template <class Int>
[[gnu::flatten]] void add_small_combination(SmallProductSum* acc, const Scalar* s, size_t rows,
                                            const Int* x, size_t stride, size_t n) {
  constexpr size_t kRows = 256;
  for (size_t begin = 0; begin < rows; begin += kRows) {
    const size_t end = std::min(rows, begin + kRows);
    for (size_t i = 0; i < n; ++i) {
      SmallProductSum sum = acc[i];
      for (size_t r = begin; r < end; ++r) {
        add_multiple(sum, s[r], x[r * stride + i]);
      }
      acc[i] = sum;
    }
  }
}

template <class Int>
[[gnu::flatten]] SmallProductSum dot_small(const Scalar* s, const Int* x, size_t n) {
  SmallProductSum sum;
  for (size_t i = 0; i < n; ++i) {
    add_multiple(sum, s[i], x[i]);
  }
  return sum;
}

void reduce_sums(Scalar* dst, const SmallProductSum* sums, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    dst[i] = sums[i].reduce();
  }
}

// t mod ℓ for t < 2^316. With hi the bits from 252 on and lo the others, t = lo − hi·(ℓ − 2^252)
// mod ℓ; as lo < 2^252 < ℓ, and the product is below 2^189, that is in (−ℓ, ℓ).
[[gnu::always_inline]] inline Scalar reduce_small(const Limbs5& t) {
  const uint64_t hi = t[3] >> 60 | t[4] << 4;
  const Limbs5 product = multiply_row(hi, {kModulus[0], kModulus[1], 0, 0});
  return Scalar::from_limbs(subtract_mod({t[0], t[1], t[2], t[3] & (kModulus[3] - 1)},
                                         {product[0], product[1], product[2], product[3]}));
}

// The sum is below 2^253·(1 + 8·2^32) < 2^289.
[[gnu::flatten]] void combine_small_i32(Scalar* dst, const Scalar& c, const Scalar* s,
                                        const int32_t* const* x, size_t terms, size_t n) {
  VOUCH_CHECK(terms <= FieldKernels::kMostTerms);
  const Scalar start = minus_offsets(c, s, terms);
  for (size_t i = 0; i < n; ++i) {
    Limbs5 sum = {start.limbs[0], start.limbs[1], start.limbs[2], start.limbs[3], 0};
    for (size_t k = 0; k < terms; ++k) {
      count_work(Work::kSmallMultiple);
      add_row(sum, static_cast<uint32_t>(x[k][i]) ^ kOffset32, s[k].limbs);
    }
    dst[i] = reduce_small(sum);
  }
}

// A part adds less than 2^253·2^50 to the sum.
[[gnu::flatten]] void combine_slots(Scalar* dst, const SlotCombination& form,
                                    const SlotIntegers& slots, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    const auto& c = form.constant.limbs;
    Limbs5 sum = {c[0], c[1], c[2], c[3], 0};
    for (const SlotCombination::Part& part : form.parts) {
      const auto x = SlotCombination::columns(slots, form.planes * i + part.plane, form.offset);
      for (size_t k = 0; k < x.size(); ++k) {
        if ((part.columns >> k & 1) != 0) {
          count_work(Work::kSmallMultiple);
          add_row(sum, x[k], part.s[k].limbs);
        }
      }
    }
    dst[i] = reduce_small(sum);
  }
}

void combine_slot_fractions(Scalar* P_out, Scalar* Q_out, const SlotCombination& P,
                            const SlotCombination& Q, const SlotIntegers& slots, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    Scalar p[2];
    Scalar q[2];
    combine_slots(p, P, slots.from(2 * i), 2);
    combine_slots(q, Q, slots.from(2 * i), 2);
    combine_fractions(P_out + i, Q_out + i, p, q, 1);
  }
}

}  // namespace

constinit const FieldKernels kPortableFieldKernels = {
    .name = "portable",
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
    .add_small_multiples_i32 = add_small_multiples<int32_t>,
    .add_small_multiples_i64 = add_small_multiples<int64_t>,
    .add_small_multiples_u8 = add_small_multiples<uint8_t>,
    .add_small_combination_i32 = add_small_combination<int32_t>,
    .add_small_combination_i64 = add_small_combination<int64_t>,
    .add_small_combination_u8 = add_small_combination<uint8_t>,
    .dot_small_i32 = dot_small<int32_t>,
    .dot_small_i64 = dot_small<int64_t>,
    .dot_small_u8 = dot_small<uint8_t>,
    .reduce_sums = reduce_sums,
    .combine_small_i32 = combine_small_i32,
    .combine_slots = combine_slots,
    .combine_slot_fractions = combine_slot_fractions,
};

}  // namespace vouch::internal
