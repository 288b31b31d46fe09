// The activation half of a convolution as a matrix: entry (k, p) is the code minus the zero-point
// that tap k = (input channel, kernel row, kernel column) reads for output position p = (batch,
// row, column), and 0 where the tap lies outside the picture. Written tile by tile, never as a
// whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "circuit/circuit.h"
#include "circuit/operators/window.h"
#include "prove/operators/operator_executor.h"

namespace vouch {

class PatchMatrix {
 public:
  PatchMatrix(const Window& window, const Tensor& input, const Shape& output);

  /// Number of taps k.
  [[nodiscard]] size_t depth() const { return depth_; }
  /// Number of output positions p.
  [[nodiscard]] size_t positions() const { return positions_; }

  /// Writes positions begin … begin + count − 1 to `tile`, packed as multiply_tile reads blocks
  /// (⌈count / kBlockColumns⌉·depth()·kBlockColumns doubles; surplus columns are 0).
  void pack(CodeSpan codes, size_t begin, size_t count, double* tile) const;

 private:
  // The part of a tile that lies in one output row.
  struct Segment {
    size_t batch;
    uint32_t row;
    size_t column;
    size_t count;
  };
  [[nodiscard]] std::vector<Segment> segments(size_t begin, size_t count) const;
  void gather(const uint8_t* plane, uint32_t kernel_row, uint32_t kernel_column,
              const Segment& segment, uint8_t* out) const;
  [[nodiscard]] bool pointwise() const;

  Window window_;
  AxisWindow rows_;
  std::vector<std::vector<int32_t>> columns_;  // [tap][output column]: what it reads, or −1
  Shape input_;
  Shape output_;
  uint8_t zero_point_;
  size_t depth_;
  size_t positions_;
};

}  // namespace vouch
