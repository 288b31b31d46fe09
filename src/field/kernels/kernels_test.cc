// Every back-end that this machine can run, against the formulas of kernels.h written out plainly,
// on edge values and random ones, for lengths around every vector width.
#include "field/kernels/kernels.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <limits>
#include <random>
#include <vector>

#include "field/random_scalar.h"
#include "field/scalar_samples.h"

namespace vouch {
namespace {

using Scalars = std::vector<Scalar>;

constexpr size_t kLengths[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, 100, 257};

class Kernels : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(select_kernels(GetParam()).ok());
    ASSERT_EQ(active_kernels_name(), GetParam());
  }
  void TearDown() override { ASSERT_TRUE(select_kernels("").ok()); }

  // n entries: edge values in all alignments at first, random ones between.
  Scalars draw(size_t n) {
    const Scalars edges = edge_scalars();
    Scalars out(n);
    for (Scalar& s : out) {
      std::array<uint8_t, 2> pick{};
      random_.fill(pick);
      s = pick[0] < 128 ? edges[pick[1] % edges.size()] : random_scalar(random_);
    }
    return out;
  }
  template <class Int>
  std::vector<Int> draw_integers(size_t n, Int low, Int high) {
    std::vector<Int> out(n);
    for (Int& x : out) {
      std::array<uint8_t, 9> bytes{};
      random_.fill(bytes);
      ByteReader reader(ByteSpan(bytes).subspan(1));
      const auto range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
      const uint64_t r = reader.u64();
      const uint64_t offset = range == UINT64_MAX ? r : r % (range + 1);
      x = bytes[0] < 40    ? low
          : bytes[0] < 80  ? high
          : bytes[0] < 120 ? Int{0}
                           : static_cast<Int>(static_cast<uint64_t>(low) + offset);
    }
    return out;
  }

  SecretRandom random_{std::array<uint8_t, 32>{3}};
};

// ℓ − 1.
Scalar largest_limbs() {
  Scalar largest;
  largest.limbs = internal::kModulus;
  largest.limbs[0] -= 1;
  return largest;
}

Scalar line(const Scalars& f, size_t j, const Scalar& t) {
  return f[2 * j] + t * (f[2 * j + 1] - f[2 * j]);
}

TEST_P(Kernels, FoldPairs) {
  for (const size_t n : kLengths) {
    const Scalars src = draw(2 * n);
    for (const Scalar& z : draw(4)) {
      Scalars expected(n);
      for (size_t i = 0; i < n; ++i) {
        expected[i] = line(src, i, z);
      }
      Scalars dst(n);
      kernels().fold_pairs(dst.data(), src.data(), n, z);
      EXPECT_EQ(dst, expected);
      Scalars in_place = src;
      kernels().fold_pairs(in_place.data(), in_place.data(), n, z);
      in_place.resize(n);
      EXPECT_EQ(in_place, expected);
    }
  }
}

TEST_P(Kernels, FoldQuads) {
  for (const size_t n : kLengths) {
    const Scalars src = draw(4 * n);
    for (const Scalar& z : draw(2)) {
      Scalars expected[2] = {Scalars(n), Scalars(n)};
      for (size_t i = 0; i < n; ++i) {
        for (size_t k = 0; k < 2; ++k) {
          const Scalar* f = src.data() + 4 * i + k;
          expected[k][i] = f[0] + z * (f[2] - f[0]);
        }
      }
      Scalars even(n + 1, Scalar::one());
      Scalars odd(n + 1, Scalar::one());
      kernels().fold_quads(even.data(), odd.data(), src.data(), n, z);
      EXPECT_EQ(even.back(), Scalar::one());
      EXPECT_EQ(odd.back(), Scalar::one());
      even.resize(n);
      odd.resize(n);
      EXPECT_EQ(even, expected[0]);
      EXPECT_EQ(odd, expected[1]);
    }
  }
}

