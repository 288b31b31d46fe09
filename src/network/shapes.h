// Shape rules: which extents a layer's output has, and what its kind asks of inputs and attributes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "network/network.h"

namespace vouch {

/// Π extents; no overflow where check_extents accepts them.
[[nodiscard]] uint64_t element_count(const Dimensions& extents);

/// How far apart neighbours along each axis are in memory, in elements.
[[nodiscard]] std::vector<int64_t> row_major_steps(const Dimensions& extents);

/// A tensor's elements count up in mixed radix, whose digits are steps through another one's.
struct Digit {
  uint32_t extent = 1;
  uint32_t step = 0;
  bool operator==(const Digit&) const = default;
};

/// first + Σ d_i·step_i for all numbers d of these digits, the last one fastest. Contract: the
/// product of the extents is an array's size.
[[nodiscard]] std::vector<size_t> places_of(size_t first, std::span<const Digit> digits);

/// "[1, 3, 224, 224]": for messages.
[[nodiscard]] std::string text(const Dimensions& extents);

/// Error unless the rank, every extent and their product are within Network's limits.
[[nodiscard]] Result<void> check_extents(const Dimensions& extents);

/// The extents of what inputs of these extents broadcast to, as in NumPy; error if they do not.
[[nodiscard]] Result<Dimensions> broadcast_extents(std::span<const Dimensions> inputs);

/// A tensor of 3 or 4 axes as pictures: extents, and how far apart neighbours are in memory.
struct PictureAxes {
  size_t pictures = 1;
  size_t channels = 1;
  size_t rows = 1;
  size_t columns = 1;
  size_t picture_step = 0;
  size_t channel_step = 0;
  size_t row_step = 0;
  size_t column_step = 0;
};

/// extents has 3 axes (no rows) or 4; 1 ≤ channel_axis < rank; axis 0 is the batch.
[[nodiscard]] PictureAxes picture_axes(const Dimensions& extents, uint32_t channel_axis);

/// What `layer` makes. Tensor and constant indices are in range and the inputs' extents within the
/// limits; everything else about the layer is checked here. Where its attributes leave the shape
/// open (kReshape, kExpand, kSlice; reductions and kArgMax, which keep axes or drop them) it is the
/// output's declared one, if that is possible. The result need not be within the limits. Errors do
/// not name the layer: title() does.
[[nodiscard]] Result<Dimensions> output_extents(const Network& network, const Layer& layer);

/// "Conv 'block1/conv'": for messages.
[[nodiscard]] std::string title(const Layer& layer);

}  // namespace vouch
