// Operators that move elements about.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "model/lower/network_lowering.h"
#include "network/shapes.h"

namespace vouch {
namespace {

constexpr int64_t kMaxPads = 512;

bool is_kept(const Layer& layer, size_t axis, uint32_t from, uint32_t to) {
  switch (layer.kind) {
    case LayerKind::kSlice:
      return layer.first[axis] == 0 && layer.step[axis] == 1 && from == to;
    case LayerKind::kGather:
      return axis != layer.axes[0];
    case LayerKind::kPad:
      return layer.begin[axis] == 0 && layer.end[axis] == 0;
    case LayerKind::kResize:
      return layer.resize[axis].outputs.empty();
    default:
      return true;
  }
}

// The least n for which a resize's weights along an axis are multiples of 1/n, as far as their
// float32 says, or `most`, to whose inverse they are rounded.
uint32_t divisor_of(const ResizeAxis& axis, uint32_t most) {
  constexpr double kFloat32 = 0x1p-18;  // coordinates up to some hundreds
  const auto whole = [&](uint32_t n) {
    for (const auto& taps : axis.outputs) {
      for (const auto& tap : taps) {
        const double scaled = double{tap.weight} * n;
        if (std::abs(scaled - std::nearbyint(scaled)) > kFloat32 * n) {
          return false;
        }
      }
    }
    return true;
  };
  uint32_t n = 1;
  while (n < most && !whole(n)) {
    ++n;
  }
  return n;
}

// The most that the divisor of an axis may be: the operator's one weight is a multiple of 2^-shift
// over the product of all of them, and keeps 6 bits.
uint32_t most_divisor(const Layer& layer, unsigned shift) {
  constexpr unsigned kWeightBits = 6;
  const auto axes = std::count_if(layer.resize.begin(), layer.resize.end(),
                                  [](const ResizeAxis& axis) { return !axis.outputs.empty(); });
  const unsigned bits = shift > kWeightBits ? shift - kWeightBits : 1;
  return 1U << std::clamp<unsigned>(bits / std::max(1U, static_cast<unsigned>(axes)), 1, 12);
}

// How far the sum of an output's weights is off at most, in absolute values, their products rounded
// along each axis.
double inexactness(const Layer& layer, unsigned shift) {
  double right = 1;
  double made = 1;
  for (const ResizeAxis& axis : layer.resize) {
    const double n = divisor_of(axis, most_divisor(layer, shift));
    double sum = 1;
    double off = 0;
    for (const auto& taps : axis.outputs) {
      double own = 0;
      double own_off = 0;
      for (const auto& tap : taps) {
        own += std::abs(double{tap.weight});
        own_off += std::abs(double{tap.weight} - std::nearbyint(double{tap.weight} * n) / n);
      }
      sum = std::max(sum, own);
      off = std::max(off, own_off);
    }
    right *= sum;
    made *= sum + off;
  }
  return made - right;
}

// Weights along an axis, times `divisor`.
std::vector<AxisEntry> resized(const ResizeAxis& axis, uint32_t divisor) {
  std::vector<AxisEntry> entries;
  for (uint32_t o = 0; o < axis.outputs.size(); ++o) {
    for (const auto& tap : axis.outputs[o]) {
      const double c = std::clamp(std::nearbyint(double{tap.weight} * divisor), -32767.0, 32767.0);
      if (c != 0) {
        entries.push_back({o, tap.index, static_cast<int16_t>(c)});
      }
    }
  }
  return entries;
}

// What output indices of an axis read; a resize's weights times `divisor`.
std::vector<AxisEntry> reading_of(const Layer& layer, size_t axis, uint32_t from, uint32_t to,
                                  uint32_t divisor) {
  std::vector<AxisEntry> entries;
  const auto read = [&](uint32_t o, int64_t i) {
    if (i >= 0 && i < from) {
      entries.push_back({o, static_cast<uint32_t>(i)});
    }
  };
  const auto reflected = [&](int64_t i) {
    const int64_t period = std::max<int64_t>(1, 2 * (int64_t{from} - 1));
    const int64_t at = ((i % period) + period) % period;
    return at < from ? at : period - at;
  };
  if (layer.kind == LayerKind::kResize && !layer.resize[axis].outputs.empty()) {
    return resized(layer.resize[axis], divisor);
  }
  for (uint32_t o = 0; o < to; ++o) {
    switch (layer.kind) {
      case LayerKind::kSlice:
        read(o, layer.first[axis] + int64_t{o} * layer.step[axis]);
        break;
      case LayerKind::kGather:
        read(o, axis == layer.axes[0] ? layer.indices[o] : o);
        break;
      case LayerKind::kPad: {
        const int64_t i = int64_t{o} - layer.begin[axis];
        read(o, layer.pad_mode == PadMode::kReflect ? reflected(i)
                : layer.pad_mode == PadMode::kEdge  ? std::clamp<int64_t>(i, 0, from - 1)
                : layer.pad_mode == PadMode::kWrap  ? ((i % from) + from) % from
                                                    : i);
        break;
      }
      default:
        read(o, from == 1 ? 0 : o);
    }
  }
  return entries;
}

}  // namespace

Result<void> NetworkLowering::lower_reshape(const Step& step) {
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  const Dimensions& to = extents(step.output);
  auto axes = reshaped(value.view.axes, to);
  if (!axes) {  // all elements behind one another can be cut anywhere
    VOUCH_ASSIGN(value, placed(value, plain_placement(value.view.axes, true), step.layer->name));
    axes = reshaped(value.view.axes, to);
  }
  if (!axes) {
    return Error{"it joins or cuts its batch; export the model with a batch of 1"};
  }
  value.view.axes = *axes;
  return emit_copy(step, value);
}

Result<void> NetworkLowering::lower_transpose(const Step& step) {
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  Placement axes;
  for (const uint32_t a : step.layer->axes) {
    axes.push_back(value.view.axes[a]);
  }
  value.view.axes = std::move(axes);
  return emit_copy(step, value);
}

Result<void> NetworkLowering::lower_concat(const Step& step) {
  const Layer& layer = *step.layer;
  const size_t axis = layer.axes[0];
  const Dimensions& result = extents(step.output);
  RealOperator op;
  op.op.kind = OpKind::kLinearMap;
  if (layer.inputs.size() > 64) {
    return Error{"it joins more than 64 tensors; join them in several steps"};
  }
  View to;
  uint32_t first = 0;
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    VOUCH_ASSIGN(const Value value, value_of(step, i));
    if (i == 0) {
      to.axes = placed_like(value.view, result);
      VOUCH_ASSIGN(to.shape, shape_of(to.axes));
    }
    std::vector<AxisReading> readings(result.size());
    readings[axis].emplace();
    const uint32_t own = extents(layer.inputs[i])[axis];
    for (uint32_t k = 0; k < own; ++k) {
      readings[axis]->push_back({first + k, k});
    }
    VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(value.view, to, readings));
    for (MapTerm& term : terms) {
      term.input = static_cast<uint8_t>(i);
      term.weight = static_cast<uint16_t>(i);
      op.op.terms.push_back(std::move(term));
    }
    op.op.inputs.push_back(value.view.tensor);
    op.weights.push_back({{1, 1.0F}, value.codes.scale, 1});
    first += own;
  }
  op.stated = to.shape;
  op.biases = {{}};
  op.arithmetic = Arithmetic::kWhole;
  return emit(step, std::move(op), to.axes);
}

