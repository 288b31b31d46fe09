// Interpolation at 0…n against the product formula, at nodes and elsewhere.
#include "argument/folding/lagrange.h"

#include <gtest/gtest.h>

#include "poly/random_point.h"

namespace vouch {
namespace {

Scalar definition(size_t n, size_t i, const Scalar& x) {
  Scalar product = Scalar::one();
  const Scalar at = Scalar::from_u64(i);
  for (size_t j = 0; j <= n; ++j) {
    if (j != i) {
      product *= (x - Scalar::from_u64(j)) * (at - Scalar::from_u64(j)).inverse();
    }
  }
  return product;
}

TEST(LagrangeWeights, AtRandomPoints) {
  SecretRandom random = test_random(1);
  for (size_t n = 0; n <= 12; ++n) {
    const Scalar x = random_scalar(random);
    const auto weights = lagrange_weights(n, x);
    ASSERT_EQ(weights.size(), n + 1);
    for (size_t i = 0; i <= n; ++i) {
      EXPECT_EQ(weights[i], definition(n, i, x)) << n << " " << i;
    }
  }
}

TEST(LagrangeWeights, AtNodes) {
  for (size_t n = 0; n <= 7; ++n) {
    for (size_t node = 0; node <= n; ++node) {
      const auto weights = lagrange_weights(n, Scalar::from_u64(node));
      for (size_t i = 0; i <= n; ++i) {
        EXPECT_EQ(weights[i], Scalar::from_u64(i == node ? 1 : 0));
      }
    }
  }
}

TEST(LagrangeWeights, Extrapolate) {
  SecretRandom random = test_random(3);
  for (const size_t n : {0, 1, 2, 7, 40}) {
    const auto values = random_point(random, n + 1);
    const auto further = extrapolate(values);
    ASSERT_EQ(further.size(), n);
    for (size_t k = 1; k <= n; ++k) {
      const auto weights = lagrange_weights(n, Scalar::from_u64(n + k));
      Scalar expected;
      for (size_t i = 0; i <= n; ++i) {
        expected += weights[i] * values[i];
      }
      EXPECT_EQ(further[k - 1], expected) << n << " " << k;
    }
  }
}

TEST(LagrangeWeights, ReproducePolynomials) {
  SecretRandom random = test_random(2);
  for (const size_t n : {1, 2, 40}) {
    const auto coefficients = random_point(random, n + 1);
    const auto p = [&](const Scalar& x) {
      Scalar value;
      for (size_t k = n + 1; k-- > 0;) {
        value = value * x + coefficients[k];
      }
      return value;
    };
    const Scalar beyond = Scalar::from_u64(2 * n);
    for (const Scalar& x : {random_scalar(random), beyond, -Scalar::one()}) {
      const auto weights = lagrange_weights(n, x);
      Scalar sum;
      for (size_t i = 0; i <= n; ++i) {
        sum += weights[i] * p(Scalar::from_u64(i));
      }
      EXPECT_EQ(sum, p(x));
    }
  }
}

}  // namespace
}  // namespace vouch
