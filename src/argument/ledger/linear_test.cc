// Linear expressions against vectors of coefficients.
#include "argument/ledger/linear.h"

#include <gtest/gtest.h>

#include <random>

#include "poly/random_point.h"

namespace vouch {
namespace {

constexpr size_t kSlots = 5;

// The same expression as constant and dense coefficients.
struct Dense {
  Scalar constant;
  std::array<Scalar, kSlots> coefficients{};
  [[nodiscard]] Scalar at(std::span<const Scalar> values) const {
    Scalar sum = constant;
    for (size_t i = 0; i < kSlots; ++i) {
      sum += coefficients[i] * values[i];
    }
    return sum;
  }
};

TEST(Linear, Constants) {
  EXPECT_EQ(Linear().at({}), Scalar::zero());
  EXPECT_EQ(Linear(Scalar::from_u64(7)).at({}), Scalar::from_u64(7));
  EXPECT_TRUE(Linear(Scalar::one()).terms().empty());
}

TEST(Linear, Slot) {
  SecretRandom random = test_random(1);
  const auto values = random_point(random, kSlots);
  for (uint32_t i = 0; i < kSlots; ++i) {
    EXPECT_EQ(Linear::slot(i).at(values), values[i]);
    EXPECT_EQ(Linear::slot(i).constant(), Scalar::zero());
  }
}

TEST(Linear, RandomExpressions) {
  SecretRandom random = test_random(2);
  std::mt19937_64 choices(2);
  for (int round = 0; round < 50; ++round) {
    Linear sparse;
    Dense dense;
    for (int step = 0; step < 12; ++step) {
      const Scalar x = random_scalar(random);
      const auto slot = static_cast<uint32_t>(choices() % kSlots);
      switch (choices() % 5) {
        case 0:
          sparse = sparse + x * Linear::slot(slot);
          dense.coefficients[slot] += x;
          break;
        case 1:
          sparse = sparse - x * Linear::slot(slot);
          dense.coefficients[slot] -= x;
          break;
        case 2:
          sparse = x * sparse;
          dense.constant *= x;
          for (Scalar& c : dense.coefficients) {
            c *= x;
          }
          break;
        case 3:
          sparse += x;
          dense.constant += x;
          break;
        default:
          sparse = x - sparse;
          dense.constant = x - dense.constant;
          for (Scalar& c : dense.coefficients) {
            c = -c;
          }
      }
      const auto values = random_point(random, kSlots);
      ASSERT_EQ(sparse.at(values), dense.at(values));
    }
  }
}

TEST(Linear, AddedToItself) {
  SecretRandom random = test_random(3);
  const auto values = random_point(random, kSlots);
  const Linear x = Linear::slot(1) + random_scalar(random) * Linear::slot(3);
  const Linear copy = x;
  EXPECT_EQ((copy + x).at(values), x.at(values).doubled());
  EXPECT_EQ((copy - x).at(values), Scalar::zero());
}

}  // namespace
}  // namespace vouch
