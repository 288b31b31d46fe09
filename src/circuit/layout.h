// Columns are laid out as bricks in an index space of 2^n slots.
//
// A brick is an array of extents (o, a, b, c), c fastest. Its inner axes a, b, c are each padded to
// a power of two, 2^h slots in all; its o outer entries follow one another unpadded. Bricks lie in
// order of decreasing h (equal h: in the given order), so each starts at a multiple of its own 2^h
// and there are no gaps. Then eq(r, index) = eq(r_high; outer)·eq(a)·eq(b)·eq(c) is of rank one on
// every brick. The same packing serves activations (channel; batch, row, column), weights (output
// channel; input channel, kernel row, kernel column), biases, lookup tables, and the entries of the
// bilinear sumcheck.
//
// Slots without an element are pads: they hold 0, are never stored, and rows of a committed column
// that are all pad are not sent.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "poly/eq.h"

namespace vouch {

using Extents = std::array<uint32_t, 4>;  ///< (o, a, b, c)

struct Brick {
  Extents extents{};
  std::array<unsigned, 3> bits{};  ///< of the padded inner axes a, b, c
  unsigned height = 0;             ///< h = Σ bits
  uint64_t offset = 0;             ///< of element (0, 0, 0, 0), a multiple of 2^h

  [[nodiscard]] uint64_t elements() const {
    return uint64_t{extents[0]} * extents[1] * extents[2] * extents[3];
  }
  [[nodiscard]] uint64_t slots() const { return uint64_t{extents[0]} << height; }
  /// Slot of element (o, a, b, c).
  [[nodiscard]] uint64_t slot(uint64_t o, uint64_t a, uint64_t b, uint64_t c) const {
    return offset + (o << height) + (((a << bits[1]) + b) << bits[2]) + c;
  }
};

class Layout {
 public:
  Layout() = default;
  /// Packs bricks of the given extents (all ≥ 1). The index space has at least 2^min_bits slots.
  explicit Layout(const std::vector<Extents>& extents, unsigned min_bits = 0);

  /// In the order in which they were given.
  [[nodiscard]] const std::vector<Brick>& bricks() const { return bricks_; }
  /// Brick numbers in order of offsets.
  [[nodiscard]] const std::vector<uint32_t>& order() const { return order_; }
  [[nodiscard]] unsigned bits() const { return bits_; }  ///< n
  [[nodiscard]] uint64_t used() const { return used_; }  ///< slots up to the last brick's end
  [[nodiscard]] uint64_t elements() const { return elements_; }

  /// Which of the 2^(n−κ) rows of 2^κ slots hold at least one element. n ≥ κ.
  [[nodiscard]] std::vector<bool> present_rows(unsigned kappa) const;

 private:
  std::vector<Brick> bricks_;
  std::vector<uint32_t> order_;
  unsigned bits_ = 0;
  uint64_t used_ = 0;
  uint64_t elements_ = 0;
};

/// eq(point, slot) on one brick, as one vector an axis: the product of four entries is eq at that
/// element's slot. point[j] belongs to bit j of the slot number and has layout.bits() entries.
struct BrickEq {
  std::array<std::vector<Scalar>, 4> axes;
};
[[nodiscard]] BrickEq brick_eq(const Brick& brick, std::span<const Scalar> point);

/// Live(point) = Σ over the brick's elements of eq(point, slot), in O(n).
[[nodiscard]] Scalar brick_live(const Brick& brick, std::span<const Scalar> point);

}  // namespace vouch