// Zeros around rows and columns wait for the window that reads them.
Result<void> NetworkLowering::lower_pad(const Step& step) {
  const Layer& layer = *step.layer;
  if (!known_[layer.inputs[0]]) {
    return Error{"its input must not be a constant; let the exporter fold constants"};
  }
  Value value = *known_[layer.inputs[0]];
  const bool constant = layer.pad_mode == PadMode::kConstant;
  Pads pads = value.pads;
  bool waits = constant && layer.pad_value == 0.0F && step.functions.empty();
  for (size_t a = 0; waits && a < layer.begin.size(); ++a) {
    if (layer.begin[a] == 0 && layer.end[a] == 0) {
      continue;
    }
    const auto place = value.view.whole(a);
    const bool small = std::abs(layer.begin[a]) <= kMaxPads && std::abs(layer.end[a]) <= kMaxPads;
    waits = small && place && extents(step.output)[a] > 1;
    if (waits && place == PhysicalAxis::kRow) {
      pads.top += static_cast<int32_t>(layer.begin[a]);
      pads.bottom += static_cast<int32_t>(layer.end[a]);
    } else if (waits && place == PhysicalAxis::kColumn) {
      pads.left += static_cast<int32_t>(layer.begin[a]);
      pads.right += static_cast<int32_t>(layer.end[a]);
    } else {
      waits = false;
    }
  }
  for (const int32_t pad : {pads.top, pads.bottom, pads.left, pads.right}) {
    waits = waits && std::abs(pad) <= kMaxPads;
  }
  const auto& codes = network_.tensors[step.output].codes;
  if (waits && (!codes || (codes->scale == value.codes.scale &&
                           codes->zero_point == value.codes.zero_point))) {
    value.pads = pads;
    known_[step.output] = std::move(value);
    return {};
  }
  VOUCH_ASSIGN(value, value_of(step, 0));
  if (!constant || layer.pad_value == 0.0F) {
    return lower_move(step, value, 0);
  }
  // Around x − v are zeros; then v is added.
  const float v = layer.pad_value;
  const float s = value.codes.scale;
  const double lowest = std::min(0.0, double{s} * (0 - value.codes.zero_point) - double{v});
  const double highest = std::max(0.0, double{s} * (255 - value.codes.zero_point) - double{v});
  RealOperator less = copy_of(value);
  less.biases = {Factor::of(-v)};
  VOUCH_ASSIGN(value, add(layer.name + " (less its pads)", std::move(less),
                          {codes_over(lowest, highest), {}}, value.view.axes));
  return lower_move(step, value, v);
}