TEST_P(Kernels, Elementwise) {
  for (const size_t n : kLengths) {
    const Scalars a = draw(n);
    const Scalars b = draw(n);
    const Scalars dst0 = draw(n);
    for (const Scalar& s : draw(4)) {
      Scalars got[5] = {a, a, a, a, dst0};  // the first four in place
      kernels().multiply(got[0].data(), got[0].data(), b.data(), n);
      kernels().add(got[1].data(), got[1].data(), b.data(), n);
      kernels().subtract(got[2].data(), got[2].data(), b.data(), n);
      kernels().scale(got[3].data(), got[3].data(), s, n);
      kernels().add_scaled(got[4].data(), a.data(), s, n);
      Scalars apart(n);
      kernels().multiply(apart.data(), a.data(), b.data(), n);
      EXPECT_EQ(apart, got[0]);
      for (size_t i = 0; i < n; ++i) {
        EXPECT_EQ(got[0][i], a[i] * b[i]);
        EXPECT_EQ(got[1][i], a[i] + b[i]);
        EXPECT_EQ(got[2][i], a[i] - b[i]);
        EXPECT_EQ(got[3][i], s * a[i]);
        EXPECT_EQ(got[4][i], dst0[i] + s * a[i]);
      }
    }
  }
}

TEST_P(Kernels, InnerProduct) {
  for (const size_t n : kLengths) {
    const Scalars a = draw(n);
    const Scalars b = draw(n);
    Scalar expected;
    for (size_t i = 0; i < n; ++i) {
      expected += a[i] * b[i];
    }
    EXPECT_EQ(kernels().inner_product(a.data(), b.data(), n), expected);
  }
}

TEST_P(Kernels, FractionSum) {
  for (const size_t n : kLengths) {
    const Scalars P0 = draw(n);
    const Scalars Q0 = draw(n);
    const Scalars M = draw(n);
    const Scalars Q1 = draw(n);
    const Scalars eq = draw(n);
    Scalar expected;
    for (size_t i = 0; i < n; ++i) {
      expected += eq[i] * (P0[i] * Q1[i] + Q0[i] * M[i]);
    }
    EXPECT_EQ(kernels().fraction_sum(P0.data(), Q0.data(), M.data(), Q1.data(), eq.data(), n),
              expected);
  }
}

void expect_fraction_slopes(const Scalars& P, const Scalars& Q, const Scalar& lambda,
                            const Scalars& eq) {
  Scalar expected;
  for (size_t j = 0; j < eq.size(); ++j) {
    const auto slope = [&](const Scalars& f, size_t child) {
      return f[4 * j + 2 + child] - f[4 * j + child];
    };
    expected +=
        eq[j] * (slope(P, 0) * slope(Q, 1) + slope(Q, 0) * (slope(P, 1) + lambda * slope(Q, 1)));
  }
  EXPECT_EQ(kernels().fraction_slopes(P.data(), Q.data(), lambda, eq.data(), eq.size()), expected);
}

TEST_P(Kernels, FractionSlopes) {
  for (const size_t n : kLengths) {
    expect_fraction_slopes(draw(4 * n), draw(4 * n), draw(1)[0], draw(n));
  }
  // The largest operands: differences of 0 and ℓ − 1, either way.
  const Scalar largest = largest_limbs();
  for (const bool up : {false, true}) {
    Scalars f(4 * 9);
    for (size_t i = 0; i < f.size(); ++i) {
      f[i] = (i % 4 >= 2) == up ? largest : Scalar();
    }
    expect_fraction_slopes(f, f, largest, Scalars(9, largest));
  }
}

TEST_P(Kernels, CombineFractions) {
  for (const size_t n : kLengths) {
    Scalars P = draw(2 * n);
    Scalars Q = draw(2 * n);
    Scalars P_expected(n);
    Scalars Q_expected(n);
    for (size_t i = 0; i < n; ++i) {
      P_expected[i] = P[2 * i] * Q[2 * i + 1] + P[2 * i + 1] * Q[2 * i];
      Q_expected[i] = Q[2 * i] * Q[2 * i + 1];
    }
    Scalars P_out(n);
    Scalars Q_out(n);
    kernels().combine_fractions(P_out.data(), Q_out.data(), P.data(), Q.data(), n);
    EXPECT_EQ(P_out, P_expected);
    EXPECT_EQ(Q_out, Q_expected);
    kernels().combine_fractions(P.data(), Q.data(), P.data(), Q.data(), n);
    P.resize(n);
    Q.resize(n);
    EXPECT_EQ(P, P_expected);
    EXPECT_EQ(Q, Q_expected);
  }
}

