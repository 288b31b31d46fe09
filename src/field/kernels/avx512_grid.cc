// Multilinear polynomials of several variables, a block of values a lane: their value at a point,
// and sums of products on a grid.
//
// At z, with 16 factors eq(z, corner) below ℓ, Σ eq·f is below 16ℓ² and is reduced once.
//
// On a grid. Instead of t = 2 a variable gets its leading coefficient, t = ∞: one difference for
// each factor. At the end q(2) = 2·(q(1) + q(∞)) − q(0) for the products, which are quadratic.
//
// A difference is kept non-negative by 32ℓ: where m variables are ∞, it is x + 32ℓ with
// |x| < 2^(m−1)·ℓ, and the next difference is (x + 32ℓ) − (y + 32ℓ) + 32ℓ. With m ≤ 6 all are below
// 64ℓ < 2^259, products of two below 2^518.
//
// The lowest three variables are the inner ones: their 27 sums, ten columns each, stay in the first
// cache (17 kB) while one point of the others is gone through.
#include "field/kernels/avx512_grid.h"

#ifdef VOUCH_HAS_AVX512

#include <algorithm>

#include "base/check.h"
#include "field/kernels/avx512_sums.h"
#include "field/kernels/kernels.h"

namespace vouch::internal {
namespace {

// Blocks of which all points are summed up before the next: 32 a lane.
constexpr size_t kBlocks = 256;
constexpr unsigned kInner = 3;
constexpr size_t kInnerPoints = 27;
constexpr size_t kMostOuter = 27;
constexpr unsigned kOffset = 5;  // 2^5·ℓ

constexpr size_t power_of_three(unsigned n) { return n == 0 ? 1 : 3 * power_of_three(n - 1); }
static_assert(power_of_three(FieldKernels::kMostVariables) == kInnerPoints * kMostOuter);

// Entries 0, stride, 2·stride … of eight blocks, or of n < 8 and zeros.
VOUCH_AVX512_INLINE Operand load_corner(const Scalar* s, size_t stride, size_t n) {
  __m512i z[4];
  for (size_t k = 0; k < 4; ++k) {
    z[k] = _mm512_setzero_si512();
    if (2 * k < n) {
      z[k] = _mm512_maskz_loadu_epi64(0x0f, s + 2 * k * stride);
    }
    if (2 * k + 1 < n) {
      z[k] = _mm512_mask_broadcast_i64x4(
          z[k], 0xf0,
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(s + (2 * k + 1) * stride)));
    }
  }
  return operand(transpose(z));
}

// a − b + 32ℓ.
VOUCH_AVX512_INLINE Operand offset_difference(const Operand& a, const Operand& b) {
  constexpr uint64_t kLow[4] = {(kL0 << kOffset) - kMask52, (kL1 << kOffset) - kMask52,
                                (kL2 << kOffset) - kMask52, 0 - kMask52};
  Operand d{};
  for (size_t i = 0; i < 4; ++i) {  // −b_i = ~b_i − (2^52 − 1)
    d.limb[i] = _mm512_add_epi64(add_low(broadcast(kLow[i]), a.limb[i], broadcast(1)),
                                 _mm512_andnot_si512(b.limb[i], broadcast(kMask52)));
  }
  d.limb[4] = _mm512_add_epi64(_mm512_sub_epi64(a.limb[4], b.limb[4]), broadcast(kL4 << kOffset));
  carry_signed(d.limb);
  return d;
}

// One of the outer points: entry `base` of a block, and the entries of the variables that are ∞.
struct OuterPoint {
  size_t base = 0;
  size_t infinite[FieldKernels::kMostVariables - kInner] = {};
  unsigned infinities = 0;
};

OuterPoint outer_point(size_t number, unsigned inner, unsigned g) {
  OuterPoint point;
  for (unsigned i = inner; i < g; ++i, number /= 3) {
    if (number % 3 == 1) {
      point.base += size_t{1} << i;
    } else if (number % 3 == 2) {
      point.infinite[point.infinities++] = size_t{1} << i;
    }
  }
  return point;
}

// A corner of the inner variables at an outer point.
VOUCH_AVX512 Operand outer_value(const Scalar* s, size_t stride, size_t n, const size_t* infinite,
                                 unsigned infinities) {
  if (infinities == 0) {
    return load_corner(s, stride, n);
  }
  const size_t step = infinite[infinities - 1];
  const Operand low = outer_value(s, stride, n, infinite, infinities - 1);
  return offset_difference(outer_value(s + step, stride, n, infinite, infinities - 1), low);
}

// Adds the products at the points of the lowest kVariables variables.
template <unsigned kVariables>
VOUCH_AVX512_INLINE void add_points(Columns* sums, const Operand* a, const Operand* b) {
  if constexpr (kVariables == 0) {
    add_product(*sums, *a, *b);
  } else {
    constexpr size_t kHalf = size_t{1} << (kVariables - 1);
    constexpr size_t kPoints = power_of_three(kVariables - 1);
    add_points<kVariables - 1>(sums, a, b);
    add_points<kVariables - 1>(sums + kPoints, a + kHalf, b + kHalf);
    Operand da[kHalf];
    Operand db[kHalf];
    for (size_t i = 0; i < kHalf; ++i) {
      da[i] = offset_difference(a[kHalf + i], a[i]);
      db[i] = offset_difference(b[kHalf + i], b[i]);
    }
    add_points<kVariables - 1>(sums + 2 * kPoints, da, db);
  }
}

// Sums at the inner points, their columns added over the lanes.
struct InnerSums {
  uint64_t columns[kInnerPoints][10];
};

template <unsigned kVariables>
VOUCH_AVX512 void inner_sums(const Scalar* A, const Scalar* B, size_t blocks, unsigned g,
                             const OuterPoint& point, InnerSums& out) {
  constexpr size_t kCorners = size_t{1} << kVariables;
  constexpr size_t kPoints = power_of_three(kVariables);
  const size_t stride = size_t{1} << g;
  Columns sums[kPoints];
  for (Columns& sum : sums) {
    sum = no_columns();
  }
  for (size_t j = 0; j < blocks; j += 8) {
    Operand a[kCorners];
    Operand b[kCorners];
    for (size_t i = 0; i < kCorners; ++i) {
      const size_t at = j * stride + point.base + i;
      a[i] = outer_value(A + at, stride, blocks - j, point.infinite, point.infinities);
      b[i] = outer_value(B + at, stride, blocks - j, point.infinite, point.infinities);
    }
    add_points<kVariables>(sums, a, b);
  }
  for (size_t t = 0; t < kPoints; ++t) {
    add_lanes(sums[t], out.columns[t]);
  }
}

template <unsigned kVariables>
void add_grid(const Scalar* A, const Scalar* B, size_t blocks, unsigned g, ProductSum* total) {
  constexpr size_t kPoints = power_of_three(kVariables);
  for (size_t outer = 0; outer < power_of_three(g - kVariables); ++outer) {
    const OuterPoint point = outer_point(outer, kVariables, g);
    InnerSums sums;
    inner_sums<kVariables>(A, B, blocks, g, point, sums);
    for (size_t t = 0; t < kPoints; ++t) {
      add_columns(total[outer * kPoints + t], sums.columns[t]);
    }
  }
}

// From the leading coefficient of each variable to the value at 2.
void values_at_two(Scalar* values, size_t points) {
  for (size_t step = 1; step < points; step *= 3) {
    for (size_t t = 0; t < points; ++t) {
      if (t / step % 3 == 2) {
        values[t] = (values[t] + values[t - step]).doubled() - values[t - 2 * step];
      }
    }
  }
}

// Eight values at a point, or n < 8; eq comes times 16.
VOUCH_AVX512 void fold_block(Scalar* dst, const Scalar* src, size_t n, const Limbs52* eq,
                             unsigned g) {
  const size_t corners = size_t{1} << g;
  Columns sum = no_columns();
  for (size_t i = 0; i < corners; ++i) {
    add_product(sum, broadcast_operand(eq[i].limb), load_corner(src + i, corners, n));
  }
  reduce(sum);
  store(dst, finish_below_7l(sum.t + 5), n);  // 2^4·2^4·ℓ²/2^260 + ℓ < 2.1ℓ
}

}  // namespace

