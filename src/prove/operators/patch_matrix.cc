#include "prove/operators/patch_matrix.h"

#include <algorithm>

#include "prove/operators/matrix_product.h"

namespace vouch {
namespace {

// One row of the matrix, `count` codes, to row k of the packed tile.
void scatter(const uint8_t* codes, size_t count, uint8_t zero_point, size_t k, size_t depth,
             double* tile) {
  for (size_t begin = 0; begin < count; begin += kBlockColumns) {
    double* to = tile + begin * depth + k * kBlockColumns;
    const size_t n = std::min(kBlockColumns, count - begin);
    if (n == kBlockColumns) {
      for (size_t i = 0; i < kBlockColumns; ++i) {
        to[i] = codes[begin + i] - zero_point;
      }
    } else {
      for (size_t i = 0; i < kBlockColumns; ++i) {
        to[i] = i < n ? codes[begin + i] - zero_point : 0;
      }
    }
  }
}

}  // namespace

PatchMatrix::PatchMatrix(const Window& window, const Tensor& input, const Shape& output)
    : window_(window),
      rows_(row_axis(window, input.shape)),
      input_(input.shape),
      output_(output),
      zero_point_(input.zero_point),
      depth_(size_t{input.shape.channels} * window.kernel_rows * window.kernel_columns),
      positions_(output.positions()) {
  const AxisWindow columns = column_axis(window, input.shape);
  for (uint32_t d = 0; d < window.kernel_columns; ++d) {
    std::vector<int32_t>& of_tap = columns_.emplace_back();
    for (uint32_t x = 0; x < output.columns; ++x) {
      const auto i = columns.reads(x, d);
      of_tap.push_back(i ? static_cast<int32_t>(*i) : -1);
    }
  }
}

bool PatchMatrix::pointwise() const { return window_ == Window{}; }

std::vector<PatchMatrix::Segment> PatchMatrix::segments(size_t begin, size_t count) const {
  std::vector<Segment> list;
  const size_t end = begin + count;
  while (begin < end) {
    const size_t line = begin / output_.columns;
    const size_t column = begin % output_.columns;
    const size_t n = std::min(end - begin, output_.columns - column);
    list.push_back({line / output_.rows, static_cast<uint32_t>(line % output_.rows), column, n});
    begin += n;
  }
  return list;
}

void PatchMatrix::gather(const uint8_t* plane, uint32_t kernel_row, uint32_t kernel_column,
                         const Segment& segment, uint8_t* out) const {
  const std::optional<uint32_t> row = rows_.reads(segment.row, kernel_row);
  if (!row) {
    std::fill_n(out, segment.count, zero_point_);
    return;
  }
  const uint8_t* line = plane + size_t{*row} * input_.columns;
  const int32_t* columns = columns_[kernel_column].data() + segment.column;
  for (size_t i = 0; i < segment.count; ++i) {
    out[i] = columns[i] >= 0 ? line[columns[i]] : zero_point_;
  }
}

void PatchMatrix::pack(CodeSpan codes, size_t begin, size_t count, double* tile) const {
  const size_t plane = input_.positions();
  if (pointwise()) {
    for (size_t k = 0; k < depth_; ++k) {
      scatter(codes.data() + k * plane + begin, count, zero_point_, k, depth_, tile);
    }
    return;
  }
  const std::vector<Segment> parts = segments(begin, count);
  std::vector<uint8_t> row(count);
  const size_t picture = size_t{input_.rows} * input_.columns;
  size_t k = 0;
  for (size_t channel = 0; channel < input_.channels; ++channel) {
    for (uint32_t dy = 0; dy < window_.kernel_rows; ++dy) {
      for (uint32_t dx = 0; dx < window_.kernel_columns; ++dx, ++k) {
        size_t at = 0;
        for (const Segment& part : parts) {
          gather(codes.data() + channel * plane + part.batch * picture, dy, dx, part,
                 row.data() + at);
          at += part.count;
        }
        scatter(row.data(), count, zero_point_, k, depth_, tile);
      }
    }
  }
}

}  // namespace vouch