Result<void> NetworkLowering::lower_move(const Step& step, const Value& from, float outside) {
  const Layer& layer = *step.layer;
  Value value = from;
  const Dimensions& result = extents(step.output);
  value.view.axes.insert(value.view.axes.begin(), result.size() - value.view.axes.size(), {});
  const Dimensions own = value.view.extents();
  const Placement axes = placed_like(value.view, result);
  VOUCH_ASSIGN(const Shape shape, shape_of(axes));
  std::vector<AxisReading> readings(result.size());
  const unsigned shift = maker_.shift();
  uint64_t divisors = 1;
  for (size_t a = 0; a < result.size(); ++a) {
    if (!is_kept(layer, a, own[a], result[a])) {
      const uint32_t divisor = layer.kind == LayerKind::kResize
                                   ? divisor_of(layer.resize[a], most_divisor(layer, shift))
                                   : 1;
      readings[a] = reading_of(layer, a, own[a], result[a], divisor);
      divisors *= divisor;
    }
  }
  if (divisors > UINT32_MAX) {
    return Error{"it resizes too many axes; resize rows and columns only"};
  }
  RealOperator op = copy_of(value);
  if (layer.kind == LayerKind::kResize) {
    const int most = std::max(int{value.codes.zero_point}, 255 - value.codes.zero_point);
    op.inexact = inexactness(layer, shift) * double{value.codes.scale} * most;
  }
  VOUCH_ASSIGN(op.op.terms, reading_terms(value.view, {0, shape, axes}, readings));
  op.stated = shape;
  op.weights[0].divisor = static_cast<uint32_t>(divisors);
  op.arithmetic = divisors == 1 ? Arithmetic::kWhole : Arithmetic::kReal;
  op.biases = {Factor::of(outside)};
  return emit(step, std::move(op), axes);
}

}  // namespace vouch
