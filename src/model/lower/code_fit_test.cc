#include "model/lower/code_fit.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vouch {
namespace {

const Limbs kLimbs;
const WindowTable kCodes{Boundaries::kFloor, 0, 0, 255, 0, 0};

uint8_t code_of(int64_t A) { return kCodes.window(kCodes.row_of(A, kLimbs), kLimbs).X; }

// ⌊a/7⌋ from multipliers that are off, and ⌊a/7 + b/3⌋.
TEST(CodeFit, FindsMultipliers) {
  const int64_t seventh = kLimbs.unit() / 7;
  CodeFit one(kCodes, kLimbs);
  one.expect_all(0, 1700, [](int64_t a) { return static_cast<uint8_t>(a / 7); });
  for (const int64_t off : {int64_t{0}, kLimbs.unit() / 10'000, -kLimbs.unit() / 10'000}) {
    const auto m = one.solve({seventh + off, 0, 0});
    ASSERT_TRUE(m.has_value());
    for (int64_t a = 0; a <= 1700; ++a) {
      ASSERT_EQ(code_of(m->a * a + m->c), a / 7) << a;
    }
  }
  CodeFit two(kCodes, kLimbs);
  for (int64_t a = 0; a < 256; ++a) {
    for (int64_t b = 0; b < 256; ++b) {
      two.expect(a, b, static_cast<uint8_t>((3 * a + 7 * b) / 21));
    }
  }
  const auto m = two.solve({seventh - (kLimbs.unit() >> 16U), kLimbs.unit() / 3 + 12'345, 0});
  ASSERT_TRUE(m.has_value());
  for (int64_t a = 0; a < 256; ++a) {
    for (int64_t b = 0; b < 256; ++b) {
      ASSERT_EQ(code_of(m->a * a + m->b * b + m->c), (3 * a + 7 * b) / 21) << a << ' ' << b;
    }
  }
}

// What is right already stays.
TEST(CodeFit, KeepsWhatHolds) {
  CodeFit fit(kCodes, kLimbs);
  fit.expect_all(0, 255, [](int64_t a) { return static_cast<uint8_t>(a); });
  const auto m = fit.solve({kLimbs.unit(), 0, 77});
  ASSERT_TRUE(m.has_value());
  EXPECT_EQ(m->a, kLimbs.unit());
  EXPECT_EQ(m->c, 77);
}

// Codes of no multiplier: steps of unequal lengths, and ties that go to even codes.
TEST(CodeFit, RefusesWhatNoMultiplierGives) {
  CodeFit uneven(kCodes, kLimbs);
  uneven.expect_all(0, 300, [](int64_t a) {
    return static_cast<uint8_t>(a < 100 ? a / 10 : 10 + (a - 100) / 20);
  });
  EXPECT_FALSE(uneven.solve({kLimbs.unit() / 14, 0, 0}).has_value());
  CodeFit even(kCodes, kLimbs);
  even.expect_all(0, 400, [](int64_t a) {
    return static_cast<uint8_t>(std::nearbyint(static_cast<double>(a) / 2));
  });
  EXPECT_FALSE(even.solve({kLimbs.unit() / 2, 0, kLimbs.unit() / 2}).has_value());
  // Float32 boundaries have them.
  const WindowTable parity{Boundaries::kFloat32, 0, 0, 255, 0, 0};
  CodeFit ties(parity, kLimbs);
  ties.expect_all(0, 400, [](int64_t a) {
    return static_cast<uint8_t>(std::nearbyint(static_cast<double>(a) / 2));
  });
  EXPECT_TRUE(
      ties.solve({kLimbs.unit() / 2, 0, kLimbs.unit() / 2 - (int64_t{1} << 23U) - 1}).has_value());
}

}  // namespace
}  // namespace vouch