TEST_P(Kernels, Rounds) {
  for (const size_t n : kLengths) {
    const Scalars A = draw(2 * n);
    const Scalars B = draw(2 * n);
    const Scalars C = draw(2 * n);
    const Scalars D = draw(2 * n);
    const Scalars eq = draw(n);
    const Scalars start = draw(2);
    Scalars fraction = start;
    Scalars product = start;
    Scalars eq_sums = start;
    kernels().fraction_round(A.data(), B.data(), C.data(), D.data(), eq.data(), n, fraction.data());
    kernels().product_round(A.data(), B.data(), eq.data(), n, product.data());
    kernels().eq_round(A.data(), eq.data(), n, eq_sums.data());
    for (size_t k = 0; k < 2; ++k) {
      const Scalar t = Scalar::from_u64(2 * k);
      Scalar fraction_sum = start[k];
      Scalar product_sum = start[k];
      Scalar eq_sum = start[k];
      for (size_t j = 0; j < n; ++j) {
        fraction_sum += eq[j] * (line(A, j, t) * line(D, j, t) + line(B, j, t) * line(C, j, t));
        product_sum += eq[j] * line(A, j, t) * line(B, j, t);
        eq_sum += eq[j] * A[2 * j + k];
      }
      EXPECT_EQ(fraction[k], fraction_sum);
      EXPECT_EQ(product[k], product_sum);
      EXPECT_EQ(eq_sums[k], eq_sum);
    }
  }
}

// The multilinear polynomial of a block at a point of {0,1,2}^g.
Scalar block_at(const Scalar* block, unsigned g, size_t point) {
  Scalars f(block, block + (size_t{1} << g));
  for (; f.size() > 1; point /= 3) {
    for (size_t i = 0; i < f.size() / 2; ++i) {
      f[i] = line(f, i, Scalar::from_u64(point % 3));
    }
    f.resize(f.size() / 2);
  }
  return f[0];
}

TEST_P(Kernels, FoldBlocks) {
  Scalar largest;
  largest.limbs = internal::kModulus;
  largest.limbs[0] -= 1;
  for (unsigned g = 0; g <= FieldKernels::kMostFolded; ++g) {
    for (const size_t blocks : std::array<size_t, 5>{0, 1, 7, 8, 21}) {
      for (const Scalars& z : {draw(g), Scalars(g, largest)}) {
        Scalars f = blocks == 7 ? Scalars(blocks << g, largest) : draw(blocks << g);
        Scalars expected = f;
        for (const Scalar& one : z) {
          for (size_t i = 0; i < expected.size() / 2; ++i) {
            expected[i] = line(expected, i, one);
          }
          expected.resize(expected.size() / 2);
        }
        kernels().fold_blocks(f.data(), blocks, z.data(), g);
        f.resize(blocks);
        EXPECT_EQ(f, expected) << g << " variables, " << blocks << " blocks";
      }
    }
  }
}

TEST_P(Kernels, ProductsOnGrids) {
  Scalar largest;
  largest.limbs = internal::kModulus;
  largest.limbs[0] -= 1;
  size_t points = 1;
  for (unsigned g = 0; g <= FieldKernels::kMostVariables; ++g, points *= 3) {
    for (const size_t blocks :
         std::array<size_t, 6>{0, 1, 7, 8, 13, g < 4 ? size_t{300} : size_t{9}}) {
      Scalars A = draw(blocks << g);
      Scalars B = draw(blocks << g);
      // What is farthest from 0 at the point of all leading coefficients, and at others.
      for (size_t i = 0; i < std::min(A.size(), size_t{2} << g); ++i) {
        A[i] = std::popcount(i) % 2 == 0 ? Scalar() : largest;
        B[i] = i < size_t{1} << g ? A[i] : largest - A[i];
      }
      const Scalars start = draw(points);
      Scalars sums = start;
      kernels().product_grid(A.data(), B.data(), blocks, g, sums.data());
      for (size_t t = 0; t < points; ++t) {
        Scalar expected = start[t];
        for (size_t j = 0; j < blocks; ++j) {
          expected += block_at(A.data() + (j << g), g, t) * block_at(B.data() + (j << g), g, t);
        }
        ASSERT_EQ(sums[t], expected) << g << " variables, " << blocks << " blocks, point " << t;
      }
    }
  }
}

