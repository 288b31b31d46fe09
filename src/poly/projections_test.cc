#include "poly/projections.h"

#include <gtest/gtest.h>

#include <random>

#include "poly/eq.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

Projections random_projections(size_t count, unsigned bits) {
  Bytes bytes(Projections::bytes_needed(count, bits));
  std::mt19937 random(bits);
  for (uint8_t& b : bytes) {
    b = static_cast<uint8_t>(random());
  }
  return {count, bits, std::move(bytes)};
}

bool keeps(const Projections& p, size_t i, uint64_t index) {
  bool all = true;
  for (size_t block = 0; block < Projections::kBlocks; ++block) {
    const unsigned b = p.block_bits()[block];
    all = all && p.contains(i, block, index & ((uint64_t{1} << b) - 1));
    index >>= b;
  }
  return all;
}

TEST(Projections, EvaluateTheirCoefficientsExtension) {
  for (const unsigned bits : {0U, 1U, 2U, 4U, 7U, 9U, 12U}) {
    const size_t count = 5;
    const Projections p = random_projections(count, bits);
    SecretRandom random = test_random(1);
    const auto coefficients = random_point(random, count);
    const auto point = random_point(random, bits);
    Scalar expected;
    for (size_t i = 0; i < count; ++i) {
      for (uint64_t j = 0; j < uint64_t{1} << bits; ++j) {
        if (keeps(p, i, j)) {
          expected += coefficients[i] * eq_at(point, j);
        }
      }
    }
    EXPECT_EQ(p.evaluate(coefficients, point), expected) << bits;
  }
}

TEST(Projections, BlocksAreAsEqualAsCanBe) {
  using Bits = std::array<unsigned, 3>;
  EXPECT_EQ(random_projections(1, 23).block_bits(), (Bits{8, 8, 7}));
  EXPECT_EQ(random_projections(1, 15).block_bits(), (Bits{5, 5, 5}));
  EXPECT_EQ(random_projections(1, 4).block_bits(), (Bits{2, 1, 1}));
  EXPECT_EQ(random_projections(1, 0).block_bits(), (Bits{0, 0, 0}));
}

// One entry of 8·B among anything: an eighth of all projections at least has B or more.
TEST(Projections, ALargeEntryShows) {
  constexpr unsigned kBits = 6;
  constexpr size_t kCount = 4000;
  const Projections p = random_projections(kCount, kBits);
  std::mt19937_64 random(3);
  constexpr int64_t kBound = 1000;
  for (int attempt = 0; attempt < 5; ++attempt) {
    std::vector<int64_t> f(1U << kBits);
    for (int64_t& x : f) {
      x = static_cast<int64_t>(random() % (16 * kBound)) - 8 * kBound;
    }
    f[random() % f.size()] = 8 * kBound;
    size_t large = 0;
    for (size_t i = 0; i < kCount; ++i) {
      int64_t sum = 0;
      for (uint64_t j = 0; j < f.size(); ++j) {
        sum += keeps(p, i, j) ? f[j] : 0;
      }
      large += std::abs(sum) >= kBound ? 1 : 0;
    }
    EXPECT_GE(large, kCount / 8);
  }
}

}  // namespace
}  // namespace vouch
