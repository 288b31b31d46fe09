// Operators that move elements about.
#include <algorithm>
#include <cmath>

#include "model/lower/network_lowering.h"

namespace vouch {

Result<void> NetworkLowering::lower_reshape(const Step& step) {
  VOUCH_ASSIGN(const Value value, value_of(step, 0));
  const Dimensions& to = extents(step.output);
  if (const auto axes = reshaped(value.view, to)) {
    known_[step.output] = value;
    known_[step.output]->view.axes = *axes;
    return {};
  }
  // Both sides as one axis: all elements in row-major order.
  VOUCH_ASSIGN(const Placement axes, simple_placement(to, Placement(to.size())));
  View target = view_at(to, axes);
  const auto flat = [](View view) {
    std::vector<PhysicalAxis> all;
    for (const auto& parts : view.axes) {
      all.insert(all.end(), parts.begin(), parts.end());
    }
    view.axes = {all};
    return view;
  };
  VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(flat(value.view), flat(target)));
  RealOperator op{{OpKind::kLinearMap, {value.view.tensor}, {}, std::move(terms)}, target.shape,
                  {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  VOUCH_ASSIGN(known_[step.output],
               add(network_.tensors[step.output].name, std::move(op), {value.codes, {}}, axes));
  return {};
}

Result<void> NetworkLowering::lower_transpose(const Step& step) {
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  Placement axes;
  for (const uint32_t a : step.layer->axes) {
    axes.push_back(value.view.axes[a]);
  }
  value.view.axes = std::move(axes);
  known_[step.output] = std::move(value);
  return {};
}

Result<void> NetworkLowering::lower_concat(const Step& step) {
  const Layer& layer = *step.layer;
  const size_t axis = layer.axes[0];
  const Dimensions& result = extents(step.output);
  RealOperator op;
  op.op.kind = OpKind::kLinearMap;
  Placement axes;
  uint32_t offset = 0;
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    VOUCH_ASSIGN(const Value value, simple_value_of(step, i));
    if (i == 0) {
      VOUCH_ASSIGN(axes, simple_placement(result, value.view.axes));
      if (axes[axis].empty() || axes[axis][0] == PhysicalAxis::kBatch) {
        return Error{"it joins batches"};
      }
      op.stated = view_at(result, axes).shape;
    }
    Dimensions own = value.view.extents();
    Placement own_axes = axes;
    for (size_t a = 0; a < own.size(); ++a) {
      if (own[a] == 1) {
        own_axes[a].clear();
      }
    }
    VOUCH_ASSIGN(std::vector<MapTerm> terms,
                 reading_terms(value.view, view_at(own, own_axes)));
    const auto q = static_cast<size_t>(axes[axis][0]);
    for (MapTerm& term : terms) {
      term.input = static_cast<uint8_t>(i);
      term.weight = static_cast<uint16_t>(i);
      if (term.maps[q].runs.empty()) {
        term.maps[q] = slice_axis(own[axis], 0, 1);
      }
      for (AxisRun& run : term.maps[q].runs) {
        run.out = static_cast<uint16_t>(run.out + offset);
      }
      op.op.terms.push_back(std::move(term));
    }
    op.op.inputs.push_back(value.view.tensor);
    op.weights.push_back({{1, 1.0F}, value.codes.scale, 1});
    offset += own[axis];
  }
  op.biases = {{}};
  return emit(step, std::move(op), axes);
}

// Zeros around rows and columns wait for the window that reads them.
Result<void> NetworkLowering::lower_pad(const Step& step) {
  const Layer& layer = *step.layer;
  if (!known_[layer.inputs[0]]) {
    return Error{"its input must not be a constant"};
  }
  Value value = *known_[layer.inputs[0]];
  const bool zeros = layer.pad_mode == PadMode::kConstant && layer.pad_value == 0.0F;
  Pads pads = value.pads;
  bool waits = zeros && step.functions.empty() && value.view.is_simple();
  for (size_t a = 0; waits && a < layer.begin.size(); ++a) {
    if (layer.begin[a] == 0 && layer.end[a] == 0) {
      continue;
    }
    const auto& place = value.view.axes[a];
    const bool small = std::abs(layer.begin[a]) <= 256 && std::abs(layer.end[a]) <= 256;
    if (!small || place.empty() || place[0] == PhysicalAxis::kChannel ||
        place[0] == PhysicalAxis::kBatch) {
      waits = false;
    } else if (place[0] == PhysicalAxis::kRow) {
      pads.top += static_cast<int32_t>(layer.begin[a]);
      pads.bottom += static_cast<int32_t>(layer.end[a]);
    } else {
      pads.left += static_cast<int32_t>(layer.begin[a]);
      pads.right += static_cast<int32_t>(layer.end[a]);
    }
  }
  const auto& codes = network_.tensors[step.output].codes;
  if (waits && (!codes || (codes->scale == value.codes.scale &&
                           codes->zero_point == value.codes.zero_point))) {
    value.pads = pads;
    known_[step.output] = std::move(value);
    return {};
  }
  if (layer.pad_mode == PadMode::kConstant && !zeros) {
    return Error{"it pads with a number other than 0"};
  }
  return lower_move(step);
}

// What output indices of an axis read, and what their sum is divided by.
Result<std::vector<AxisEntry>> NetworkLowering::reading_of(const Layer& layer, size_t axis,
                                                           uint32_t from, uint32_t to,
                                                           uint32_t& divisor) const {
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
    // Weights are multiples of a power of two, exactly if that is not above 2^12.
    double unit = 1;
    const auto whole = [&] {
      for (const auto& taps : layer.resize[axis].outputs) {
        for (const auto& tap : taps) {
          const double scaled = double{tap.weight} * unit;
          if (scaled != std::nearbyint(scaled)) {
            return false;
          }
        }
      }
      return true;
    };
    while (unit < 4096 && !whole()) {
      unit *= 2;
    }
    divisor *= static_cast<uint32_t>(unit);
    for (uint32_t o = 0; o < to; ++o) {
      for (const auto& tap : layer.resize[axis].outputs[o]) {
        const auto c = static_cast<int16_t>(std::nearbyint(double{tap.weight} * unit));
        if (c != 0) {
          entries.push_back({o, tap.index, c});
        }
      }
    }
    return entries;
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

Result<void> NetworkLowering::lower_move(const Step& step) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, simple_value_of(step, 0));
  const Dimensions& result = extents(step.output);
  if (value.view.axes.size() < result.size()) {
    value.view.axes.insert(value.view.axes.begin(), result.size() - value.view.axes.size(), {});
  }
  const Dimensions from = value.view.extents();
  VOUCH_ASSIGN(const Placement axes, simple_placement(result, value.view.axes));
  const View to = view_at(result, axes);
  std::vector<std::vector<AxisEntry>> readings;
  uint32_t divisor = 1;
  for (size_t a = 0; a < result.size(); ++a) {
    VOUCH_ASSIGN(std::vector<AxisEntry> reading,
                 reading_of(layer, a, from[a], result[a], divisor));
    const bool batch = !value.view.axes[a].empty() &&
                       value.view.axes[a][0] == PhysicalAxis::kBatch;
    if (batch && from[a] != result[a]) {
      return Error{"it changes the batch"};
    }
    readings.push_back(std::move(reading));
  }
  if (to.shape.batch != value.view.shape.batch) {
    return Error{"it changes the batch"};
  }
  RealOperator op;
  op.op = {OpKind::kLinearMap, {value.view.tensor}, {}, {moving_term(value.view, to, readings)}};
  op.stated = to.shape;
  op.weights = {{{1, 1.0F}, value.codes.scale, divisor}};
  op.biases = {{}};
  return emit(step, std::move(op), axes);
}

}  // namespace vouch