// Over the blocks in which sums are kept unreduced, with the largest Montgomery limbs there are and
// pairs that give the largest f(0) and f(2).
TEST_P(Kernels, SumsAtTheirBound) {
  const Scalar largest = largest_limbs();
  for (const size_t n : std::array<size_t, 4>{2047, 2048, 2049, 9001}) {
    Scalars f(2 * n, largest);
    const Scalars eq(n, largest);
    for (const Scalar& even : {largest, Scalar()}) {
      for (size_t i = 0; i < 2 * n; i += 2) {
        f[i] = even;
      }
      const Scalar count = Scalar::from_u64(n);
      const Scalar at[2] = {even, largest.doubled() - even};
      Scalars fraction(2);
      Scalars product(2);
      Scalars eq_sums(2);
      kernels().fraction_round(f.data(), f.data(), f.data(), f.data(), eq.data(), n,
                               fraction.data());
      kernels().product_round(f.data(), f.data(), eq.data(), n, product.data());
      kernels().eq_round(f.data(), eq.data(), n, eq_sums.data());
      for (size_t k = 0; k < 2; ++k) {
        const Scalar square = at[k].square() * count;
        EXPECT_EQ(fraction[k], square.doubled() * largest);
        EXPECT_EQ(product[k], square * largest);
        EXPECT_EQ(eq_sums[k], largest * f[k] * count);
      }
      EXPECT_EQ(kernels().inner_product(eq.data(), eq.data(), n), largest.square() * count);
      EXPECT_EQ(kernels().fraction_sum(eq.data(), eq.data(), eq.data(), eq.data(), eq.data(), n),
                largest.square().doubled() * largest * count);
    }
  }
}

template <class Int>
void expect_small_kernels(const Scalars& s, const std::vector<Int>& x, const Scalars& factors) {
  const size_t n = x.size();
  Scalar dot;
  for (size_t i = 0; i < n; ++i) {
    dot += s[i] * Scalar::from_i64(static_cast<int64_t>(x[i]));
  }
  EXPECT_EQ(dot_small(s.data(), x.data(), n).reduce(), dot);
  SmallProductSum exact;
  for (size_t i = 0; i < n; ++i) {
    exact.add(s[i], static_cast<int64_t>(x[i]));
  }
  EXPECT_EQ(dot_small(s.data(), x.data(), n), exact);
  std::vector<SmallProductSum> acc(n);
  Scalar total;
  for (const Scalar& factor : factors) {
    add_small_multiples(acc.data(), factor, x.data(), n);
    total += factor;
  }
  for (size_t i = 0; i < n; ++i) {
    EXPECT_EQ(acc[i].reduce(), total * Scalar::from_i64(static_cast<int64_t>(x[i])));
  }
}

template <class Int>
void expect_small_combination(const Scalars& s, const std::vector<Int>& x, size_t stride,
                              size_t n) {
  SmallProductSum start;
  start.add(Scalar::from_u64(5), 1);
  std::vector<SmallProductSum> acc(n, start);
  std::vector<SmallProductSum> expected = acc;
  add_small_combination(acc.data(), s.data(), s.size(), x.data(), stride, n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t r = 0; r < s.size(); ++r) {
      expected[i].add(s[r], static_cast<int64_t>(x[r * stride + i]));
    }
    EXPECT_EQ(acc[i], expected[i]) << i;
  }
}

