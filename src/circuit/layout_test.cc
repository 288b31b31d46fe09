// Layouts against lists of all their slots.
#include "circuit/layout.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "poly/random_point.h"

namespace vouch {
namespace {

unsigned naive_bits(uint64_t x) {
  unsigned n = 0;
  while ((uint64_t{1} << n) < x) {
    ++n;
  }
  return n;
}

// Extents of 1, powers of two, neighbours of them, and others.
Extents random_extents(std::mt19937_64& random) {
  constexpr std::array<uint32_t, 10> kChoices{1, 1, 1, 2, 3, 4, 5, 7, 8, 9};
  Extents e{};
  for (uint32_t& x : e) {
    x = kChoices[random() % kChoices.size()];
  }
  return e;
}

std::vector<Extents> random_bricks(std::mt19937_64& random) {
  std::vector<Extents> out(1 + random() % 6);
  for (Extents& e : out) {
    e = random_extents(random);
  }
  return out;
}

// Slots of a brick's elements, in element order, from offset and axis bits by multiplication.
std::vector<uint64_t> slots_of(const Brick& brick) {
  const auto& e = brick.extents;
  const uint64_t row = uint64_t{1} << naive_bits(e[3]);
  const uint64_t plane = row << naive_bits(e[2]);
  const uint64_t block = plane << naive_bits(e[1]);
  std::vector<uint64_t> out;
  for (uint64_t o = 0; o < e[0]; ++o) {
    for (uint64_t a = 0; a < e[1]; ++a) {
      for (uint64_t b = 0; b < e[2]; ++b) {
        for (uint64_t c = 0; c < e[3]; ++c) {
          out.push_back(brick.offset + o * block + a * plane + b * row + c);
          EXPECT_EQ(out.back(), brick.slot(o, a, b, c));
        }
      }
    }
  }
  return out;
}

class Layouts : public ::testing::TestWithParam<uint32_t> {
 protected:
  Layouts() : random_(GetParam()), extents_(random_bricks(random_)), layout_(extents_, 4) {}
  std::mt19937_64 random_;
  std::vector<Extents> extents_;
  Layout layout_;
};

TEST_P(Layouts, BricksPartitionTheUsedSlotsInOrderOfHeight) {
  ASSERT_EQ(layout_.bricks().size(), extents_.size());
  ASSERT_EQ(layout_.order().size(), extents_.size());
  uint64_t next = 0;
  uint64_t elements = 0;
  for (size_t k = 0; k < layout_.order().size(); ++k) {
    const uint32_t number = layout_.order()[k];
    const Brick& brick = layout_.bricks()[number];
    const auto& e = extents_[number];
    EXPECT_EQ(brick.extents, e);
    EXPECT_EQ(brick.height, naive_bits(e[1]) + naive_bits(e[2]) + naive_bits(e[3]));
    EXPECT_EQ(brick.offset, next);
    EXPECT_EQ(brick.offset % (uint64_t{1} << brick.height), 0U);
    EXPECT_EQ(brick.elements(), uint64_t{e[0]} * e[1] * e[2] * e[3]);
    next += e[0] * (uint64_t{1} << brick.height);
    elements += brick.elements();
    if (k > 0) {
      const uint32_t before = layout_.order()[k - 1];
      const unsigned height = layout_.bricks()[before].height;
      EXPECT_TRUE(height > brick.height || (height == brick.height && before < number));
    }
  }
  EXPECT_EQ(layout_.used(), next);
  EXPECT_EQ(layout_.elements(), elements);
  EXPECT_EQ(layout_.bits(), std::max(4U, naive_bits(next)));
}

TEST_P(Layouts, SlotsAreDistinctAndWithinTheirBrick) {
  std::set<uint64_t> all;
  for (const Brick& brick : layout_.bricks()) {
    for (const uint64_t slot : slots_of(brick)) {
      EXPECT_TRUE(all.insert(slot).second);
      EXPECT_GE(slot, brick.offset);
      EXPECT_LT(slot, brick.offset + brick.slots());
    }
  }
  EXPECT_EQ(all.size(), layout_.elements());
  EXPECT_LT(*all.rbegin(), layout_.used());
}

TEST_P(Layouts, PresentRowsHoldAnElement) {
  for (unsigned kappa = 0; kappa <= layout_.bits(); ++kappa) {
    std::vector<bool> expected(size_t{1} << (layout_.bits() - kappa));
    for (const Brick& brick : layout_.bricks()) {
      for (const uint64_t slot : slots_of(brick)) {
        expected[slot >> kappa] = true;
      }
    }
    EXPECT_EQ(layout_.present_rows(kappa), expected) << kappa;
  }
}

TEST_P(Layouts, BrickEqIsEqAtEverySlot) {
  SecretRandom random = test_random(static_cast<uint8_t>(GetParam()));
  const auto point = random_point(random, layout_.bits());
  for (const Brick& brick : layout_.bricks()) {
    const BrickEq eq = brick_eq(brick, point);
    const auto& e = brick.extents;
    for (size_t axis = 0; axis < 4; ++axis) {
      ASSERT_EQ(eq.axes[axis].size(), e[axis]);
    }
    const auto slots = slots_of(brick);
    Scalar sum;
    for (size_t i = 0; i < slots.size(); ++i) {
      const size_t c = i % e[3];
      const size_t b = i / e[3] % e[2];
      const size_t a = i / e[3] / e[2] % e[1];
      const size_t o = i / e[3] / e[2] / e[1];
      const Scalar here = eq_at(point, slots[i]);
      ASSERT_EQ(eq.axes[0][o] * eq.axes[1][a] * eq.axes[2][b] * eq.axes[3][c], here) << i;
      sum += here;
    }
    EXPECT_EQ(brick_live(brick, point), sum);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Layouts, ::testing::Range(0U, 40U));

TEST(Layout, OneElement) {
  const Layout layout({{1, 1, 1, 1}});
  EXPECT_EQ(layout.bits(), 0U);
  EXPECT_EQ(layout.used(), 1U);
  EXPECT_EQ(layout.present_rows(0), std::vector<bool>{true});
  EXPECT_EQ(brick_live(layout.bricks()[0], {}), Scalar::one());
}

TEST(Layout, MinBits) {
  const Layout layout({{3, 1, 1, 1}}, 5);
  EXPECT_EQ(layout.bits(), 5U);
  EXPECT_EQ(layout.present_rows(1).size(), 16U);
  EXPECT_EQ(Layout({{33, 1, 1, 1}}, 5).bits(), 6U);
}

}  // namespace
}  // namespace vouch
