// Layers in floating point over a batch of pictures, to calibrate a new network with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vouch {

/// values: [picture][channel][row][column].
struct FloatTensor {
  uint32_t pictures = 0;
  uint32_t channels = 0;
  uint32_t rows = 0;
  uint32_t columns = 0;
  std::vector<float> values;

  FloatTensor() = default;
  FloatTensor(uint32_t n, uint32_t c, uint32_t h, uint32_t w)
      : pictures(n), channels(c), rows(h), columns(w), values(size_t{n} * c * h * w) {}
  [[nodiscard]] size_t area() const { return size_t{rows} * columns; }
  [[nodiscard]] std::span<float> plane(size_t picture, size_t channel) {
    return std::span(values).subspan((picture * channels + channel) * area(), area());
  }
  [[nodiscard]] std::span<const float> plane(size_t picture, size_t channel) const {
    return std::span(values).subspan((picture * channels + channel) * area(), area());
  }
};

/// Convolution without bias, SAME pads of zeros, TensorFlow Lite's weights: [out][row][column][in],
/// or [row][column][channel] if `depthwise` (then out = the input's channels). kernel is odd.
[[nodiscard]] FloatTensor float_convolution(const FloatTensor& x, std::span<const float> weights,
                                            uint32_t out, uint32_t kernel, uint32_t stride,
                                            bool depthwise);

/// Means of all positions: 1 × 1.
[[nodiscard]] FloatTensor float_average(const FloatTensor& x);

}  // namespace vouch
