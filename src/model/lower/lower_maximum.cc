// Maxima: max(a, b) = b + relu(a − b), min(a, b) = a − relu(a − b), where relu is the table of the
// difference. On equal scales every step is exact.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/lower/network_lowering.h"
#include "network/constants.h"

namespace vouch {
namespace {

// Linear map of two readings, with coefficients.
RealOperator two_terms(uint32_t a, MapTerm read_a, RealWeight weight_a, uint32_t b, MapTerm read_b,
                       RealWeight weight_b, const Shape& out) {
  read_b.input = 1;
  read_b.weight = 1;
  RealOperator op;
  op.op = {OpKind::kLinearMap, {a, b}, {}, {std::move(read_a), std::move(read_b)}};
  op.stated = out;
  op.weights = {weight_a, weight_b};
  op.biases = {{}};
  op.arithmetic = Arithmetic::kWhole;
  return op;
}

}  // namespace

Result<NetworkLowering::Value> NetworkLowering::larger(const std::string& name, const Value& a,
                                                       const MapTerm& read_a, const Value& b,
                                                       const MapTerm& read_b, const View& out,
                                                       bool minimum, const Step* last) {
  const Functions relu{{Unary::kRelu, 0.0F, 0.0F}};
  const bool alike = a.codes.scale == b.codes.scale && a.codes.zero_point == b.codes.zero_point;
  const auto end = [](const CodeScale& codes, int code) {
    return double{codes.scale} * (code - codes.zero_point);
  };
  const CodeScale both = alike ? a.codes
                               : codes_over(std::min({end(a.codes, 0), end(b.codes, 0), 0.0}),
                                            std::max({end(a.codes, 255), end(b.codes, 255), 0.0}));
  const CodeScale difference =
      alike ? CodeScale{a.codes.scale, 0, false}
            : codes_over(0, std::max(double{both.scale}, end(a.codes, 255) - end(b.codes, 0)));
  VOUCH_ASSIGN(const Value above,
               add(name + " (difference)",
                   two_terms(a.view.tensor, read_a, {{1, 1.0F}, a.codes.scale, 1}, b.view.tensor,
                             read_b, {{-1, 1.0F}, b.codes.scale, 1}, out.shape),
                   {difference, relu}, out.axes));
  const Value& base = minimum ? a : b;
  RealOperator sum = two_terms(base.view.tensor, minimum ? read_a : read_b,
                               {{1, 1.0F}, base.codes.scale, 1}, above.view.tensor, MapTerm{},
                               {{minimum ? -1 : 1, 1.0F}, above.codes.scale, 1}, out.shape);
  if (last != nullptr) {
    VOUCH_TRY(emit(*last, std::move(sum), out.axes));
    return *known_[last->output];
  }
  return add(name, std::move(sum), {both, {}}, out.axes);
}

Result<void> NetworkLowering::lower_maximum(const Step& step, bool minimum) {
  const Layer& layer = *step.layer;
  std::vector<size_t> activations;
  std::vector<uint32_t> vectors;  // constants that are not one number
  double bound =
      minimum ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    if (!is_constant(layer.inputs[i])) {
      activations.push_back(i);
      continue;
    }
    const auto reals = constant(layer.inputs[i]);
    if (std::any_of(reals.begin(), reals.end(), [&](float x) { return x != reals[0]; })) {
      vectors.push_back(layer.inputs[i]);
      continue;
    }
    bound = minimum ? std::min(bound, double{reals[0]}) : std::max(bound, double{reals[0]});
  }
  if (activations.empty()) {
    return Error{"all of its inputs are constants; let the exporter fold constants"};
  }
  Step joined = step;
  if (std::isfinite(bound)) {
    const auto limit = static_cast<float>(bound);
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    joined.functions.insert(joined.functions.begin(),
                            minimum ? Function{Unary::kClip, -kInfinity, limit}
                                    : Function{Unary::kClip, limit, kInfinity});
  }
  std::vector<Value> values;
  for (const size_t i : activations) {
    VOUCH_ASSIGN(Value value, full_value_of(step, i));
    if (!values.empty()) {
      VOUCH_ASSIGN(value, placed(value, values[0].view.axes, layer.name));
    }
    values.push_back(std::move(value));
  }
  if (!vectors.empty()) {
    if (values.size() > 1) {
      return Error{
          "it compares several activations and a constant that is not one number; compare with the "
          "constant in a layer of its own"};
    }
    return bound_by_constants(joined, values[0], vectors, minimum);
  }
  const View out = values[0].view;
  if (values.size() == 1) {
    return emit_copy(joined, values[0]);
  }
  Value sofar = values[0];
  for (size_t k = 1; k < values.size(); ++k) {
    const bool last = k + 1 == values.size();
    VOUCH_ASSIGN(sofar, larger(layer.name, sofar, MapTerm{}, values[k], MapTerm{}, out, minimum,
                               last ? &joined : nullptr));
  }
  return {};
}

