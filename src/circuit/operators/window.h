// Sliding windows along one axis, and the adjoint of reading through them.
//
// Output position y reads, for each tap 0 ≤ d < kernel, input position i = stride·y + dilation·d −
// pad; transposed, the i with y = stride·i + dilation·d − pad, if there is one. Positions outside
// [0, extent) read X − z = 0 and drop out of every sum.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "circuit/circuit.h"
#include "field/scalar.h"

namespace vouch {

struct AxisWindow {
  uint32_t kernel = 1;
  uint32_t stride = 1;
  int32_t pad_before = 0;
  int32_t pad_after = 0;
  uint32_t extent = 1;  ///< of the input axis
  uint32_t dilation = 1;
  bool transposed = false;

  /// Number of output positions; empty if the kernel does not fit.
  [[nodiscard]] std::optional<uint32_t> positions() const;
  /// Input position that output y reads through tap d, or empty if there is none inside.
  [[nodiscard]] std::optional<uint32_t> reads(uint32_t y, uint32_t d) const;
};
[[nodiscard]] AxisWindow row_axis(const Window& window, const Shape& input);
[[nodiscard]] AxisWindow column_axis(const Window& window, const Shape& input);

/// The adjoint along one axis: out[i] = Σ_{y,d: y reads i through d} taps[d]·outputs[y].
[[nodiscard]] std::vector<Scalar> spread(const AxisWindow& axis, std::span<const Scalar> taps,
                                         std::span<const Scalar> outputs);

/// Both axes of a window must give at least one output: the output's rows and columns, or an error.
[[nodiscard]] Result<Shape> slide(const Window& window, const Shape& input);

}  // namespace vouch
