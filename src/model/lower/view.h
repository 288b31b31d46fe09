// How a network's tensor lies in a circuit's.
//
// A circuit tensor has four axes, [channel][batch][row][column]. A network's tensor has any number of
// logical axes, and each of them is a product of physical ones, slowest first, or of none if its extent
// is 1. So transposing, flattening and adding axes of extent 1 cost nothing; what would split a physical
// axis, or what an operator needs otherwise, is moved by a linear map.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "circuit/operators/linear_maps.h"
#include "network/network.h"

namespace vouch {

enum class PhysicalAxis : uint8_t { kChannel = 0, kRow = 1, kColumn = 2, kBatch = 3 };

[[nodiscard]] uint32_t extent(const Shape& shape, PhysicalAxis axis);
void set_extent(Shape& shape, PhysicalAxis axis, uint32_t extent);

/// By logical axis: its physical axes of extent ≥ 2, slowest first.
using Placement = std::vector<std::vector<PhysicalAxis>>;

/// A tensor of the network, seen in one of the circuit.
struct View {
  uint32_t tensor = 0;  ///< of the circuit
  Shape shape;          ///< that tensor's
  Placement axes;

  /// Extents of the logical axes.
  [[nodiscard]] Dimensions extents() const;
  /// True if each logical axis lies on at most one physical one.
  [[nodiscard]] bool is_simple() const;
};

/// The shape of a circuit tensor that has these extents in that placement, every logical axis on at
/// most one physical axis; batch 1 unless it is placed.
[[nodiscard]] Shape shape_of(const Dimensions& extents, const Placement& axes);

/// Axis 0 on batches if its extent is above 1, `channel_axis` on channels, the others, in order, on rows
/// and columns (one only: columns). Error: more than two others that are longer than 1.
[[nodiscard]] Result<Placement> picture_placement(const Dimensions& extents, uint32_t channel_axis);

/// A placement of an output with these extents that keeps `preferred` (of as many axes) where it can,
/// and gives what has no place yet one that is free. Error: more than three axes longer than 1.
[[nodiscard]] Result<Placement> simple_placement(const Dimensions& extents,
                                                 const Placement& preferred);

/// The terms that read `from` into `to`, element by element of equal logical indices; where from's extent
/// is 1 and the other is not, its one element is repeated. Terms have input and weight 0. Error: it would
/// take more than 1024 terms, or batches would move.
[[nodiscard]] Result<std::vector<MapTerm>> reading_terms(const View& from, const View& to);

/// The one term that reads `from` into `to` with these entries along its logical axes. Both are simple; batches stay.
[[nodiscard]] MapTerm moving_term(const View& from, const View& to,
                                  const std::vector<std::vector<AxisEntry>>& readings);

/// The entries along an axis of that extent that stays as it is; of one that is repeated, if it was 1.
[[nodiscard]] std::vector<AxisEntry> kept_axis(uint32_t from, uint32_t to);

/// The placement of the same elements in row-major order under other extents. Nothing if a physical axis
/// would have to be split.
[[nodiscard]] std::optional<Placement> reshaped(const View& from, const Dimensions& extents);

}  // namespace vouch
