#include "protocol/contest_incentives.h"

#include <gtest/gtest.h>

#include <cmath>

#include "protocol/contest_simulation.h"
#include "protocol/incentive_picture.h"

namespace vouch {
namespace {

std::vector<ContestTerms> many_terms() {
  ContestTerms usual;
  usual.gain = 3;
  usual.proof_cost = 0.5;
  std::vector<ContestTerms> all{usual};
  ContestTerms seldom = usual;
  seldom.contested = 0.1;
  all.push_back(seldom);
  ContestTerms some = seldom;
  some.most_wrong = 0.05;
  all.push_back(some);
  ContestTerms few = usual;
  few.answers = 20;
  few.samples = 3;
  few.contested = 0.5;
  few.reward = 0.9;
  all.push_back(few);
  return all;
}

// All numbers of wrong answers, each by itself.
double best_profit(const ContestTerms& terms, double stake) {
  double best = 0;
  for (uint64_t wrong = 1; wrong <= most_wrong(terms); ++wrong) {
    best = std::max(best, cheating_profit(terms, stake, wrong));
  }
  return best;
}

TEST(ContestIncentives, TheLeastStakeIsTheLeast) {
  for (const ContestTerms& terms : many_terms()) {
    const double stake = least_stake(terms);
    EXPECT_GT(stake, 0);
    EXPECT_LT(best_profit(terms, stake * (1 + 1e-9)), 1e-6);
    EXPECT_GT(best_profit(terms, stake * 0.999), 0);
    EXPECT_EQ(best_cheat(terms, stake * 1.001), 0U);
  }
}

TEST(ContestIncentives, TheBestCheatIsTheBest) {
  for (const ContestTerms& terms : many_terms()) {
    for (const double times : {0.0, 0.3, 0.9, 1.0, 1.5}) {
      const double stake = times * least_stake(terms);
      EXPECT_NEAR(cheating_profit(terms, stake, best_cheat(terms, stake)),
                  best_profit(terms, stake), 1e-9);
    }
  }
}

TEST(ContestIncentives, BreakEvenIsWhereProfitBegins) {
  for (const ContestTerms& terms : many_terms()) {
    for (const double times : {0.2, 0.8, 0.99}) {
      const double stake = times * least_stake(terms);
      const uint64_t first = break_even(terms, stake).value();
      for (uint64_t wrong = 1; wrong <= most_wrong(terms); ++wrong) {
        ASSERT_EQ(cheating_profit(terms, stake, wrong) > 0, wrong >= first) << wrong;
      }
    }
    EXPECT_FALSE(break_even(terms, least_stake(terms) * 1.01));
  }
}

// By hand: of 2 answers 1 is proven, with probability 1/2; a wrong one brings 6, the escrow holds
// 2; who contests gets half of the stake. d(1) = 1/2, d(2) = 1: 12 = 1/2·(S/2 + 2).
TEST(ContestIncentives, ASmallOneByHand) {
  const ContestTerms terms{.answers = 2,
                           .samples = 1,
                           .contested = 0.5,
                           .price = 1,
                           .gain = 6,
                           .proof_cost = 3,
                           .check_cost = 1,
                           .planned_wrong = 0.5};
  EXPECT_DOUBLE_EQ(least_stake(terms), 44);
  EXPECT_DOUBLE_EQ(cheating_profit(terms, 44, 2), 0);
  EXPECT_DOUBLE_EQ(cheating_profit(terms, 44, 1), 0);
  EXPECT_DOUBLE_EQ(contest_fee(terms), 3);
  EXPECT_DOUBLE_EQ(least_suspicion(terms, 44), 4 / (0.5 * 25));
}

// Where everything is contested and a wrong answer gains no more than its price, the escrow is
// stake enough.
TEST(ContestIncentives, TheEscrowCanBeEnough) {
  EXPECT_EQ(least_stake(ContestTerms{.price = 1, .gain = 0.9}), 0);
}

Digest simulation_seed(uint8_t which) { return Digest{which}; }

TEST(ContestSimulation, AgreesWithTheClosedForm) {
  for (const ContestTerms& terms : many_terms()) {
    const ContestSimulation simulation(terms, 20000, simulation_seed(1));
    for (const double share : {0.005, 0.02, 0.05, 0.2, 1.0}) {
      const auto wrong =
          static_cast<uint64_t>(std::ceil(share * static_cast<double>(most_wrong(terms))));
      for (const double times : {0.5, 1.0, 2.0}) {
        const double stake = times * least_stake(terms);
        const auto [mean, error] = simulation.profit(stake, wrong);
        EXPECT_NEAR(mean, cheating_profit(terms, stake, wrong), 5 * error + 1e-9);
      }
    }
  }
}

// Who cheats as well as he can gains below the least stake, and not from there on: simulated.
TEST(ContestSimulation, CheatingStopsPayingWhereDerived) {
  ContestTerms terms = many_terms()[2];
  const ContestSimulation simulation(terms, 100000, simulation_seed(2));
  const uint64_t wrong = most_wrong(terms);
  const auto below = simulation.profit(0.9 * least_stake(terms), wrong);
  EXPECT_GT(below.mean, 3 * below.standard_error);
  const auto above = simulation.profit(1.1 * least_stake(terms), wrong);
  EXPECT_LT(above.mean, -3 * above.standard_error);
}

TEST(ContestSimulation, SeedsMakeIt) {
  const ContestTerms terms;
  const ContestSimulation one(terms, 1000, simulation_seed(1));
  EXPECT_EQ(one.times_found(5), ContestSimulation(terms, 1000, simulation_seed(1)).times_found(5));
  EXPECT_NE(one.times_found(5), ContestSimulation(terms, 1000, simulation_seed(2)).times_found(5));
  EXPECT_EQ(one.times_found(0), 0U);
  EXPECT_EQ(one.times_found(terms.answers), 1000U);
}

TEST(IncentivePicture, HasACurveAndDotsForEachStake) {
  const ContestTerms terms = many_terms()[1];
  const ContestSimulation simulation(terms, 100, simulation_seed(1));
  const std::string picture = incentive_picture(terms, simulation, {1, 2, 3});
  const auto times = [&](const std::string& part) {
    size_t count = 0;
    for (size_t at = picture.find(part); at != std::string::npos; at = picture.find(part, at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(times("<polyline"), 6U);  // with the legend's
  EXPECT_EQ(times("<circle"), 63U);
  EXPECT_EQ(times("nan"), 0U);
}

}  // namespace
}  // namespace vouch