TEST_P(Kernels, SmallIntegers) {
  for (const size_t n : kLengths) {
    const Scalars s = draw(n);
    const Scalars factors = draw(5);
    expect_small_kernels(s, draw_integers<uint8_t>(n, 0, 255), factors);
    expect_small_kernels(s, draw_integers<int32_t>(n, INT32_MIN, INT32_MAX), factors);
    const int64_t bound = (int64_t{1} << 47) - 1;
    expect_small_kernels(s, draw_integers<int64_t>(n, -bound, bound), factors);
  }
  const Scalar largest = largest_limbs();
  for (const int64_t x : {-(int64_t{1} << 51), (int64_t{1} << 51) - 1}) {
    expect_small_kernels(Scalars(9000, largest), std::vector<int64_t>(9000, x), {largest});
  }
}

TEST_P(Kernels, SmallCombinations) {
  constexpr std::array<size_t, 7> kRows = {0, 1, 3, 255, 256, 257, 600};
  for (const size_t rows : kRows) {
    for (const size_t n : std::array<size_t, 5>{0, 1, 7, 8, 21}) {
      const size_t stride = n + rows % 3;
      const Scalars s = draw(rows);
      const size_t size = rows * stride;
      expect_small_combination(s, draw_integers<uint8_t>(size, 0, 255), stride, n);
      expect_small_combination(s, draw_integers<int32_t>(size, INT32_MIN, INT32_MAX), stride, n);
      const int64_t bound = (int64_t{1} << 51) - 1;
      expect_small_combination(s, draw_integers<int64_t>(size, -bound, bound), stride, n);
    }
  }
  const Scalar largest = largest_limbs();
  for (const int64_t x : {-(int64_t{1} << 51), (int64_t{1} << 51) - 1}) {
    expect_small_combination(Scalars(5000, largest), std::vector<int64_t>(50000, x), 10, 10);
  }
  for (const int32_t x : {INT32_MIN, INT32_MAX}) {
    expect_small_combination(Scalars(5000, largest), std::vector<int32_t>(50000, x), 10, 10);
  }
}

// All that two's complement holds.
TEST_P(Kernels, SumsAreReduced) {
  std::mt19937_64 random(1);
  for (const size_t n : kLengths) {
    std::vector<SmallProductSum> sums(n);
    Scalars expected(n);
    for (size_t i = 0; i < n; ++i) {
      const uint64_t fill = i % 5 == 0 ? 0 : ~uint64_t{0};
      for (uint64_t& limb : sums[i].limbs) {
        limb = i % 5 < 3 ? fill : random();
      }
      if (i % 5 == 2) {  // the greatest
        sums[i].limbs[4] >>= 1;
      } else if (i % 5 == 0) {  // the least, or 0
        sums[i].limbs[4] = i % 2 == 0 ? uint64_t{1} << 63 : 0;
      }
      expected[i] = sums[i].reduce();
    }
    Scalars reduced(n + 1, Scalar::one());
    kernels().reduce_sums(reduced.data(), sums.data(), n);
    EXPECT_EQ(reduced.back(), Scalar::one());
    reduced.resize(n);
    EXPECT_EQ(reduced, expected);
  }
}

void expect_combine_small(const Scalar& c, const Scalars& s,
                          const std::vector<std::vector<int32_t>>& x, size_t n) {
  std::vector<const int32_t*> columns;
  Scalars expected(n, c);
  for (size_t k = 0; k < s.size(); ++k) {
    columns.push_back(x[k].data());
    for (size_t i = 0; i < n; ++i) {
      expected[i] += s[k] * Scalar::from_i64(x[k][i]);
    }
  }
  Scalars dst(n + 1, Scalar::one());
  kernels().combine_small_i32(dst.data(), c, s.data(), columns.data(), s.size(), n);
  EXPECT_EQ(dst.back(), Scalar::one());
  dst.resize(n);
  EXPECT_EQ(dst, expected);
}

TEST_P(Kernels, CombineSmall) {
  const Scalar largest = largest_limbs();
  for (size_t terms = 0; terms <= FieldKernels::kMostTerms; ++terms) {
    for (const size_t n : kLengths) {
      std::vector<std::vector<int32_t>> x(terms);
      for (auto& column : x) {
        column = draw_integers<int32_t>(n, INT32_MIN, INT32_MAX);
      }
      expect_combine_small(draw(1)[0], draw(terms), x, n);
      for (const int32_t value : {INT32_MIN, -1, 0, 1, INT32_MAX}) {
        const std::vector<std::vector<int32_t>> same(terms, std::vector<int32_t>(n, value));
        expect_combine_small(largest, Scalars(terms, largest), same, n);
        expect_combine_small(Scalar(), Scalars(terms), same, n);
      }
    }
  }
}

