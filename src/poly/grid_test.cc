#include "poly/grid.h"

#include <gtest/gtest.h>

#include "poly/random_point.h"

namespace vouch {
namespace {

TEST(QuadraticWeights, InterpolateAtZeroOneTwo) {
  SecretRandom random = test_random(1);
  for (uint64_t node = 0; node < 3; ++node) {
    const auto w = quadratic_weights(Scalar::from_u64(node));
    for (uint64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(w[i], Scalar::from_u64(i == node ? 1 : 0));
    }
  }
  for (int k = 0; k < 20; ++k) {
    const auto c = random_point(random, 3);
    const auto q = [&](const Scalar& x) { return c[0] + x * (c[1] + x * c[2]); };
    const Scalar z = random_scalar(random);
    const auto w = quadratic_weights(z);
    EXPECT_EQ(w[0] * q(Scalar::zero()) + w[1] * q(Scalar::one()) + w[2] * q(Scalar::from_u64(2)),
              q(z));
  }
}

// A polynomial of degree 2 in each of three variables, by 27 random coefficients.
class Cubic {
 public:
  explicit Cubic(SecretRandom& random) : c_(random_point(random, 27)) {}
  Scalar operator()(const std::vector<Scalar>& x) const {
    Scalar sum;
    for (size_t t = 0; t < 27; ++t) {
      Scalar term = c_[t];
      size_t rest = t;
      for (const Scalar& variable : x) {
        for (size_t power = 0; power < rest % 3; ++power) {
          term *= variable;
        }
        rest /= 3;
      }
      sum += term;
    }
    return sum;
  }
  std::vector<Scalar> on_grid() const {
    std::vector<Scalar> out;
    for (uint64_t t = 0; t < 27; ++t) {
      out.push_back(
          (*this)({Scalar::from_u64(t % 3), Scalar::from_u64(t / 3 % 3), Scalar::from_u64(t / 9)}));
    }
    return out;
  }

 private:
  std::vector<Scalar> c_;
};

TEST(Grid, ProductsOfWeightsEvaluate) {
  SecretRandom random = test_random(2);
  const Cubic q(random);
  const auto values = q.on_grid();
  const auto z = random_point(random, 3);
  const std::vector<GridWeights> at{quadratic_weights(z[0]), quadratic_weights(z[1]),
                                    quadratic_weights(z[2])};
  const auto products = grid_products(at);
  ASSERT_EQ(products.size(), grid_size(3));
  Scalar sum;
  for (size_t t = 0; t < values.size(); ++t) {
    sum += products[t] * values[t];
  }
  EXPECT_EQ(sum, q(z));
}

TEST(Grid, BindsTheFirstVariable) {
  SecretRandom random = test_random(3);
  const Cubic q(random);
  auto values = q.on_grid();
  const auto z = random_point(random, 3);
  bind_grid(values, z[0]);
  ASSERT_EQ(values.size(), 9U);
  for (uint64_t t = 0; t < 9; ++t) {
    EXPECT_EQ(values[t], q({z[0], Scalar::from_u64(t % 3), Scalar::from_u64(t / 3)}));
  }
  bind_grid(values, z[1]);
  bind_grid(values, z[2]);
  EXPECT_EQ(values, std::vector<Scalar>{q(z)});
}

TEST(Grid, Sizes) {
  EXPECT_EQ(grid_size(0), 1U);
  EXPECT_EQ(grid_size(6), 729U);
  EXPECT_EQ(grid_products({}), std::vector<Scalar>{Scalar::one()});
}

}  // namespace
}  // namespace vouch