// max(x, c) = c + relu(x − c), min(x, c) = c − relu(c − x), channel by channel. A bound that all
// codes of x keep is moved to where they end, so that the difference has the range of x.
Result<void> NetworkLowering::bound_by_constants(const Step& step, Value value,
                                                 const std::vector<uint32_t>& constants,
                                                 bool minimum) {
  const JointConstants joint = joint_constants(constants, extents(step.output).size());
  VOUCH_ASSIGN(value, placed(value, differing_on_channels(value.view.axes, joint.extents),
                             step.layer->name));
  const CodeScale codes = value.codes;
  const float lowest = codes.scale * static_cast<float>(-codes.zero_point);
  const float highest = codes.scale * static_cast<float>(255 - codes.zero_point);
  const int sign = minimum ? -1 : 1;
  const auto depthwise = [&](uint32_t from) {
    RealOperator op;
    op.op = {OpKind::kDepthwiseConv2d, {from}};
    op.stated.channels = value.view.shape.channels;
    return op;
  };
  RealOperator difference = depthwise(value.view.tensor);
  std::vector<float> bounds;
  for (size_t i = 0; i < joint.values[0].size(); ++i) {
    float c = joint.values[0][i];
    for (const std::vector<float>& other : joint.values) {
      c = minimum ? std::min(c, other[i]) : std::max(c, other[i]);
    }
    bounds.push_back(minimum ? std::min(c, highest) : std::max(c, lowest));
    const float reached = std::clamp(c, lowest, highest);
    difference.weights.push_back({{sign, 1.0F}, codes.scale, 1});
    difference.biases.push_back(Factor::of(static_cast<float>(-sign) * reached));
  }
  const CodeScale positive{codes.scale, 0, false};
  VOUCH_ASSIGN(const Value beyond, add(step.layer->name + " (difference)", std::move(difference),
                                       {positive, {{Unary::kRelu, 0.0F, 0.0F}}}, value.view.axes));
  RealOperator bounded = depthwise(beyond.view.tensor);
  for (const float c : bounds) {
    bounded.weights.push_back({{sign, 1.0F}, positive.scale, 1});
    bounded.biases.push_back(Factor::of(c));
  }
  return emit(step, std::move(bounded), value.view.axes);
}

Result<void> NetworkLowering::lower_max_pool(const Step& step) {
  const Layer& layer = *step.layer;
  const WindowShape& w = layer.window;
  // Pads never win: they are left out.
  VOUCH_TRY(window_of(w, false));
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  VOUCH_ASSIGN(const Placement wanted, picture_placement(value.view.extents(), layer.channel_axis));
  VOUCH_ASSIGN(value, placed(value, wanted, layer.name));
  const Dimensions& result = extents(step.output);
  VOUCH_ASSIGN(const Placement axes, picture_placement(result, layer.channel_axis));
  VOUCH_ASSIGN(const Shape final_shape, shape_of(axes));
  struct Axis {
    size_t map;
    uint32_t kernel, stride, dilation;
    int32_t pad;
    uint32_t in, out;
  };
  const std::array<Axis, 2> passes{Axis{2, w.kernel_columns, w.stride_columns, w.dilation_columns,
                                        w.pad_left, value.view.shape.columns, final_shape.columns},
                                   Axis{1, w.kernel_rows, w.stride_rows, w.dilation_rows, w.pad_top,
                                        value.view.shape.rows, final_shape.rows}};
  for (const Axis& axis : passes) {
    // What output y reads through tap d, or a tap next to it that lies inside.
    const auto reading = [&](uint32_t d) -> Result<MapTerm> {
      std::vector<AxisEntry> entries;
      for (uint32_t y = 0; y < axis.out; ++y) {
        std::optional<uint32_t> best;
        uint32_t distance = 0;
        for (uint32_t e = 0; e < axis.kernel; ++e) {
          const int64_t i = int64_t{axis.stride} * y + int64_t{axis.dilation} * e - axis.pad;
          const uint32_t away = e > d ? e - d : d - e;
          if (i >= 0 && i < axis.in && (!best || away < distance)) {
            best = static_cast<uint32_t>(i);
            distance = away;
          }
        }
        if (!best) {
          return Error{
              "one of its windows holds nothing but pads; make its pads smaller than its window"};
        }
        entries.push_back({y, *best});
      }
      MapTerm term;
      term.maps[axis.map] = axis_map(entries);
      const AxisRun whole{0, 1, 0, 1, static_cast<uint16_t>(axis.out), 1};
      if (axis.in == axis.out && term.maps[axis.map].runs == std::vector<AxisRun>{whole}) {
        term.maps[axis.map].runs.clear();
      }
      return term;
    };
    View out = value.view;
    set_extent(out.shape, axis.map == 2 ? PhysicalAxis::kColumn : PhysicalAxis::kRow, axis.out);
    if (axis.kernel == 1 && axis.stride == 1) {
      continue;
    }
    Value sofar = value;
    VOUCH_ASSIGN(MapTerm read, reading(0));
    if (axis.kernel == 1) {
      RealOperator op{{OpKind::kLinearMap, {value.view.tensor}, {}, {read}},
                      out.shape,
                      {{{1, 1.0F}, value.codes.scale, 1}},
                      {{}},
                      {}};
      op.arithmetic = Arithmetic::kWhole;
      VOUCH_ASSIGN(value, add(layer.name, std::move(op), {value.codes, {}}, out.axes));
      continue;
    }
    for (uint32_t d = 1; d < axis.kernel; ++d) {
      VOUCH_ASSIGN(const MapTerm next, reading(d));
      VOUCH_ASSIGN(sofar, larger(layer.name, sofar, read, value, next, out, false, nullptr));
      read = MapTerm{};
    }
    value = sofar;
  }
  value.view.axes = axes;
  return emit_copy(step, value);
}

