// One axis of a resize, in the words of ONNX: every mode is a weighted sum of few elements.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "network/network.h"

namespace vouch {

enum class Interpolation : uint8_t { kNearest, kLinear, kCubic };

struct Sampling {
  Interpolation interpolation = Interpolation::kNearest;
  /// half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric
  std::string coordinates;
  /// floor, ceil, round_prefer_floor, round_prefer_ceil
  std::string rounding;
  bool antialias = false;
  bool exclude_outside = false;
  double cubic_a = -0.75;
};

/// `outputs` ≥ 1 elements of `extent` ≥ 1, at a scale that need not be their ratio.
struct ScaledAxis {
  int64_t extent = 1;
  int64_t outputs = 1;
  double scale = 1;
};

/// No more taps than this in all outputs. Error: the scale is no number > 0, or they exceed 2^40.
[[nodiscard]] Result<uint64_t> most_taps(const Sampling& sampling, const ScaledAxis& axis);

/// The axis has passed most_taps.
[[nodiscard]] ResizeAxis resize_axis(const Sampling& sampling, const ScaledAxis& axis);

}  // namespace vouch
