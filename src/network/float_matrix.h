// Products of a constant matrix with many vectors, in float32.
//
// A tile of four outputs by sixteen positions (or four, where there are few) is summed up in
// registers of four floats, each sum in the order of depth: the same on every processor.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace vouch {

/// A matrix [outputs][depth], in panels of kOutputs rows: panel, depth, row; 0 beyond the last row.
class PanelMatrix {
 public:
  static constexpr size_t kOutputs = 4;
  static constexpr size_t kPositions = 16;  ///< at most, in a tile

  PanelMatrix() = default;
  /// at(output, k): an element.
  template <class At>
  PanelMatrix(size_t outputs, size_t depth, At at)
      : outputs_(outputs),
        depth_(depth),
        values_((outputs + kOutputs - 1) / kOutputs * kOutputs * depth) {
    for (size_t o = 0; o < outputs; ++o) {
      float* panel = values_.data() + o / kOutputs * kOutputs * depth + o % kOutputs;
      for (size_t k = 0; k < depth; ++k) {
        panel[k * kOutputs] = at(o, k);
      }
    }
  }

  [[nodiscard]] size_t outputs() const { return outputs_; }
  [[nodiscard]] size_t depth() const { return depth_; }
  [[nodiscard]] size_t panels() const { return (outputs_ + kOutputs - 1) / kOutputs; }
  [[nodiscard]] const float* panel(size_t i) const {
    return values_.data() + i * kOutputs * depth_;
  }

 private:
  size_t outputs_ = 0;
  size_t depth_ = 0;
  std::vector<float> values_;
};

/// Writes element k of position first + i to to[k·width + i], for i < n; n ≤ width ≤ kPositions.
/// What lies beyond n is never used.
using GatherPositions =
    std::function<void(size_t first, size_t n, size_t width, std::span<float> to)>;

/// Takes output o of position first + i, which is sums[i], for i < n.
using ScatterSums = std::function<void(size_t first, size_t n, size_t o, const float* sums)>;

/// bias[o] + Σ_k matrix(o, k)·x(k) for every output o and each of the positions. An empty bias is
/// 0. Both functions are called from several threads.
void multiply_positions(const PanelMatrix& matrix, std::span<const float> bias, size_t positions,
                        const GatherPositions& gather, const ScatterSums& scatter);

/// The same for positions that are rows of x, [rows][depth], into rows of y, [rows][outputs].
void multiply_rows(const PanelMatrix& matrix, std::span<const float> bias, size_t rows,
                   const float* x, float* y);

}  // namespace vouch
