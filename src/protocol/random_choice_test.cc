#include "protocol/random_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace vouch {
namespace {

Digest seed_of(uint32_t which) {
  Digest seed{};
  for (size_t i = 0; i < 4; ++i) {
    seed[i] = static_cast<uint8_t>(which >> (8 * i));
  }
  return seed;
}

std::vector<uint64_t> choices(const Digest& seed, uint64_t count, uint64_t how_many) {
  RandomChoice choice(seed, count);
  std::vector<uint64_t> all(how_many);
  std::ranges::generate(all, [&] { return choice.next(); });
  return all;
}

// Computed by tools/vectors/make_choice_vectors.py.
TEST(RandomChoice, IsThatOfTheDefinition) {
  EXPECT_EQ(choices(seed_of(0), 10, 10), (std::vector<uint64_t>{3, 8, 9, 6, 2, 1, 7, 0, 4, 5}));
  EXPECT_EQ(choices(seed_of(7), 1'000'000'007, 5),
            (std::vector<uint64_t>{801359868, 364494101, 745542060, 231940065, 178315885}));
  EXPECT_EQ(
      choices(seed_of(7), UINT64_MAX, 3),
      (std::vector<uint64_t>{3437253179862131953U, 18180227163445856425U, 17703306800262075615U}));
}

TEST(RandomChoice, HasEveryNumberOnce) {
  for (const uint64_t count : {1U, 2U, 17U, 1000U}) {
    std::vector<uint64_t> all = choices(seed_of(3), count, count);
    std::ranges::sort(all);
    std::vector<uint64_t> expected(count);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(all, expected);
  }
}

// All 60 sequences of 3 of 5 numbers come equally often: χ² of 59 degrees of freedom is below 120
// but for a probability of 4·10⁻⁶.
TEST(RandomChoice, SequencesAreEquallyLikely) {
  constexpr uint32_t kRuns = 30000;
  std::map<std::vector<uint64_t>, uint32_t> times;
  for (uint32_t run = 0; run < kRuns; ++run) {
    ++times[choices(seed_of(run), 5, 3)];
  }
  ASSERT_EQ(times.size(), 60U);
  double chi = 0;
  for (const auto& [sequence, count] : times) {
    chi += std::pow(count - kRuns / 60.0, 2) / (kRuns / 60.0);
  }
  EXPECT_LT(chi, 120);
}

}  // namespace
}  // namespace vouch