struct Slots {
  std::vector<uint8_t> X;
  std::vector<int32_t> V;
  std::vector<uint32_t> R;
  [[nodiscard]] SlotIntegers integers() const { return {X.data(), V.data(), R.data()}; }
};

constexpr int32_t kOffset = (1 << 24) + 255;

Slots slots_of(std::vector<uint8_t> X, std::vector<int32_t> V, const std::vector<int32_t>& R) {
  return {std::move(X), std::move(V), {R.begin(), R.end()}};
}

Scalar value_of(const SlotCombination& form, const Slots& slots, size_t i) {
  Scalar sum = form.constant;
  for (const auto& part : form.parts) {
    const size_t at = form.planes * i + part.plane;
    const Scalar X = Scalar::from_u64(slots.X[at]);
    const Scalar E = Scalar::from_i64(int64_t{slots.V[at]} - slots.X[at] + form.offset);
    const Scalar R = Scalar::from_u64(slots.R[at]);
    const Scalar columns[] = {X, E, R, R * X, R * E};
    for (size_t k = 0; k < SlotCombination::kColumns; ++k) {
      sum += (part.columns >> k & 1) != 0 ? part.s[k] * columns[k] : Scalar();
    }
  }
  return sum;
}

SlotCombination draw_combination(unsigned planes, unsigned columns0, unsigned columns1,
                                 const Scalars& s) {
  SlotCombination form{s[0], {}, planes, kOffset};
  form.parts[0] = {0, columns0, {}};
  form.parts[1] = {planes - 1, columns1, {}};
  std::copy_n(s.begin() + 1, SlotCombination::kColumns, form.parts[0].s.begin());
  std::copy_n(s.begin() + 6, SlotCombination::kColumns, form.parts[1].s.begin());
  return form;
}

void expect_combine_slots(const SlotCombination& form, const Slots& slots, size_t n) {
  Scalars dst(n + 1, Scalar::one());
  kernels().combine_slots(dst.data(), form, slots.integers(), n);
  EXPECT_EQ(dst.back(), Scalar::one());
  for (size_t i = 0; i < n; ++i) {
    ASSERT_EQ(dst[i], value_of(form, slots, i)) << i;
  }
}

TEST_P(Kernels, CombineSlots) {
  for (const unsigned planes : {1U, 2U, 4U}) {
    for (const size_t n : kLengths) {
      const size_t count = planes * n;
      const Slots slots = slots_of(draw_integers<uint8_t>(count, 0, 255),
                                   draw_integers<int32_t>(count, -(1 << 24), (1 << 24) - 1),
                                   draw_integers<int32_t>(count, 0, (1 << 24) - 1));
      for (const unsigned columns : {0U, 1U, 3U, 4U, 7U, 31U}) {
        expect_combine_slots(draw_combination(planes, columns, 31 & ~columns, draw(11)), slots, n);
        expect_combine_slots(draw_combination(planes, columns, columns, draw(11)), slots, n);
      }
      // Each plane alone.
      for (unsigned plane = 0; plane < planes; ++plane) {
        SlotCombination form = draw_combination(planes, 31, 0, draw(11));
        form.parts[0].plane = plane;
        expect_combine_slots(form, slots, n);
      }
    }
  }
}

TEST_P(Kernels, CombineSlotsAtTheirBound) {
  const Scalars largest(11, largest_limbs());
  Slots slots{std::vector<uint8_t>(68), std::vector<int32_t>(68, (1 << 24) - 1),
              std::vector<uint32_t>(68, (1 << 24) - 1)};
  for (const uint8_t X : {uint8_t{0}, uint8_t{255}}) {
    std::fill(slots.X.begin(), slots.X.end(), X);
    SlotCombination form = draw_combination(4, 31, 31, largest);
    form.offset = (1 << 25) + 255;  // E up to 2^26 − 1
    expect_combine_slots(form, slots, 17);
  }
  std::fill(slots.R.begin(), slots.R.end(), 0);
  std::fill(slots.V.begin(), slots.V.end(), -(1 << 24));
  expect_combine_slots(draw_combination(4, 31, 31, largest), slots, 17);
}

