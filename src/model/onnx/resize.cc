// Resize and Upsample: every mode is, along each axis, a weighted sum of few elements.
#include <algorithm>
#include <cmath>
#include <map>

#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

enum class Interpolation : uint8_t { kNearest, kLinear, kCubic };

struct Sampling {
  Interpolation interpolation = Interpolation::kNearest;
  std::string coordinates;  // the file's words
  std::string rounding;
  bool antialias = false;
  bool exclude_outside = false;
  double cubic_a = -0.75;
};

// One axis: `outputs` elements of `extent`, at a scale that need not be their ratio.
struct ScaledAxis {
  int64_t extent = 1;
  int64_t outputs = 1;
  double scale = 1;
};

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

Result<Value> resized(Builder& builder, const Value& x, const Sampling& sampling,
                      const std::vector<ScaledAxis>& axes) {
  Layer layer;
  layer.kind = LayerKind::kResize;
  bool changes = false;
  for (const ScaledAxis& axis : axes) {
    layer.resize.emplace_back();
    if (axis.outputs == axis.extent && axis.scale == 1) {
      continue;
    }
    changes = true;
    const bool one = sampling.interpolation == Interpolation::kNearest;
    const double terms = one ? 1 : 2 * reach_of(sampling, axis) + 1;
    if (!(axis.scale > 0 && terms * static_cast<double>(axis.outputs) < 0x1p40)) {
      return Error{"a scale of " + std::to_string(axis.scale)};
    }
    VOUCH_TRY(builder.spend(static_cast<uint64_t>(terms * static_cast<double>(axis.outputs))));
    for (int64_t o = 0; o < axis.outputs; ++o) {
      layer.resize.back().outputs.push_back(taps_of(sampling, axis, o));
    }
  }
  return changes ? builder.layer(std::move(layer), {x}) : x;
}

Result<Interpolation> interpolation_of(const std::string& mode) {
  if (mode == "nearest") return Interpolation::kNearest;
  if (mode == "linear" || mode == "bilinear") return Interpolation::kLinear;
  if (mode == "cubic") return Interpolation::kCubic;
  return Error{"its mode '" + printable(mode) + "' is not supported"};
}

Result<void> expect_one_of(const std::string& word, std::initializer_list<const char*> known,
                           const char* attribute) {
  if (std::find(known.begin(), known.end(), word) == known.end()) {
    return Error{"its attribute '" + std::string(attribute) + "' is '" + printable(word) +
                 "', which is not supported"};
  }
  return {};
}

