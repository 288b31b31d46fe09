#include "protocol/audit/input_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace vouch {
namespace {

SecretRandom seeded(uint8_t which) {
  return SecretRandom(std::array<uint8_t, SecretRandom::kSeedBytes>{which});
}

TEST(InputChoice, IsOfDifferentInputsAndTheSameForTheSameSeed) {
  SecretRandom random = seeded(1);
  const std::vector<size_t> chosen = choose_inputs(random, 1000, 600);
  EXPECT_EQ(std::set(chosen.begin(), chosen.end()).size(), 600U);
  EXPECT_LT(std::ranges::max(chosen), 1000U);
  SecretRandom again = seeded(1);
  EXPECT_EQ(choose_inputs(again, 1000, 600), chosen);
  SecretRandom other = seeded(2);
  EXPECT_NE(choose_inputs(other, 1000, 600), chosen);
}

TEST(InputChoice, EachListIsAsLikely) {
  constexpr int kRounds = 12000;
  SecretRandom random = seeded(3);
  std::map<std::vector<size_t>, int> seen;
  for (int i = 0; i < kRounds; ++i) {
    ++seen[choose_inputs(random, 4, 2)];
  }
  ASSERT_EQ(seen.size(), 12U);
  for (const auto& [list, count] : seen) {
    EXPECT_NEAR(count, kRounds / 12, 200);  // six standard deviations
  }
}

}  // namespace
}  // namespace vouch
