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
  return op;
}

}  // namespace

Result<NetworkLowering::Value> NetworkLowering::larger(const std::string& name, const Value& a,
                                                       const MapTerm& read_a, const Value& b,
                                                       const MapTerm& read_b, const View& out,
                                                       bool minimum, const Step* last) {
  const Functions relu{{Unary::kRelu, 0.0F, 0.0F}};
  // a − b is at most 255 steps of the larger scale, twice.
  const float scale = std::max(a.codes.scale, b.codes.scale);
  const bool alike = a.codes.scale == b.codes.scale && a.codes.zero_point == b.codes.zero_point;
  const CodeScale difference{alike ? scale : 2 * scale, 0, false};
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
  return add(name, std::move(sum), {a.codes, {}}, out.axes);
}

Result<void> NetworkLowering::lower_maximum(const Step& step, bool minimum) {
  const Layer& layer = *step.layer;
  const Dimensions& result = extents(step.output);
  std::vector<size_t> activations;
  double bound = minimum ? std::numeric_limits<double>::infinity()
                         : -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    if (!is_constant(layer.inputs[i])) {
      activations.push_back(i);
      continue;
    }
    const auto reals = reals_of(network_.constants[*network_.tensors[layer.inputs[i]].constant],
                                extents(layer.inputs[i]));
    if (std::any_of(reals.begin(), reals.end(), [&](float x) { return x != reals[0]; })) {
      return Error{"it compares with a constant that is not one number"};
    }
    bound = minimum ? std::min(bound, double{reals[0]}) : std::max(bound, double{reals[0]});
  }
  if (activations.empty()) {
    return Error{"all of its inputs are constants"};
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
    VOUCH_ASSIGN(Value value, simple_value_of(step, i));
    value.view.axes.insert(value.view.axes.begin(), result.size() - value.view.axes.size(), {});
    values.push_back(std::move(value));
  }
  const auto full = std::find_if(values.begin(), values.end(), [&](const Value& value) {
    return value.view.extents() == result;
  });
  const Value& lead = full == values.end() ? values.front() : *full;
  VOUCH_ASSIGN(const Placement axes, simple_placement(result, lead.view.axes));
  const View out = view_at(result, axes);
  const auto reading = [&](const Value& value) -> Result<MapTerm> {
    VOUCH_ASSIGN(const std::vector<MapTerm> terms, reading_terms(value.view, out));
    return terms.size() == 1 ? Result<MapTerm>(terms[0])
                             : Error{"its inputs lie too differently in memory"};
  };
  if (values.size() == 1) {
    VOUCH_ASSIGN(const MapTerm term, reading(values[0]));
    RealOperator op{{OpKind::kLinearMap, {values[0].view.tensor}, {}, {term}}, out.shape,
                    {{{1, 1.0F}, values[0].codes.scale, 1}}, {{}}, {}};
    return emit(joined, std::move(op), axes);
  }
  Value sofar = values[0];
  VOUCH_ASSIGN(MapTerm read, reading(sofar));
  for (size_t k = 1; k < values.size(); ++k) {
    VOUCH_ASSIGN(const MapTerm other, reading(values[k]));
    // Between more than two the output's codes hold.
    if (!network_.tensors[step.output].codes) {
      return Error{"what it computes is not quantised"};
    }
    const bool last = k + 1 == values.size();
    VOUCH_ASSIGN(sofar, larger(layer.name, sofar, read, values[k], other, out, minimum,
                               last ? &joined : nullptr));
    read = MapTerm{};
  }
  return {};
}

