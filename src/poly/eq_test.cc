// eq against its definition: what it is at the corners of the cube, that it is affine in every
// variable, and the product formula written out.
#include "poly/eq.h"

#include <gtest/gtest.h>

#include "poly/random_point.h"

namespace vouch {
namespace {

// Π_j (bit j of i ? r_j : 1 − r_j), from the highest bit down.
Scalar definition(std::span<const Scalar> r, uint64_t i) {
  Scalar e = Scalar::one();
  for (size_t j = r.size(); j-- > 0;) {
    const uint64_t bit = i / (uint64_t{1} << j) % 2;
    e = e * (bit == 1 ? r[j] : Scalar::one() - r[j]);
  }
  return e;
}

std::vector<Scalar> corner(size_t n, uint64_t i) {
  std::vector<Scalar> r;
  for (size_t j = 0; j < n; ++j) {
    r.push_back(Scalar::from_u64(i >> j & 1));
  }
  return r;
}

TEST(EqAt, IsOneAtItsOwnCornerOnly) {
  for (size_t n = 0; n <= 4; ++n) {
    for (uint64_t i = 0; i < uint64_t{1} << n; ++i) {
      for (uint64_t j = 0; j < uint64_t{1} << n; ++j) {
        EXPECT_EQ(eq_at(corner(n, i), j), Scalar::from_u64(i == j ? 1 : 0)) << n << i << j;
      }
    }
  }
}

TEST(EqAt, IsAffineInEveryVariable) {
  SecretRandom random = test_random(1);
  constexpr size_t kBits = 5;
  const auto r = random_point(random, kBits);
  for (size_t j = 0; j < kBits; ++j) {
    auto zero = r;
    auto one = r;
    zero[j] = Scalar::zero();
    one[j] = Scalar::one();
    for (uint64_t i = 0; i < 32; ++i) {
      EXPECT_EQ(eq_at(r, i), eq_at(zero, i) + r[j] * (eq_at(one, i) - eq_at(zero, i)));
    }
  }
}

TEST(EqAt, NoVariables) { EXPECT_EQ(eq_at({}, 0), Scalar::one()); }

TEST(EqPoints, IsTheSumOverAllCorners) {
  SecretRandom random = test_random(2);
  for (size_t n = 0; n <= 6; ++n) {
    const auto r = random_point(random, n);
    const auto s = random_point(random, n);
    Scalar sum;
    for (uint64_t i = 0; i < uint64_t{1} << n; ++i) {
      sum += definition(r, i) * definition(s, i);
    }
    EXPECT_EQ(eq_points(r, s), sum) << n;
  }
}

TEST(EqTable, EqualsTheDefinition) {
  SecretRandom random = test_random(3);
  for (size_t n = 0; n <= 9; ++n) {
    const auto r = random_point(random, n);
    const Scalar scale = random_scalar(random);
    const auto plain = eq_table(r);
    const auto scaled = eq_table(r, scale);
    ASSERT_EQ(plain.size(), size_t{1} << n);
    ASSERT_EQ(scaled.size(), size_t{1} << n);
    for (uint64_t i = 0; i < plain.size(); ++i) {
      EXPECT_EQ(plain[i], definition(r, i));
      EXPECT_EQ(scaled[i], scale * definition(r, i));
    }
  }
}

TEST(EqRange, EveryFirstAndCount) {
  SecretRandom random = test_random(4);
  for (size_t n = 0; n <= 5; ++n) {
    const auto r = random_point(random, n);
    const uint64_t end = uint64_t{1} << n;
    for (uint64_t first = 0; first <= end; ++first) {
      for (uint64_t count = 0; first + count <= end; ++count) {
        const auto range = eq_range(r, first, count);
        ASSERT_EQ(range.size(), count);
        for (uint64_t i = 0; i < count; ++i) {
          ASSERT_EQ(range[i], definition(r, first + i)) << n << " " << first << " " << count;
        }
      }
    }
  }
}

TEST(EqRange, FarInsideALargeSpace) {
  SecretRandom random = test_random(5);
  const auto r = random_point(random, 40);
  const uint64_t first = (uint64_t{1} << 39) - 5;
  const auto range = eq_range(r, first, 77);
  for (uint64_t i = 0; i < range.size(); ++i) {
    ASSERT_EQ(range[i], definition(r, first + i));
  }
}

TEST(EqBelow, EveryBound) {
  SecretRandom random = test_random(6);
  for (size_t n = 0; n <= 7; ++n) {
    const auto r = random_point(random, n);
    Scalar sum;
    for (uint64_t bound = 0; bound <= uint64_t{1} << n; ++bound) {
      EXPECT_EQ(eq_below(r, bound), sum) << n << " " << bound;
      if (bound < uint64_t{1} << n) {
        sum += definition(r, bound);
      }
    }
    EXPECT_EQ(sum, Scalar::one());
  }
}

TEST(EqIndexBelow, EveryBound) {
  SecretRandom random = test_random(8);
  for (size_t n = 0; n <= 7; ++n) {
    const auto r = random_point(random, n);
    Scalar sum;
    for (uint64_t bound = 0; bound <= uint64_t{1} << n; ++bound) {
      EXPECT_EQ(eq_index_below(r, bound), sum) << n << " " << bound;
      if (bound < uint64_t{1} << n) {
        sum += definition(r, bound) * Scalar::from_u64(bound);
      }
    }
  }
}

TEST(SplitEq, FactorsOfEveryIndexAreTheDefinition) {
  SecretRandom random = test_random(7);
  for (const size_t n : {0, 1, 2, 5, 11, 12, 13, 14}) {
    const auto r = random_point(random, n);
    const Scalar scale = random_scalar(random);
    const SplitEq eq(r, scale);
    const uint64_t end = uint64_t{1} << n;
    for (uint64_t i = 0; i < end; ++i) {
      const auto low = eq.low_from(i);
      ASSERT_EQ(eq.high(eq.block(i)) * low[0], scale * definition(r, i)) << n << " " << i;
      // It reaches to the end of the block.
      ASSERT_EQ(eq.block(i + low.size() - 1), eq.block(i));
      ASSERT_NE(eq.block(i + low.size()), eq.block(i));
      ASSERT_EQ(low.data() + low.size() - 1, &eq.low_from(i + low.size() - 1)[0]);
    }
  }
}

}  // namespace
}  // namespace vouch
