#include "model/lower/network_lowering.h"

#include <algorithm>
#include <cmath>

#include "model/file_text.h"
#include "network/constants.h"
#include "network/shapes.h"

namespace vouch {

Dimensions with_rank(Dimensions extents, size_t rank) {
  if (extents.size() < rank) {
    extents.insert(extents.begin(), rank - extents.size(), 1);
  }
  return extents;
}

CodeScale codes_over(double lowest, double highest) {
  const double range = (highest - lowest) / 255;
  const double scale = range < 1e-30 ? 1 : std::min(range, 1e36);  // nothing but 0 has any scale
  const double zero = std::clamp(std::nearbyint(-lowest / scale), 0.0, 255.0);
  return {static_cast<float>(scale), static_cast<uint8_t>(zero), false};
}

Placement differing_on_channels(const Placement& from, const Dimensions& constant) {
  std::vector<bool> chosen;
  for (const uint32_t n : constant) {
    chosen.push_back(n > 1);
  }
  return channel_placement(from, chosen);
}

Placement without_axes(const Placement& axes, const std::vector<uint32_t>& reduced, size_t rank) {
  if (axes.size() == rank) {
    return axes;
  }
  Placement kept;
  for (size_t a = 0; a < axes.size(); ++a) {
    if (std::find(reduced.begin(), reduced.end(), a) == reduced.end()) {
      kept.push_back(axes[a]);
    }
  }
  return kept;
}

namespace {

Result<void> at_place(const char* end, Result<void> done) {
  return done.ok()
             ? std::move(done)
             : Error{with_remedy(std::string("the network's ") + end + ": " + done.error().message,
                                 "change it in the model")};
}

}  // namespace

Result<LoweredNetwork> NetworkLowering::run(const std::vector<Step>& steps) {
  VOUCH_TRY(at_place("input", lower_inputs()));
  for (const Step& step : steps) {
    const size_t ops_before = maker_.size();
    if (const Result<void> lowered = lower_step(step); !lowered.ok()) {
      return Error{with_remedy(title(*step.layer) + ": " + lowered.error().message,
                               "change this layer, or cut the model before it")};
    }
    note_computed(step, ops_before);
  }
  VOUCH_TRY(at_place("output", finish()));
  LoweredNetwork out;
  out.circuit = maker_.take_circuit();
  out.circuit.output = meaning_;
  out.weights = maker_.take_weights();
  out.names = maker_.take_names();
  out.means = maker_.take_means();
  out.inputs = std::move(inputs_);
  out.outputs = std::move(outputs_);
  out.computed = std::move(computed_);
  out.notes = std::move(notes_);
  return out;
}

Result<void> NetworkLowering::lower_step(const Step& step) {
  const LayerKind kind = step.layer->kind;
  for (const uint32_t input : step.layer->inputs) {
    if (!known_[input] || !known_[input]->outside || only_ranks(kind)) {
      continue;
    }
    if (kind != LayerKind::kIdentity && !only_moves(kind)) {
      return Error{"it follows the " +
                   std::string("softmax or ranking at the network's end, which is "
                               "not part of the circuit; cut the model before that")};
    }
    known_[step.output] = known_[input];  // how a framework stores what is outside
    return {};
  }
  return dispatch(step);
}

void NetworkLowering::note_computed(const Step& step, size_t ops_before) {
  const std::optional<Value>& value = known_[step.output];
  if (value && !value->outside && value->pads == Pads{} && value->view.tensor > ops_before) {
    computed_.push_back({step.output, value->view.tensor - 1, value->codes, value->view});
  }
}

Result<void> NetworkLowering::dispatch(const Step& step) {
  switch (step.layer->kind) {
    case LayerKind::kConvolution:
      return lower_convolution(step);
    case LayerKind::kMatMul:
      return lower_matmul(step);
    case LayerKind::kMultiply:
    case LayerKind::kDivide:
      return lower_multiply(step);
    case LayerKind::kAdd:
      return lower_add(step);
    case LayerKind::kAveragePool:
      return lower_average_pool(step);
    case LayerKind::kReduceMean:
      return lower_reduction(step, true);
    case LayerKind::kReduceSum:
      return lower_reduction(step, false);
    case LayerKind::kUnary:
    case LayerKind::kIdentity:
      return lower_copy(step);
    case LayerKind::kReshape:
      return lower_reshape(step);
    case LayerKind::kTranspose:
      return lower_transpose(step);
    case LayerKind::kConcat:
      return lower_concat(step);
    case LayerKind::kPad:
      return lower_pad(step);
    case LayerKind::kSlice:
    case LayerKind::kGather:
    case LayerKind::kExpand:
    case LayerKind::kResize: {
      VOUCH_ASSIGN(const Value value, value_of(step, 0));
      return lower_move(step, value, 0);
    }
    case LayerKind::kMaximum:
      return lower_maximum(step, false);
    case LayerKind::kMinimum:
      return lower_maximum(step, true);
    case LayerKind::kMaxPool:
      return lower_max_pool(step);
    case LayerKind::kReduceMax:
      return lower_reduce_maximum(step, false);
    case LayerKind::kReduceMin:
      return lower_reduce_maximum(step, true);
    case LayerKind::kPRelu:
      return lower_prelu(step);
    case LayerKind::kSoftmax:
    case LayerKind::kLogSoftmax:
    case LayerKind::kArgMax:
    case LayerKind::kTopK:
      return end_with(step);
  }
  return Error{"it is not supported; cut the model before it"};
}

// What only ranks its input is left to whoever reads the output.
Result<void> NetworkLowering::end_with(const Step& step) {
  const uint32_t from = step.layer->inputs[0];
  if (!known_[from]) {
    return Error{"its input must not be a constant; let the exporter fold constants"};
  }
  Value value = *known_[from];
  if (!value.outside) {
    VOUCH_ASSIGN(value, value_of(step, 0));
    value.tensor = from;
  }
  value.outside = true;
  meaning_.softmax = meaning_.softmax || step.layer->kind == LayerKind::kSoftmax;
  std::string note = "the final " + step.layer->type_name +
                     " is outside the proof: the public output is its input, the logits";
  if (step.layer->smallest) {
    note += "; it names the smallest, vouch shows the largest first";
  }
  if (step.layer->last_of_equals) {
    note += "; of equal values it names the last, vouch shows the first first";
  }
  if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) {
    notes_.push_back(std::move(note));
  }
  known_[step.output] = std::move(value);
  return {};
}

