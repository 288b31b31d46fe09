#include "circuit/layout.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/check.h"

namespace vouch {
namespace {

unsigned ceil_log2(uint64_t x) { return static_cast<unsigned>(std::bit_width(x - 1)); }

// True if the element with the smallest coordinates among the slots `offset … offset + 2^κ − 1` of
// one outer entry exists, κ < h: the coordinates are the bits of `offset`, whose low κ bits are 0.
bool inner_slot_is_element(const Brick& brick, uint64_t offset) {
  const uint64_t c = offset & ((uint64_t{1} << brick.bits[2]) - 1);
  const uint64_t b = (offset >> brick.bits[2]) & ((uint64_t{1} << brick.bits[1]) - 1);
  const uint64_t a = offset >> (brick.bits[2] + brick.bits[1]);
  return a < brick.extents[1] && b < brick.extents[2] && c < brick.extents[3];
}

}  // namespace

Layout::Layout(const std::vector<Extents>& extents, unsigned min_bits) {
  for (const Extents& e : extents) {
    Brick brick;
    brick.extents = e;
    for (size_t i = 0; i < 3; ++i) {
      VOUCH_CHECK(e[i + 1] >= 1);
      brick.bits[i] = ceil_log2(e[i + 1]);
      brick.height += brick.bits[i];
    }
    VOUCH_CHECK(e[0] >= 1 && brick.height < 40);
    bricks_.push_back(brick);
  }
  order_.resize(bricks_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::stable_sort(order_.begin(), order_.end(),
                   [&](uint32_t i, uint32_t j) { return bricks_[i].height > bricks_[j].height; });
  for (const uint32_t i : order_) {
    bricks_[i].offset = used_;
    used_ += bricks_[i].slots();
    elements_ += bricks_[i].elements();
  }
  bits_ = std::max(min_bits, ceil_log2(std::max<uint64_t>(used_, 1)));
}

std::vector<bool> Layout::present_rows(unsigned kappa) const {
  VOUCH_CHECK(bits_ >= kappa);
  std::vector<bool> present(size_t{1} << (bits_ - kappa));
  for (const Brick& brick : bricks_) {
    const uint64_t first = brick.offset >> kappa;
    const uint64_t last = (brick.offset + brick.slots() - 1) >> kappa;
    for (uint64_t row = first; row <= last; ++row) {
      const uint64_t inside = (row << kappa) & ((uint64_t{1} << brick.height) - 1);
      if (brick.height <= kappa || inner_slot_is_element(brick, inside)) {
        present[row] = true;
      }
    }
  }
  return present;
}

BrickEq brick_eq(const Brick& brick, std::span<const Scalar> point) {
  const unsigned c = brick.bits[2];
  const unsigned b = brick.bits[1];
  const unsigned a = brick.bits[0];
  BrickEq eq;
  eq.axes[0] =
      eq_range(point.subspan(brick.height), brick.offset >> brick.height, brick.extents[0]);
  eq.axes[1] = eq_range(point.subspan(b + c, a), 0, brick.extents[1]);
  eq.axes[2] = eq_range(point.subspan(c, b), 0, brick.extents[2]);
  eq.axes[3] = eq_range(point.first(c), 0, brick.extents[3]);
  return eq;
}

Scalar brick_live(const Brick& brick, std::span<const Scalar> point) {
  const unsigned c = brick.bits[2];
  const unsigned b = brick.bits[1];
  const unsigned a = brick.bits[0];
  const auto outer = point.subspan(brick.height);
  const uint64_t first = brick.offset >> brick.height;
  const Scalar o = eq_below(outer, first + brick.extents[0]) - eq_below(outer, first);
  return o * eq_below(point.subspan(b + c, a), brick.extents[1]) *
         eq_below(point.subspan(c, b), brick.extents[2]) *
         eq_below(point.first(c), brick.extents[3]);
}

}  // namespace vouch
