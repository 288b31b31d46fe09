#include "protocol/sample_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vouch {
namespace {

TEST(SamplePlan, AuditsAreThoseOfTheFormulas) {
  EXPECT_EQ(one_sided_samples(0.05, 0.05), 600U);  // 599.1
  EXPECT_EQ(two_sided_samples(0.05, 0.05), 738U);  // 737.8
  EXPECT_EQ(one_sided_samples(0.01, 0.05), 14979U);
  EXPECT_EQ(two_sided_samples(0.01, 0.01), 26492U);
}

// P(X ≥ k) and P(X ≤ k) for X binomial, summed up as they are defined.
double at_least(uint64_t k, uint64_t n, double p) {
  double sum = 0;
  for (uint64_t i = k; i <= n; ++i) {
    const auto x = static_cast<double>(i);
    const auto m = static_cast<double>(n);
    sum += std::exp(std::lgamma(m + 1) - std::lgamma(x + 1) - std::lgamma(m - x + 1) +
                    x * std::log(p) + (m - x) * std::log1p(-p));
  }
  return sum;
}

TEST(SamplePlan, IntervalsAreThoseOfTheDefinition) {
  for (const auto& [k, n] : {std::pair{1, 10}, {5, 10}, {9, 10}, {335, 600}, {500, 600}}) {
    for (const double delta : {0.05, 0.01}) {
      const auto correct = static_cast<uint64_t>(k);
      const auto samples = static_cast<uint64_t>(n);
      const Interval interval = exact_interval(correct, samples, delta);
      EXPECT_NEAR(at_least(correct, samples, interval.lower), delta / 2, 1e-8);
      EXPECT_NEAR(1 - at_least(correct + 1, samples, interval.upper), delta / 2, 1e-8);
    }
  }
}

// 0 of n: 1 − (δ/2)^(1/n).
TEST(SamplePlan, IntervalsReachTheEnds) {
  const Interval none = exact_interval(0, 20, 0.05);
  EXPECT_EQ(none.lower, 0);
  EXPECT_NEAR(none.upper, 1 - std::pow(0.025, 1.0 / 20), 1e-12);
  const Interval all = exact_interval(20, 20, 0.05);
  EXPECT_EQ(all.upper, 1);
  EXPECT_NEAR(all.lower, std::pow(0.025, 1.0 / 20), 1e-12);
}

TEST(SamplePlan, ContestsAreThoseOfTheFormulas) {
  EXPECT_EQ(detecting_samples(0.05, 0.05), 59U);            // 58.4
  EXPECT_EQ(detecting_samples_two_sided(0.05, 0.05), 72U);  // 71.9
  EXPECT_EQ(detecting_samples(0.01, 0.01), 459U);           // 458.2
  EXPECT_EQ(detecting_samples(0.5, 0.5), 1U);
}

TEST(SamplePlan, OfFewAnswersFewerAreEnough) {
  EXPECT_EQ(detecting_samples_of(1, 0.05, 0.05), 1U);
  EXPECT_EQ(detecting_samples_of(20, 0.05, 0.05), 19U);  // one wrong: missed with 1/20
  EXPECT_EQ(detecting_samples_of(20, 0.05, 0.04), 20U);
  uint64_t before = 0;
  for (const uint64_t answers : {20U, 100U, 1000U, 10000U, 1000000U}) {
    const uint64_t samples = detecting_samples_of(answers, 0.05, 0.05);
    EXPECT_LE(samples, detecting_samples(0.05, 0.05));
    EXPECT_LE(samples, answers);
    EXPECT_GE(samples, before) << answers;
    EXPECT_LE(missing_probability(answers, samples, 0.05), 0.05);
    EXPECT_GT(missing_probability(answers, samples - 1, 0.05), 0.05);
    before = samples;
  }
  EXPECT_EQ(before, detecting_samples(0.05, 0.05));
}

// 50 of 1000 are wrong: drawn as planned, all are right as seldom as planned.
TEST(SamplePlan, SimulatedContestsMissAsSeldomAsPlanned) {
  constexpr int kContests = 20000;
  const uint64_t samples = detecting_samples_of(1000, 0.05, 0.05);
  std::mt19937 random(7);
  int missed = 0;
  for (int contest = 0; contest < kContests; ++contest) {
    uint64_t right = 950;
    uint64_t left = 1000;
    bool found = false;
    for (uint64_t i = 0; i < samples; ++i, --left) {
      const bool is_right = std::uniform_int_distribution<uint64_t>(0, left - 1)(random) < right;
      right -= is_right ? 1 : 0;
      found = found || !is_right;
    }
    missed += found ? 0 : 1;
  }
  const double expected = missing_probability(1000, samples, 0.05);
  EXPECT_NEAR(missed / double{kContests}, expected, 5 * std::sqrt(expected / kContests));
}

// The largest number that is missed too often, found one by one.
TEST(MostUndetected, IsTheLastThatIsMissedTooOften) {
  for (const uint64_t answers : {1U, 7U, 60U}) {
    for (uint64_t samples = 0; samples <= answers; ++samples) {
      const uint64_t most = most_undetected(answers, samples, 0.05);
      EXPECT_GT(missing_probability_of(answers, samples, most), 0.05);
      EXPECT_TRUE(most == answers || missing_probability_of(answers, samples, most + 1) <= 0.05);
    }
  }
  EXPECT_EQ(most_undetected(200, 200, 0.05), 0U);
  EXPECT_EQ(most_undetected(200, 0, 0.05), 200U);
}

}  // namespace
}  // namespace vouch
