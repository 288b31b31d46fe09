#include "circuit/operators/window.h"

#include <algorithm>

namespace vouch {

std::optional<uint32_t> AxisWindow::positions() const {
  const uint64_t padded = uint64_t{extent} + pad_before + pad_after;
  if (padded < kernel) {
    return std::nullopt;
  }
  return static_cast<uint32_t>((padded - kernel) / stride + 1);
}

std::optional<uint32_t> AxisWindow::reads(uint32_t y, uint32_t d) const {
  const int64_t i = int64_t{stride} * y + d - pad_before;
  if (i < 0 || i >= extent) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(i);
}

uint32_t AxisWindow::inside(uint32_t y) const {
  const int64_t start = int64_t{stride} * y - pad_before;
  const int64_t first = std::max<int64_t>(start, 0);
  const int64_t last = std::min<int64_t>(start + kernel, extent);
  return static_cast<uint32_t>(std::max<int64_t>(last - first, 0));
}

AxisWindow row_axis(const Window& window, const Shape& input) {
  return {window.kernel_rows, window.stride_rows, window.pad_top, window.pad_bottom, input.rows};
}

AxisWindow column_axis(const Window& window, const Shape& input) {
  return {window.kernel_columns, window.stride_columns, window.pad_left, window.pad_right,
          input.columns};
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
