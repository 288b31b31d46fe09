#include "model/exact_round.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "picture/split_mix.h"

namespace vouch {
namespace {

std::optional<int64_t> round_of(unsigned shift, int64_t factor, std::vector<float> numerators,
                                float denominator, uint64_t count = 1) {
  return round_ratio(shift, factor, numerators, denominator, count);
}

TEST(RoundRatio, HalvesGoAwayFromZero) {
  EXPECT_EQ(round_of(0, 1, {}, 2.0F), 1);
  EXPECT_EQ(round_of(0, -1, {}, 2.0F), -1);
  EXPECT_EQ(round_of(0, 3, {}, 2.0F), 2);
  EXPECT_EQ(round_of(0, -3, {}, 2.0F), -2);
  EXPECT_EQ(round_of(0, 1, {0x1.fffffep-2F}, 1.0F), 0);  // just below a half
  EXPECT_EQ(round_of(0, 1, {0.5F}, 1.0F), 1);
  EXPECT_EQ(round_of(4, 5, {0.5F, 0.25F}, 1.0F, 4), 3);  // 2.5
  EXPECT_EQ(round_of(0, 0, {1.0F}, 3.0F), 0);
}

TEST(RoundRatio, IsExactWhereDoublesAreNot) {
  // (2^24 − 1)²·2^24·2^24/2^47 = (2^48 − 2^25 + 1)·2: a double would drop the last bit.
  const float m = 16777215.0F;
  EXPECT_EQ(round_of(24, int64_t{1} << 24, {m, m}, 0x1p47F),
            ((int64_t{1} << 48) - (int64_t{1} << 25) + 1) * 2);
  // A tie that is one only in exact arithmetic, and the same a little off.
  EXPECT_EQ(round_of(0, 1, {m, m}, 2.0F), ((int64_t{1} << 48) - (int64_t{1} << 25) + 2) / 2);
}

TEST(RoundRatio, ReachesTheEndsOfFloat) {
  const float least = std::numeric_limits<float>::denorm_min();
  const float most = std::numeric_limits<float>::max();
  EXPECT_EQ(round_of(24, 1, {least, least}, most), 0);
  EXPECT_EQ(round_of(0, 1, {least}, least), 1);
  EXPECT_EQ(round_of(24, 255, {least}, least, 255), int64_t{1} << 24);
  EXPECT_EQ(round_of(0, 1, {most, most}, least), std::nullopt);
  EXPECT_EQ(round_of(0, 1, {most}, most), 1);
  EXPECT_EQ(round_of(0, 1, {0x1p61F}, 1.0F), int64_t{1} << 61);
  EXPECT_EQ(round_of(0, 1, {0x1p62F}, 1.0F), std::nullopt);
  EXPECT_EQ(round_of(0, -1, {0x1p63F}, 1.0F), std::nullopt);
  EXPECT_EQ(round_of(0, 1, {0.0F}, 1.0F), 0);
}

// long double has 64 bits of mantissa where that type is wide: enough to know the answer unless it
// is within 2^-10 of a tie.
TEST(RoundRatio, AgreesWithWideFloats) {
  if (std::numeric_limits<long double>::digits < 64) {
    GTEST_SKIP() << "no wide floats on this machine";
  }
  SplitMix64 random(1);
  int compared = 0;
  for (int i = 0; i < 100000; ++i) {
    const float a = std::ldexp(random.uniform(0.5F, 1.0F), static_cast<int>(random.within(-20, 4)));
    const float b = std::ldexp(random.uniform(0.5F, 1.0F), static_cast<int>(random.within(-20, 4)));
    const float d = std::ldexp(random.uniform(0.5F, 1.0F), static_cast<int>(random.within(-20, 4)));
    const int64_t f = random.within(-255, 255);
    const uint64_t n = static_cast<uint64_t>(random.within(1, 49));
    const long double exact = std::ldexp(static_cast<long double>(f) * a * b, 20) /
                              (static_cast<long double>(d) * static_cast<long double>(n));
    if (std::fabs(exact) > 0x1p50L ||
        std::fabs(std::fabs(exact - std::trunc(exact)) - 0.5L) < 0x1p-10L) {
      continue;
    }
    ASSERT_EQ(round_of(20, f, {a, b}, d, n), static_cast<int64_t>(std::roundl(exact)));
    ++compared;
  }
  EXPECT_GT(compared, 50000);
}

}  // namespace
}  // namespace vouch