// Halves of each axis against each other, until one is left.
Result<void> NetworkLowering::lower_reduce_maximum(const Step& step, bool minimum) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  std::vector<bool> chosen(value.view.axes.size());
  for (const uint32_t a : layer.axes) {
    chosen[a] = true;
    if (!value.view.axes[a].empty() && value.view.axes[a][0].axis == PhysicalAxis::kBatch) {
      return Error{"it compares the entries of a batch; export the model with a batch of 1"};
    }
  }
  VOUCH_ASSIGN(value, placed(value, channel_placement(value.view.axes, chosen), layer.name));
  Placement axes = value.view.axes;
  for (const uint32_t a : layer.axes) {
    axes[a].clear();
  }
  while (value.view.shape.channels > 1) {
    const uint32_t n = value.view.shape.channels;
    const uint32_t half = (n + 1) / 2;
    MapTerm first;
    MapTerm second;
    first.maps[0] = slice_axis(half, 0, 1);
    second.maps[0] = slice_axis(half, n - half, 1);
    View out = value.view;
    out.shape.channels = half;
    VOUCH_ASSIGN(value, larger(layer.name, value, first, value, second, out, minimum, nullptr));
  }
  value.view.axes = without_axes(axes, layer.axes, extents(step.output).size());
  return emit_copy(step, value);
}

// relu(x) − slope·relu(−x), one slope a channel.
Result<void> NetworkLowering::lower_prelu(const Step& step) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  const std::vector<float> slopes = constant(layer.inputs[1]);
  if (slopes.size() == 1) {
    Step leaky = step;
    leaky.functions.insert(leaky.functions.begin(), {Unary::kLeakyRelu, slopes[0], 0.0F});
    return emit_copy(leaky, value);
  }
  const Dimensions own = with_rank(extents(layer.inputs[1]), extents(step.output).size());
  VOUCH_ASSIGN(value, placed(value, differing_on_channels(value.view.axes, own), layer.name));
  const CodeScale positive{value.codes.scale, 0, false};
  RealOperator below{sum_of({value.view.tensor}),
                     value.view.shape,
                     {{{-1, 1.0F}, value.codes.scale, 1}},
                     {{}},
                     {}};
  VOUCH_ASSIGN(const Value negative,
               add(layer.name + " (below 0)", std::move(below),
                   {positive, {{Unary::kRelu, 0.0F, 0.0F}}}, value.view.axes));
  // x + (1 − slope)·relu(−x)
  float most = 0;
  for (const float slope : slopes) {
    most = std::max(most, std::abs(1 - slope));
  }
  RealOperator scaled;
  scaled.op = {OpKind::kDepthwiseConv2d, {negative.view.tensor}};
  scaled.stated.channels = value.view.shape.channels;
  for (const float slope : slopes) {
    scaled.weights.push_back({Factor::of(1 - slope), negative.codes.scale, 1});
    scaled.biases.emplace_back();
  }
  const bool any_above = std::any_of(slopes.begin(), slopes.end(), [](float s) { return s > 1; });
  const CodeScale correction{std::max(most, 1e-6F) * value.codes.scale * (any_above ? 2.0F : 1.0F),
                             static_cast<uint8_t>(any_above ? 128 : 0), false};
  VOUCH_ASSIGN(const Value corrected,
               add(layer.name + " (slopes)", std::move(scaled), {correction, {}}, value.view.axes));
  return emit(step,
              two_terms(value.view.tensor, MapTerm{}, {{1, 1.0F}, value.codes.scale, 1},
                        corrected.view.tensor, MapTerm{}, {{1, 1.0F}, corrected.codes.scale, 1},
                        value.view.shape),
              value.view.axes);
}

}  // namespace vouch