TEST_P(Kernels, CombineSlotFractions) {
  for (const size_t n : kLengths) {
    const Slots slots = slots_of(draw_integers<uint8_t>(2 * n, 0, 255),
                                 draw_integers<int32_t>(2 * n, -(1 << 24), (1 << 24) - 1),
                                 draw_integers<int32_t>(2 * n, 0, (1 << 24) - 1));
    for (const bool bound : {false, true}) {
      const Scalars s = bound ? Scalars(11, largest_limbs()) : draw(11);
      const SlotCombination P = draw_combination(1, 7, 0, s);
      const SlotCombination Q = draw_combination(1, 31, 0, bound ? s : draw(11));
      Scalars P_out(n + 1, Scalar::one());
      Scalars Q_out(n + 1, Scalar::one());
      kernels().combine_slot_fractions(P_out.data(), Q_out.data(), P, Q, slots.integers(), n);
      EXPECT_EQ(P_out.back(), Scalar::one());
      EXPECT_EQ(Q_out.back(), Scalar::one());
      for (size_t i = 0; i < n; ++i) {
        const auto value = [&](const SlotCombination& form, size_t k) {
          return value_of(form, slots, 2 * i + k);
        };
        ASSERT_EQ(P_out[i], value(P, 0) * value(Q, 1) + value(P, 1) * value(Q, 0));
        ASSERT_EQ(Q_out[i], value(Q, 0) * value(Q, 1));
      }
    }
  }
}

TEST_P(Kernels, SmallSumsAtTheirBound) {
  // The stated extreme, 2^19 terms of 47 bits with the largest Montgomery limbs there are.
  const Scalar largest = largest_limbs();
  const size_t n = size_t{1} << 19;
  const int64_t bound = (int64_t{1} << 47) - 1;
  const Scalars s(n, largest);
  for (const int64_t x : {bound, -bound}) {
    const std::vector<int64_t> all(n, x);
    EXPECT_EQ(dot_small(s.data(), all.data(), n).reduce(),
              largest * Scalar::from_i64(x) * Scalar::from_u64(n));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Kernels, testing::ValuesIn(available_kernels()),
                         [](const auto& back_end) { return std::string(back_end.param); });

TEST(KernelSelection, PortableIsAlwaysThere) {
  EXPECT_EQ(available_kernels().back(), "portable");
  ASSERT_TRUE(select_kernels("portable").ok());
  EXPECT_EQ(active_kernels_name(), "portable");
  ASSERT_TRUE(select_kernels("").ok());
}

TEST(KernelSelection, UnknownNameIsAnErrorAndChangesNothing) {
  ASSERT_TRUE(select_kernels("portable").ok());
  const Result<void> result = select_kernels("abacus");
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("abacus"), std::string::npos);
  EXPECT_NE(result.error().message.find("portable"), std::string::npos);
  EXPECT_EQ(active_kernels_name(), "portable");
  ASSERT_TRUE(select_kernels("").ok());
}

TEST(KernelSelection, EnvironmentForces) {
  const char* before = std::getenv("VOUCH_KERNELS");
  const std::string saved = before != nullptr ? before : "";
  ASSERT_EQ(setenv("VOUCH_KERNELS", "portable", 1), 0);
  ASSERT_TRUE(select_kernels("").ok());
  EXPECT_EQ(active_kernels_name(), "portable");
  ASSERT_EQ(setenv("VOUCH_KERNELS", "abacus", 1), 0);
  EXPECT_FALSE(select_kernels("").ok());
  ASSERT_EQ(
      before != nullptr ? setenv("VOUCH_KERNELS", saved.c_str(), 1) : unsetenv("VOUCH_KERNELS"), 0);
  ASSERT_TRUE(select_kernels("").ok());
}

}  // namespace
}  // namespace vouch
