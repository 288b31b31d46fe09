// Round polynomials of several variables against evaluation at every point of the grid.
#include "prove/array_pairs.h"

#include <gtest/gtest.h>

#include "poly/eq.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

SecretVector<Scalar> random_array(SecretRandom& random, size_t n) {
  const auto point = random_point(random, n);
  return {point.begin(), point.end()};
}

// Value at t of the block of 2^g entries from `block` on.
Scalar at(const SecretVector<Scalar>& f, size_t block, const std::vector<Scalar>& t) {
  const auto eq = eq_table(t);
  Scalar sum;
  for (size_t i = 0; i < eq.size(); ++i) {
    sum += eq[i] * f[block * eq.size() + i];
  }
  return sum;
}

class ArrayPairs : public ::testing::TestWithParam<unsigned> {
 protected:
  ArrayPairs() {
    for (const size_t blocks : {0U, 1U, 3U, 500U, 5000U}) {
      const size_t n = blocks << GetParam();
      pairs_.push_back({random_array(random_, n), random_array(random_, n)});
    }
    for (ArrayPair& pair : pairs_) {
      pointers_.push_back(&pair);
    }
  }
  SecretRandom random_ = test_random(1);
  std::vector<ArrayPair> pairs_;
  std::vector<ArrayPair*> pointers_;
};

TEST_P(ArrayPairs, GridOfProducts) {
  const unsigned g = GetParam();
  std::vector<Scalar> grid = random_point(random_, grid_size(g));
  const std::vector<Scalar> before = grid;
  add_product_grid(pointers_, g, grid);
  for (size_t p = 0; p < grid.size(); ++p) {
    std::vector<Scalar> t;
    for (size_t rest = p; t.size() < g; rest /= 3) {
      t.push_back(Scalar::from_u64(rest % 3));
    }
    Scalar expected = before[p];
    for (const ArrayPair& pair : pairs_) {
      for (size_t block = 0; block < pair.a.size() >> g; ++block) {
        expected += at(pair.a, block, t) * at(pair.b, block, t);
      }
    }
    ASSERT_EQ(grid[p], expected) << p;
  }
}

TEST_P(ArrayPairs, BoundOneByOne) {
  const auto z = random_point(random_, GetParam());
  const std::vector<ArrayPair> before = pairs_;
  for (const Scalar& x : z) {
    bind_lowest(pointers_, x);
  }
  for (size_t k = 0; k < pairs_.size(); ++k) {
    ASSERT_EQ(pairs_[k].a.size(), before[k].a.size() >> z.size());
    for (size_t j = 0; j < pairs_[k].a.size(); ++j) {
      ASSERT_EQ(pairs_[k].a[j], at(before[k].a, j, z));
      ASSERT_EQ(pairs_[k].b[j], at(before[k].b, j, z));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Variables, ArrayPairs, ::testing::Range(0U, 4U));

}  // namespace
}  // namespace vouch
