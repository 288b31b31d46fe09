#include "protocol/audit_incentives.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vouch {
namespace {

TEST(AuditIncentives, PassingIsABinomialTail) {
  const AuditTerms terms{.samples = 3, .threshold = 0.6};  // 2 of 3
  EXPECT_NEAR(passes(terms, 0.5), 0.5, 1e-12);
  EXPECT_NEAR(passes(terms, 0.1), 3 * 0.01 * 0.9 + 0.001, 1e-12);
  EXPECT_EQ(passes(terms, 0), 0);
  EXPECT_EQ(passes(terms, 1), 1);
  EXPECT_NEAR(passes({.samples = 10, .threshold = 0.7}, 0.5), 176.0 / 1024, 1e-12);  // 7 or more
}

TEST(AuditIncentives, AtTheLeastStakeABadModelBringsNothing) {
  const AuditTerms terms{.samples = 100, .threshold = 0.7, .good = 0.8, .bad = 0.65, .price = 500};
  const double stake = least_stake(terms);
  const double beta = passes(terms, terms.bad);
  EXPECT_NEAR(beta * terms.price, (1 - beta) * stake, 1e-9);
  EXPECT_GT(stake, 0);
  EXPECT_TRUE(std::isinf(least_stake({.threshold = 1e-12})));
}

// Sales of bad models, one by one.
TEST(AuditIncentives, SimulatedSalesBreakEven) {
  const AuditTerms terms{.samples = 100, .threshold = 0.7, .good = 0.8, .bad = 0.65, .price = 500};
  constexpr int kSales = 20000;
  std::mt19937 random(5);
  std::binomial_distribution<int> correct(100, terms.bad);
  const double stake = least_stake(terms);
  double sum = 0;
  for (int sale = 0; sale < kSales; ++sale) {
    sum += correct(random) >= 70 ? terms.price : -stake;
  }
  const double beta = passes(terms, terms.bad);
  const double error = (terms.price + stake) * std::sqrt(beta * (1 - beta) / kSales);
  EXPECT_NEAR(sum / kSales, 0, 5 * error);
}

TEST(AuditIncentives, AnHonestSellerRisksTheStake) {
  const AuditTerms terms{.samples = 3,
                         .threshold = 0.6,
                         .good = 0.9,
                         .bad = 0.1,
                         .price = 100,
                         .cost = 40,
                         .proof_cost = 2};
  const double sold = 3 * 0.81 * 0.1 + 0.729;
  EXPECT_NEAR(honest_profit(terms, 50), sold * 100 - (1 - sold) * 50 - 40, 1e-9);
  EXPECT_DOUBLE_EQ(audit_fee(terms), 6);
}

}  // namespace
}  // namespace vouch
