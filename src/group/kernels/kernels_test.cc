// Every back-end that this processor can run against plain formulas.
#include "group/kernels/kernels.h"

#include <gtest/gtest.h>

#include <random>

#include "field/kernels/kernels.h"
#include "group/generators.h"

namespace vouch::internal {
namespace {

const NielsTable& points() {
  static const NielsTable G = derive_generators(3000, {});
  return G;
}

// Σ digits[i]·points[i] by double-and-add over all points at once.
Point plain_sum(const std::vector<int32_t>& digits) {
  Point sum;
  for (int bit = 17; bit-- > 0;) {
    sum = sum.doubled();
    for (size_t i = 0; i < digits.size(); ++i) {
      if ((std::abs(digits[i]) >> bit & 1) != 0) {
        sum = digits[i] > 0 ? sum + points()[i] : sum - points()[i];
      }
    }
  }
  return sum;
}

void expect_window_sum(const std::vector<int32_t>& digits, uint32_t max_digit) {
  const Point expected = plain_sum(digits);
  for (const GroupKernels* table : available_group_kernels()) {
    EXPECT_EQ(table->window_sum(points().data(), digits.size(), digits.data(), max_digit), expected)
        << table->name;
  }
}

TEST(GroupKernels, WindowSumOfRandomDigits) {
  std::mt19937 random(1);
  for (const size_t n : {1U, 63U, 64U, 65U, 500U, 3000U}) {
    for (const int max : {1, 2, 7, 64, 1000, 65536}) {
      std::vector<int32_t> digits(n);
      for (int32_t& d : digits) {
        d = static_cast<int32_t>(random() % static_cast<unsigned>(2 * max + 1)) - max;
      }
      expect_window_sum(digits, static_cast<uint32_t>(max));
    }
  }
}

// Long runs are shared out over several lanes.
TEST(GroupKernels, WindowSumOfFewValues) {
  std::vector<int32_t> digits(3000, 5);
  expect_window_sum(digits, 16);
  for (size_t i = 0; i < digits.size(); i += 3) {
    digits[i] = -5;
  }
  expect_window_sum(digits, 5);
  for (size_t i = 0; i < digits.size(); i += 7) {
    digits[i] = i % 2 == 0 ? 0 : 16;
  }
  expect_window_sum(digits, 16);
  expect_window_sum(std::vector<int32_t>(300, 0), 4);
}

TEST(GroupKernels, Powers) {
  std::vector<Field25519> x{Field25519::zero(), Field25519::one(), -Field25519::one(),
                            kSqrtMinusOne};
  while (x.size() < 23) {
    x.push_back(x.back().square() + Field25519::small(x.size()));
  }
  for (const GroupKernels* table : available_group_kernels()) {
    for (const size_t n : {0U, 1U, 7U, 8U, 23U}) {
      std::vector<Field25519> powers(x);
      table->power_p_minus_5_over_8(powers.data(), n);
      for (size_t i = 0; i < x.size(); ++i) {
        EXPECT_EQ(powers[i], i < n ? x[i].power_p_minus_5_over_8() : x[i]) << table->name;
      }
    }
  }
}

TEST(GroupKernels, Collapse) {
  constexpr size_t kTerms = 5;
  constexpr size_t kLength = 21;
  std::vector<NonAdjacentForm> forms;
  std::vector<Scalar> k;
  for (size_t j = 0; j < kTerms; ++j) {
    k.push_back(j == 3 ? Scalar::zero() : (Scalar::from_u64(77 + j)).inverse());
    forms.push_back(non_adjacent_form(k.back()));
  }
  const size_t present = kTerms * kLength - 9;  // the rest is absent
  for (const GroupKernels* table : available_group_kernels()) {
    std::vector<Point> out(kLength - 2);
    table->collapse(forms.data(), kTerms, points().data(), present, kLength, 2, kLength,
                    out.data());
    for (size_t i = 2; i < kLength; ++i) {
      Point expected;
      for (size_t j = 0; j < kTerms && i + j * kLength < present; ++j) {
        expected += points()[i + j * kLength].point().multiply_vartime(k[j]);
      }
      EXPECT_EQ(out[i - 2], expected) << table->name << " " << i;
    }
  }
}

TEST(GroupKernels, FollowTheNameOfTheActiveOnes) {
  const std::string before(active_kernels_name());
  ASSERT_TRUE(select_kernels("portable").ok());
  EXPECT_EQ(group_kernels().name, "portable");
  for (const std::string_view name : available_kernels()) {
    ASSERT_TRUE(select_kernels(name).ok());
    EXPECT_TRUE(group_kernels().name == name || group_kernels().name == "portable");
  }
  EXPECT_FALSE(select_kernels("abacus").ok());
  ASSERT_TRUE(select_kernels(before).ok());
}

}  // namespace
}  // namespace vouch::internal