Result<Sampling> read_sampling(Node& node) {
  Sampling sampling;
  VOUCH_ASSIGN(const std::string mode, node.attribute("mode", "nearest"));
  VOUCH_ASSIGN(sampling.interpolation, interpolation_of(mode));
  if (node.opset() < 11) {
    sampling.coordinates = "asymmetric";
    sampling.rounding = "floor";
    return sampling;
  }
  VOUCH_ASSIGN(sampling.coordinates,
               node.attribute("coordinate_transformation_mode", "half_pixel"));
  VOUCH_ASSIGN(sampling.rounding, node.attribute("nearest_mode", "round_prefer_floor"));
  VOUCH_ASSIGN(sampling.antialias, node.flag("antialias", false));
  VOUCH_ASSIGN(sampling.exclude_outside, node.flag("exclude_outside", false));
  VOUCH_ASSIGN(sampling.cubic_a, node.attribute("cubic_coeff_a", -0.75F));
  node.ignore({"extrapolation_value"});
  VOUCH_TRY(expect_one_of(
      sampling.coordinates,
      {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"},
      "coordinate_transformation_mode"));
  VOUCH_TRY(expect_one_of(sampling.rounding,
                          {"floor", "ceil", "round_prefer_floor", "round_prefer_ceil"},
                          "nearest_mode"));
  return sampling;
}

Result<void> scale_axis(ScaledAxis& axis, double scale) {
  const double outputs = std::floor(static_cast<double>(axis.extent) * scale);
  if (!(outputs >= 1 && outputs <= static_cast<double>(Network::kMaxElements))) {
    return Error{"a scale of " + std::to_string(scale) + " for an extent of " +
                 std::to_string(axis.extent)};
  }
  axis.scale = scale;
  axis.outputs = static_cast<int64_t>(outputs);
  return {};
}

Result<void> size_axes(Node& node, const Integers& sizes, const std::vector<uint32_t>& named,
                       std::vector<ScaledAxis>& axes) {
  VOUCH_ASSIGN(const std::string policy, node.attribute("keep_aspect_ratio_policy", "stretch"));
  VOUCH_TRY(
      expect_one_of(policy, {"stretch", "not_larger", "not_smaller"}, "keep_aspect_ratio_policy"));
  if (sizes.size() != named.size()) {
    return Error{"it has " + std::to_string(sizes.size()) + " sizes for " +
                 std::to_string(named.size()) + " axes"};
  }
  std::vector<double> scales;
  for (size_t i = 0; i < sizes.size(); ++i) {
    ScaledAxis& axis = axes[named[i]];
    if (sizes[i] < 1 || sizes[i] > static_cast<int64_t>(Network::kMaxElements)) {
      return Error{"a size of " + std::to_string(sizes[i])};
    }
    axis.outputs = sizes[i];
    axis.scale = static_cast<double>(sizes[i]) / static_cast<double>(axis.extent);
    scales.push_back(axis.scale);
  }
  if (policy == "stretch" || scales.empty()) {
    return {};
  }
  const double scale = policy == "not_larger" ? *std::min_element(scales.begin(), scales.end())
                                              : *std::max_element(scales.begin(), scales.end());
  for (const uint32_t a : named) {
    const double outputs = std::floor(scale * static_cast<double>(axes[a].extent) + 0.5);
    if (!(outputs >= 1 && outputs <= static_cast<double>(Network::kMaxElements))) {
      return Error{"a scale of " + std::to_string(scale)};
    }
    axes[a].scale = scale;
    axes[a].outputs = static_cast<int64_t>(outputs);
  }
  return {};
}

Result<std::vector<float>> read_scales(Node& node) {
  if (node.type() == "Upsample" && node.opset() < 9) {
    VOUCH_ASSIGN(const auto given, node.reals("scales"));
    return given ? *given : std::vector<float>{};
  }
  const size_t place = node.opset() < 11 ? 1 : 2;
  if (!node.has(place)) {
    return std::vector<float>{};
  }
  VOUCH_ASSIGN(const Value given, node.constant(place, "scales"));
  return reals_of(*given.constant);
}

Result<Values> read_resize(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const Sampling sampling, read_sampling(node));
  std::vector<ScaledAxis> axes;
  Integers all;
  for (const uint32_t extent : x.shape) {
    all.push_back(static_cast<int64_t>(axes.size()));
    axes.push_back({extent, extent, 1});
  }
  VOUCH_ASSIGN(const auto given, node.list("axes"));
  VOUCH_ASSIGN(const std::vector<uint32_t> named, axes_of(given ? *given : all, x.shape.size()));
  VOUCH_ASSIGN(const std::vector<float> scales, read_scales(node));
  if (!scales.empty()) {
    node.ignore({"keep_aspect_ratio_policy"});
    if (scales.size() != named.size()) {
      return Error{"it has " + std::to_string(scales.size()) + " scales for " +
                   std::to_string(named.size()) + " axes"};
    }
    for (size_t i = 0; i < named.size(); ++i) {
      VOUCH_TRY(scale_axis(axes[named[i]], double{scales[i]}));
    }
  } else {
    VOUCH_ASSIGN(const Integers sizes, node.integers(3, "sizes"));
    VOUCH_TRY(size_axes(node, sizes, named, axes));
  }
  VOUCH_ASSIGN(Value out, resized(node.builder(), x, sampling, axes));
  return Values{std::move(out)};
}

}  // namespace

void add_resize(OperatorTable& table) {
  table["Resize"] = read_resize;
  table["Upsample"] = read_resize;
}

}  // namespace vouch::onnx
