// How a network's tensor lies in a circuit's.
//
// A circuit tensor has four axes, [channel][batch][row][column]. A network's tensor has any number
// of logical axes; the index along each is a number of mixed radix whose digits count steps along
// physical axes. So transposing, merging and splitting axes cost nothing; what an operator needs
// otherwise is moved by a linear map.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "circuit/operators/linear_maps.h"
#include "network/shapes.h"

namespace vouch {

enum class PhysicalAxis : uint8_t { kChannel = 0, kRow = 1, kColumn = 2, kBatch = 3 };

[[nodiscard]] uint32_t extent(const Shape& shape, PhysicalAxis axis);
void set_extent(Shape& shape, PhysicalAxis axis, uint32_t extent);

/// A digit: `extent` ≥ 2 steps of `stride` along a physical axis.
struct Part {
  PhysicalAxis axis = PhysicalAxis::kChannel;
  uint32_t extent = 1;
  uint32_t stride = 1;
  bool operator==(const Part&) const = default;
};
/// By logical axis: its digits, slowest first; none if its extent is 1. Neighbours that count on
/// along one physical axis are one.
using Placement = std::vector<std::vector<Part>>;

/// True if some of an axis' digits count along batches.
[[nodiscard]] bool has_batch(const std::vector<Part>& parts);

/// A tensor of the network, seen in one of the circuit.
struct View {
  uint32_t tensor = 0;  ///< of the circuit
  Shape shape;          ///< that tensor's
  Placement axes;

  /// Extents of the logical axes.
  [[nodiscard]] Dimensions extents() const;
  /// The physical axis that logical axis a is the whole of, if there is one.
  [[nodiscard]] std::optional<PhysicalAxis> whole(size_t a) const;
  /// True if the circuit's order of elements is the logical row-major one.
  [[nodiscard]] bool is_row_major() const;
  bool operator==(const View&) const = default;
};

/// How far apart neighbours along an axis are in the circuit's order.
[[nodiscard]] uint32_t element_step(const Shape& shape, PhysicalAxis axis);

/// The logical index's digits, and their steps through the circuit's order.
[[nodiscard]] std::vector<Digit> digits_of(const View& view);

/// By logical index, row-major: the element's index in the circuit's order.
[[nodiscard]] std::vector<size_t> element_indices(const View& view);

/// The shape of a circuit tensor whose elements are those of this placement. Error: more than 65536
/// channels, or more than 4096 of a batch, rows or columns.
[[nodiscard]] Result<Shape> shape_of(const Placement& axes);

/// Axis 0 on batches if its extent is above 1, `channel_axis` on channels, the others, in order, on
/// rows and columns (one only: columns). Error: more than two others.
[[nodiscard]] Result<Placement> picture_placement(const Dimensions& extents, uint32_t channel_axis);

/// Row-major: the last axes that are longer than 1 on columns and rows, those before them on
/// channels; all on channels if `flat`.
[[nodiscard]] Placement plain_placement(const Dimensions& extents, bool flat = false);
/// The same of what lies as `from`, whose batches stay.
[[nodiscard]] Placement plain_placement(const Placement& from, bool flat = false);

/// A placement of other extents (as many axes) that keeps each axis where `like` has the whole of
/// it, if all can have a place; else a plain one.
[[nodiscard]] Placement placed_like(const View& like, const Dimensions& extents);

/// The axes `chosen` on channels, in order; the others on rows and columns, and batches stay:
/// `from` is the present placement.
[[nodiscard]] Placement channel_placement(const Placement& from, const std::vector<bool>& chosen);

/// Along one logical axis which outputs read which inputs; none: all theirs, or the one there is.
using AxisReading = std::optional<std::vector<AxisEntry>>;

/// The terms by which `to` reads `from`, whose logical axes are as many; no readings: along all
/// axes those of equal index. Terms have input and weight 0. Error: it would take more terms than a
/// linear map has, batches would move, or a tensor exceeds a circuit's extents.
[[nodiscard]] Result<std::vector<MapTerm>> reading_terms(
    const View& from, const View& to, const std::vector<AxisReading>& readings = {});

/// The placement of the same elements in row-major order under other extents. Nothing if a digit
/// would have to be split where it cannot.
[[nodiscard]] std::optional<Placement> reshaped(const Placement& from, const Dimensions& extents);

}  // namespace vouch
