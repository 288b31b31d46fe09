// Convolutions and pools in float32, whichever axis has the channels.
#pragma once

#include <span>
#include <vector>

#include "network/float_matrix.h"
#include "network/network.h"
#include "network/shapes.h"

namespace vouch {

/// One axis of a window that slides.
struct WindowAxis {
  int64_t extent = 1;  ///< of the input
  int64_t outputs = 1;
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t pad = 0;  ///< before the input
  bool transposed = false;

  /// What output o reads at a tap: an index of the input, or −1.
  [[nodiscard]] int64_t source(int64_t o, int64_t tap) const {
    int64_t at = o * stride + tap * dilation - pad;
    if (transposed) {
      const int64_t spread = o + pad - tap * dilation;
      at = spread >= 0 && spread % stride == 0 ? spread / stride : -1;
    }
    return at >= 0 && at < extent ? at : -1;
  }
};

/// A convolution layer made ready. Weights with one input channel a group slide over sixteen
/// channels side by side; all others are matrix products of sixteen positions.
class FloatConvolution {
 public:
  /// The layer and its shapes have passed validate; weights and bias (or none) are its constants.
  FloatConvolution(const Layer& layer, const Dimensions& x, const Dimensions& y,
                   std::span<const float> weights, std::vector<float> bias);

  void run(const float* x, float* y) const;

 private:
  [[nodiscard]] bool depthwise() const { return !lanes_.empty(); }
  void run_depthwise(const float* x, float* y) const;
  void run_group(size_t group, const float* x, float* y) const;

  PictureAxes from_;
  PictureAxes to_;
  WindowAxis rows_;
  WindowAxis columns_;
  std::vector<float> bias_;
  std::vector<PanelMatrix> groups_;  // [out/groups][in/groups · taps] each
  std::vector<float> lanes_;         // depthwise: [block of channels][tap][lane]
};

/// kAveragePool and kMaxPool.
void float_pool(const Layer& layer, const Dimensions& x_extents, const Dimensions& y_extents,
                const float* x, float* y);

}  // namespace vouch
