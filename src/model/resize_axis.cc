#include "model/resize_axis.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace vouch {
namespace {

// Where in the input's coordinates output o is.
double source_of(const Sampling& sampling, const ScaledAxis& axis, int64_t o) {
  const auto at = static_cast<double>(o);
  const auto extent = static_cast<double>(axis.extent);
  const double resized = axis.scale * extent;
  if (sampling.coordinates == "asymmetric") {
    return at / axis.scale;
  }
  if (sampling.coordinates == "align_corners") {
    return resized == 1 ? 0 : at * (extent - 1) / (resized - 1);
  }
  if (sampling.coordinates == "pytorch_half_pixel" && resized <= 1) {
    return 0;
  }
  const double half_pixel = (at + 0.5) / axis.scale - 0.5;
  if (sampling.coordinates == "half_pixel_symmetric") {
    return half_pixel + extent / 2 * (1 - static_cast<double>(axis.outputs) / resized);
  }
  return half_pixel;
}

double nearest(const std::string& rounding, double x) {
  if (rounding == "floor") return std::floor(x);
  if (rounding == "ceil") return std::ceil(x);
  if (rounding == "round_prefer_ceil") return std::floor(x + 0.5);
  return std::ceil(x - 0.5);
}

// The kernel's value at a distance, in elements.
double kernel(const Sampling& sampling, double distance) {
  const double d = std::abs(distance);
  if (sampling.interpolation == Interpolation::kLinear) {
    return std::max(0.0, 1 - d);
  }
  const double a = sampling.cubic_a;
  if (d <= 1) {
    return ((a + 2) * d - (a + 3)) * d * d + 1;
  }
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

double reach_of(const Sampling& sampling, const ScaledAxis& axis) {
  const double width = sampling.interpolation == Interpolation::kLinear ? 1 : 2;
  return sampling.antialias && axis.scale < 1 ? width / axis.scale : width;
}

std::vector<ResizeAxis::Tap> taps_of(const Sampling& sampling, const ScaledAxis& axis, int64_t o) {
  const auto inside = [&](double i) {
    return static_cast<uint32_t>(std::clamp(i, 0.0, static_cast<double>(axis.extent - 1)));
  };
  const double x = source_of(sampling, axis, o);
  if (sampling.interpolation == Interpolation::kNearest) {
    return {{inside(nearest(sampling.rounding, x)), 1.0F}};
  }
  const double reach = reach_of(sampling, axis);
  const double shrink = sampling.antialias ? std::min(axis.scale, 1.0) : 1.0;
  std::map<uint32_t, double> weights;
  double sum = 0;
  for (double i = std::ceil(x - reach); i <= x + reach; ++i) {
    const double weight = kernel(sampling, (i - x) * shrink);
    const bool outside = i < 0 || i > static_cast<double>(axis.extent - 1);
    if (weight == 0 || (outside && sampling.exclude_outside)) continue;
    weights[inside(i)] += weight;
    sum += weight;
  }
  const bool normalise = (sampling.antialias || sampling.exclude_outside) && sum != 0;
  std::vector<ResizeAxis::Tap> taps;
  for (const auto& [index, weight] : weights) {
    taps.push_back({index, static_cast<float>(normalise ? weight / sum : weight)});
  }
  return taps;
}

}  // namespace

Result<uint64_t> most_taps(const Sampling& sampling, const ScaledAxis& axis) {
  const bool one = sampling.interpolation == Interpolation::kNearest;
  const double terms = one ? 1 : 2 * reach_of(sampling, axis) + 1;
  if (!(axis.scale > 0 && terms * static_cast<double>(axis.outputs) < 0x1p40)) {
    return Error{"a scale of " + std::to_string(axis.scale)};
  }
  return static_cast<uint64_t>(terms * static_cast<double>(axis.outputs));
}

ResizeAxis resize_axis(const Sampling& sampling, const ScaledAxis& axis) {
  ResizeAxis resize;
  for (int64_t o = 0; o < axis.outputs; ++o) {
    resize.outputs.push_back(taps_of(sampling, axis, o));
  }
  return resize;
}

}  // namespace vouch