std::vector<float> NetworkLowering::constant(uint32_t tensor) const {
  return reals_of(network_.constants[*network_.tensors[tensor].constant], extents(tensor));
}

Target NetworkLowering::target_of(const Step& step) const {
  return {*network_.tensors[step.output].codes, step.functions};
}

Result<NetworkLowering::Value> NetworkLowering::value_of(const Step& step, size_t i) {
  const uint32_t tensor = step.layer->inputs[i];
  if (!known_[tensor]) {
    return Error{"its input '" + network_.tensors[tensor].name +
                 "' must not be a constant; let the exporter fold constants"};
  }
  if (known_[tensor]->pads == Pads{}) {
    return *known_[tensor];
  }
  return padded(*known_[tensor], network_.tensors[tensor].name);
}

Result<NetworkLowering::Value> NetworkLowering::full_value_of(const Step& step, size_t i) {
  VOUCH_ASSIGN(Value value, value_of(step, i));
  const Dimensions& result = extents(step.output);
  value.view.axes.insert(value.view.axes.begin(), result.size() - value.view.axes.size(), {});
  if (value.view.extents() == result) {
    return value;
  }
  return placed(value, placed_like(value.view, result), step.layer->name);
}

Result<NetworkLowering::Value> NetworkLowering::add(const std::string& name, RealOperator made,
                                                    const Target& target, const Placement& axes) {
  made.name = name;
  VOUCH_ASSIGN(const uint32_t tensor, maker_.add(made, target));
  return Value{{tensor, maker_.shape(tensor), axes}, target.codes, {}, false, 0};
}

Result<void> NetworkLowering::emit(const Step& step, RealOperator made, const Placement& axes) {
  if (!network_.tensors[step.output].codes) {
    return Error{"what it computes, '" + network_.tensors[step.output].name +
                 "', is not quantised; quantise it in the model, or compile the float model"};
  }
  made.obstacle = step.layer->obstacle;
  VOUCH_ASSIGN(Value value,
               add(network_.tensors[step.output].name, std::move(made), target_of(step), axes));
  if (value.view.extents() != extents(step.output)) {
    return Error{"its output should be " + text(value.view.extents()) + " and is " +
                 text(extents(step.output)) + "; export the model again"};
  }
  known_[step.output] = std::move(value);
  return {};
}

RealOperator NetworkLowering::copy_of(const Value& value) {
  RealOperator op{
      sum_of({value.view.tensor}), value.view.shape, {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  op.arithmetic = Arithmetic::kWhole;
  return op;
}

Result<void> NetworkLowering::emit_copy(const Step& step, const Value& value) {
  const auto& codes = network_.tensors[step.output].codes;
  if (step.functions.empty() && (!codes || (codes->scale == value.codes.scale &&
                                            codes->zero_point == value.codes.zero_point))) {
    known_[step.output] = value;
    return {};
  }
  return emit(step, copy_of(value), value.view.axes);
}

Result<NetworkLowering::Value> NetworkLowering::padded(const Value& value,
                                                       const std::string& name) {
  RealOperator op = copy_of(value);
  Placement axes = value.view.axes;
  const auto pad = [&](PhysicalAxis axis, int32_t before, int32_t after) {
    if (before == 0 && after == 0) {
      return;
    }
    const uint32_t n = extent(value.view.shape, axis);
    const auto longer = static_cast<uint32_t>(int64_t{n} + before + after);
    op.op.terms[0].maps[static_cast<size_t>(axis)] = pad_axis(n, before, after);
    set_extent(op.stated, axis, longer);
    for (auto& parts : axes) {
      for (Part& part : parts) {
        part.extent = part.axis == axis ? longer : part.extent;
      }
    }
  };
  pad(PhysicalAxis::kRow, value.pads.top, value.pads.bottom);
  pad(PhysicalAxis::kColumn, value.pads.left, value.pads.right);
  return add(name + " (padded)", std::move(op), {value.codes, {}}, axes);
}

Result<NetworkLowering::Value> NetworkLowering::placed(const Value& value, const Placement& axes,
                                                       const std::string& name) {
  VOUCH_ASSIGN(const Shape shape, shape_of(axes));
  if (value.view.axes == axes && value.view.shape == shape) {
    return value;
  }
  const View to{0, shape, axes};
  VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(value.view, to));
  RealOperator op = copy_of(value);
  op.op.terms = std::move(terms);
  op.stated = shape;
  return add(name + " (moved)", std::move(op), {value.codes, {}}, axes);
}

Result<LoweredNetwork> lower_network(const Network& network, const std::vector<Step>& steps,
                                     uint8_t shift) {
  return NetworkLowering(network, CircuitMaker(shift)).run(steps);
}

Result<LoweredNetwork> lower_network_exactly(const Network& network,
                                             const std::vector<Step>& steps) {
  return NetworkLowering(network, CircuitMaker(network.framework)).run(steps);
}

}  // namespace vouch
