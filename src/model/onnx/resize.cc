// Resize and Upsample: every mode is, along each axis, a weighted sum of few elements.
#include <algorithm>
#include <cmath>

#include "model/onnx/operators.h"
#include "model/resize_axis.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

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
    VOUCH_ASSIGN(const uint64_t cost, resize_cost(sampling, axis));
    VOUCH_TRY(builder.spend(cost));
    layer.resize.back() = resize_axis(sampling, axis);
  }
  return changes ? builder.layer(std::move(layer), {x}) : x;
}

Result<Interpolation> interpolation_of(const std::string& mode) {
  if (mode == "nearest") return Interpolation::kNearest;
  if (mode == "linear" || mode == "bilinear") return Interpolation::kLinear;
  if (mode == "cubic") return Interpolation::kCubic;
  return Error{"its mode '" + file_text(mode) + "' is not supported; use nearest, linear or cubic"};
}

Result<void> expect_one_of(const std::string& word, std::initializer_list<const char*> known,
                           const char* attribute) {
  if (std::find(known.begin(), known.end(), word) == known.end()) {
    return Error{"its attribute '" + std::string(attribute) + "' is '" + file_text(word) +
                 "', which is not supported; use another that `vouch operators` lists"};
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
  Integers chosen = all;
  if (node.type() == "Resize") {
    VOUCH_ASSIGN(const auto given, node.list("axes"));
    chosen = given ? *given : all;
  }
  VOUCH_ASSIGN(const std::vector<uint32_t> named, axes_of(chosen, x.shape.size()));
  VOUCH_ASSIGN(const std::vector<float> scales, read_scales(node));
  if (!scales.empty()) {
    if (node.type() == "Resize") {
      node.ignore({"keep_aspect_ratio_policy"});
    }
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
  table["Resize"] = {read_resize,
                     {Becomes::kSum,
                      "antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside "
                      "extrapolation_value keep_aspect_ratio_policy mode nearest_mode scales",
                      "constant scales or sizes; no antialiasing, no crop_and_resize"}};
  table["Upsample"] = {read_resize, {Becomes::kSum, "mode scales", "constant scales"}};
}

}  // namespace vouch::onnx
