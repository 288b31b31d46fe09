#include "circuit/operators/window.h"

namespace vouch {

std::optional<uint32_t> AxisWindow::positions() const {
  const int64_t span = int64_t{dilation} * (kernel - 1) + 1;
  const int64_t pads = int64_t{pad_before} + pad_after;
  if (transposed) {
    const int64_t outputs = int64_t{stride} * (extent - 1) + span - pads;
    return outputs < 1 ? std::nullopt : std::optional(static_cast<uint32_t>(outputs));
  }
  const int64_t padded = extent + pads;
  if (padded < span) {
    return std::nullopt;
  }
  return static_cast<uint32_t>((padded - span) / stride + 1);
}

std::optional<uint32_t> AxisWindow::reads(uint32_t y, uint32_t d) const {
  int64_t i = 0;
  if (transposed) {
    const int64_t scaled = int64_t{y} + pad_before - int64_t{dilation} * d;
    if (scaled < 0 || scaled % stride != 0) {
      return std::nullopt;
    }
    i = scaled / stride;
  } else {
    i = int64_t{stride} * y + int64_t{dilation} * d - pad_before;
  }
  if (i < 0 || i >= extent) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(i);
}

AxisWindow row_axis(const Window& window, const Shape& input) {
  return {window.kernel_rows, window.stride_rows,   window.pad_top,   window.pad_bottom,
          input.rows,         window.dilation_rows, window.transposed};
}

AxisWindow column_axis(const Window& window, const Shape& input) {
  return {window.kernel_columns, window.stride_columns,   window.pad_left,  window.pad_right,
          input.columns,         window.dilation_columns, window.transposed};
}

std::vector<Scalar> spread(const AxisWindow& axis, std::span<const Scalar> taps,
                           std::span<const Scalar> outputs) {
  std::vector<Scalar> in(axis.extent);
  for (uint32_t d = 0; d < taps.size(); ++d) {
    for (uint32_t y = 0; y < outputs.size(); ++y) {
      if (const auto i = axis.reads(y, d)) {
        in[*i] += taps[d] * outputs[y];
      }
    }
  }
  return in;
}

Result<Shape> slide(const Window& window, const Shape& input) {
  const auto rows = row_axis(window, input).positions();
  const auto columns = column_axis(window, input).positions();
  if (!rows || !columns) {
    return Error{"the window is larger than the padded input"};
  }
  return Shape{input.channels, input.batch, *rows, *columns};
}

}  // namespace vouch