Result<void> NetworkLowering::lower_max_pool(const Step& step) {
  const Layer& layer = *step.layer;
  const WindowShape& w = layer.window;
  // Pads never win: they are left out.
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  VOUCH_ASSIGN(const Placement wanted,
               picture_placement(value.view.extents(), layer.channel_axis));
  if (value.view.axes != wanted) {
    VOUCH_ASSIGN(value, moved(value, wanted, layer.name));
  }
  const Dimensions& result = extents(step.output);
  VOUCH_ASSIGN(const Placement axes, picture_placement(result, layer.channel_axis));
  const Shape final_shape = shape_of(result, axes);
  struct Axis {
    size_t map;
    uint32_t kernel, stride, dilation;
    int32_t pad;
    uint32_t in, out;
  };
  const std::array<Axis, 2> passes{
      Axis{2, w.kernel_columns, w.stride_columns, w.dilation_columns, w.pad_left,
           value.view.shape.columns, final_shape.columns},
      Axis{1, w.kernel_rows, w.stride_rows, w.dilation_rows, w.pad_top, value.view.shape.rows,
           final_shape.rows}};
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
          return Error{"one of its windows holds nothing but pads"};
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
      RealOperator op{{OpKind::kLinearMap, {value.view.tensor}, {}, {read}}, out.shape,
                      {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
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
  const auto& codes = network_.tensors[step.output].codes;
  if (step.functions.empty() && codes && codes->scale == value.codes.scale &&
      codes->zero_point == value.codes.zero_point) {
    known_[step.output] = std::move(value);
    return {};
  }
  RealOperator op{sum_of({value.view.tensor}), value.view.shape,
                  {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  return emit(step, std::move(op), axes);
}

// Halves of each axis against each other, until one is left.
Result<void> NetworkLowering::lower_reduce_maximum(const Step& step, bool minimum) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, simple_value_of(step, 0));
  for (const uint32_t a : layer.axes) {
    if (value.view.axes[a].empty()) {
      continue;
    }
    const PhysicalAxis axis = value.view.axes[a][0];
    if (axis == PhysicalAxis::kBatch) {
      return Error{"it compares the elements of a batch"};
    }
    while (extent(value.view.shape, axis) > 1) {
      const uint32_t n = extent(value.view.shape, axis);
      const uint32_t half = (n + 1) / 2;
      MapTerm first;
      MapTerm second;
      first.maps[static_cast<size_t>(axis)] = slice_axis(half, 0, 1);
      second.maps[static_cast<size_t>(axis)] = slice_axis(half, n - half, 1);
      View out = value.view;
      set_extent(out.shape, axis, half);
      VOUCH_ASSIGN(value, larger(layer.name, value, first, value, second, out, minimum, nullptr));
    }
    value.view.axes[a].clear();
  }
  if (extents(step.output).size() != value.view.axes.size()) {
    Placement dropped;
    for (size_t a = 0; a < value.view.axes.size(); ++a) {
      if (std::find(layer.axes.begin(), layer.axes.end(), a) == layer.axes.end()) {
        dropped.push_back(value.view.axes[a]);
      }
    }
    value.view.axes = dropped;
  }
  RealOperator op{sum_of({value.view.tensor}), value.view.shape,
                  {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  return emit(step, std::move(op), value.view.axes);
}

// relu(x) − slope·relu(−x), one slope a channel.
Result<void> NetworkLowering::lower_prelu(const Step& step) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, simple_value_of(step, 0));
  const Dimensions& result = extents(step.output);
  const auto slopes = reals_of(network_.constants[*network_.tensors[layer.inputs[1]].constant],
                               extents(layer.inputs[1]));
  Dimensions own = extents(layer.inputs[1]);
  own.insert(own.begin(), result.size() - own.size(), 1);
  const auto longer = [](uint32_t n) { return n > 1; };
  if (std::count_if(own.begin(), own.end(), longer) > 1) {
    return Error{"its slopes differ along more than one axis"};
  }
  if (slopes.size() == 1) {
    Step leaky = step;
    leaky.functions.insert(leaky.functions.begin(), {Unary::kLeakyRelu, slopes[0], 0.0F});
    return lower_copy(leaky);
  }
  const auto axis = static_cast<size_t>(std::find_if(own.begin(), own.end(), longer) - own.begin());
  const std::vector<PhysicalAxis> channel{PhysicalAxis::kChannel};
  if (value.view.axes[axis] != channel) {
    Placement preferred(result.size());
    preferred[axis] = channel;
    VOUCH_ASSIGN(const Placement axes, simple_placement(result, preferred));
    VOUCH_ASSIGN(value, moved(value, axes, layer.name));
  }
  const CodeScale positive{value.codes.scale, 0, false};
  RealOperator below{sum_of({value.view.tensor}), value.view.shape,
                     {{{-1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  VOUCH_ASSIGN(const Value negative, add(layer.name + " (below 0)", std::move(below),
                                         {positive, {{Unary::kRelu, 0.0F, 0.0F}}},
                                         value.view.axes));
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
  VOUCH_ASSIGN(const Value corrected, add(layer.name + " (slopes)", std::move(scaled),
                                          {correction, {}}, value.view.axes));
  return emit(step,
              two_terms(value.view.tensor, MapTerm{}, {{1, 1.0F}, value.codes.scale, 1},
                        corrected.view.tensor, MapTerm{}, {{1, 1.0F}, corrected.codes.scale, 1},
                        value.view.shape),
              value.view.axes);
}

}  // namespace vouch
