// Rounds of several variables over dense arrays, against the definition.
#include "prove/dense_sum.h"

#include <gtest/gtest.h>

#include "field/random_scalar.h"
#include "poly/eq.h"
#include "poly/grid.h"
#include "poly/random_point.h"
#include "prove/ragged_samples.h"

namespace vouch {
namespace {

DenseSum::Arrays random_arrays(size_t count, unsigned bits, SecretRandom& random) {
  DenseSum::Arrays out(count);
  for (auto& f : out) {
    f = random_point(random, 1U << bits);
  }
  return out;
}

// The multilinear extension of block `block` of 2^v values at grid point t.
Scalar extended(std::span<const Scalar> f, unsigned variables, size_t block, size_t t) {
  std::vector<Scalar> point;
  for (unsigned i = 0; i < variables; ++i, t /= 3) {
    point.push_back(Scalar::from_u64(t % 3));
  }
  Scalar sum;
  for (size_t b = 0; b < size_t{1} << variables; ++b) {
    sum += eq_at(point, b) * f[(block << variables) + b];
  }
  return sum;
}

std::vector<Scalar> grid_by_definition(const DenseSum::Arrays& arrays,
                                       const DenseSum::Products& products, unsigned variables,
                                       const std::vector<Scalar>& weights, const Scalar& factor) {
  std::vector<Scalar> q(grid_size(variables));
  for (size_t t = 0; t < q.size(); ++t) {
    for (size_t j = 0; j < arrays[0].size() >> variables; ++j) {
      Scalar sum;
      for (const auto& [a, b] : products) {
        sum += extended(arrays[a], variables, j, t) * extended(arrays[b], variables, j, t);
      }
      q[t] += factor * (weights.empty() ? Scalar::one() : weights[j]) * sum;
    }
  }
  return q;
}

struct Sample {
  size_t arrays;
  DenseSum::Products products;
};
const Sample kSamples[] = {{2, {{0, 1}}}, {4, {{0, 3}, {1, 2}}}, {1, {{0, 0}}}};

class DenseSums : public ::testing::TestWithParam<unsigned> {};  // v

TEST_P(DenseSums, GridsAreTheDefinition) {
  const unsigned v = GetParam();
  SecretRandom random = test_random(static_cast<uint8_t>(v));
  for (const Sample& sample : kSamples) {
    for (const unsigned more : {0U, 1U, 3U}) {  // 2^more blocks
      const auto arrays = random_arrays(sample.arrays, v + more, random);
      const DenseSum sum(arrays, sample.products);
      const Scalar factor = random_scalar(random);
      for (const bool weighted : {false, true}) {
        const auto weights =
            weighted ? random_point(random, 1U << more) : std::vector<Scalar>{};
        auto q = random_point(random, static_cast<unsigned>(grid_size(v)));  // is added to
        const auto before = q;
        sum.add_grid(v, weights, factor, q);
        const auto expected = grid_by_definition(arrays, sample.products, v, weights, factor);
        for (size_t t = 0; t < q.size(); ++t) {
          ASSERT_EQ(q[t], before[t] + expected[t]) << more << " " << weighted << " " << t;
        }
      }
    }
  }
}

// More blocks than are worked on at a time, a weight each.
TEST_P(DenseSums, ManyBlocks) {
  const unsigned v = GetParam();
  SecretRandom random = test_random(static_cast<uint8_t>(20 + v));
  constexpr unsigned kMore = 9;
  const auto arrays = random_arrays(2, v + kMore, random);
  const auto weights = random_point(random, 1U << kMore);
  std::vector<Scalar> q(grid_size(v));
  DenseSum(arrays, {{0, 1}}).add_grid(v, weights, Scalar::one(), q);
  // Corners of the grid are sums over the arrays themselves.
  for (size_t b = 0; b < size_t{1} << v; ++b) {
    size_t t = 0;
    for (unsigned i = v; i-- > 0;) {
      t = 3 * t + (b >> i & 1);
    }
    Scalar expected;
    for (size_t j = 0; j < weights.size(); ++j) {
      expected += weights[j] * arrays[0][(j << v) + b] * arrays[1][(j << v) + b];
    }
    ASSERT_EQ(q[t], expected) << b;
  }
}

// q(z) is the sum after v folds.
TEST_P(DenseSums, FoldsFollowTheGrid) {
  const unsigned v = GetParam();
  SecretRandom random = test_random(static_cast<uint8_t>(40 + v));
  const auto weights = random_point(random, 4);
  DenseSum sum(random_arrays(4, v + 2, random), kSamples[1].products);
  std::vector<Scalar> q(grid_size(v));
  sum.add_grid(v, weights, Scalar::one(), q);
  for (unsigned i = 0; i < v; ++i) {
    const Scalar z = random_scalar(random);
    bind_grid(q, z);
    sum.fold(z);
  }
  ASSERT_EQ(sum.size(), 4U);
  Scalar expected;
  for (size_t j = 0; j < 4; ++j) {
    expected += weights[j] * (sum.array(0)[j] * sum.array(3)[j] + sum.array(1)[j] * sum.array(2)[j]);
  }
  ASSERT_EQ(q.size(), 1U);
  EXPECT_EQ(q[0], expected);
}

INSTANTIATE_TEST_SUITE_P(Variables, DenseSums, ::testing::Range(1U, 7U));

TEST(DenseSum, FoldBindsTheLowestVariable) {
  SecretRandom random = test_random(60);
  auto arrays = random_arrays(3, 5, random);
  DenseSum sum(arrays, {{0, 1}});
  for (unsigned left = 5; left > 0; --left) {
    ASSERT_EQ(sum.size(), size_t{1} << left);
    const Scalar z = random_scalar(random);
    sum.fold(z);
    for (size_t i = 0; i < arrays.size(); ++i) {
      bind_lowest(arrays[i], z);
      ASSERT_EQ(sum.array(i), arrays[i]);
    }
  }
}

}  // namespace
}  // namespace vouch