void avx512_fold_blocks(Scalar* f, size_t blocks, const Scalar* z, unsigned g) {
  VOUCH_CHECK(g <= FieldKernels::kMostFolded);
  Scalar eq[size_t{1} << FieldKernels::kMostFolded] = {Scalar::one()};
  for (unsigned i = 0; i < g; ++i) {
    for (size_t k = 0; k < size_t{1} << i; ++k) {
      const Scalar high = eq[k] * z[i];
      eq[k + (size_t{1} << i)] = high;
      eq[k] -= high;
    }
  }
  Limbs52 limbs[size_t{1} << FieldKernels::kMostFolded];
  for (size_t k = 0; k < size_t{1} << g; ++k) {
    limbs[k] = limbs_of(eq[k], 4);
  }
  for (size_t j = 0; j < blocks; j += 8) {
    fold_block(f + j, f + (j << g), blocks - j, limbs, g);
  }
}

void avx512_product_grid(const Scalar* A, const Scalar* B, size_t blocks, unsigned g,
                         Scalar* sums) {
  VOUCH_CHECK(g <= FieldKernels::kMostVariables);
  const size_t points = power_of_three(g);
  ProductSum total[kInnerPoints * kMostOuter];
  for (size_t begin = 0; begin < blocks; begin += kBlocks) {
    const size_t n = std::min(kBlocks, blocks - begin);
    const Scalar* a = A + (begin << g);
    const Scalar* b = B + (begin << g);
    if (g == 0) {
      add_grid<0>(a, b, n, g, total);
    } else if (g == 1) {
      add_grid<1>(a, b, n, g, total);
    } else if (g == 2) {
      add_grid<2>(a, b, n, g, total);
    } else {
      add_grid<kInner>(a, b, n, g, total);
    }
  }
  Scalar values[kInnerPoints * kMostOuter];
  for (size_t t = 0; t < points; ++t) {
    values[t] = total[t].reduce();
  }
  values_at_two(values, points);
  for (size_t t = 0; t < points; ++t) {
    sums[t] += values[t];
  }
}

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
