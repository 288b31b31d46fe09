#include "model/lower/network_lowering.h"

#include <algorithm>
#include <limits>

#include "network/shapes.h"

namespace vouch {
namespace {

// The axis of a network's input that holds channels: what its first window says, or the second.
uint32_t channel_axis_of(const Network& network) {
  for (const Layer& layer : network.layers) {
    if (layer.kind == LayerKind::kConvolution || layer.kind == LayerKind::kAveragePool ||
        layer.kind == LayerKind::kMaxPool) {
      return layer.channel_axis;
    }
  }
  return 1;
}

}  // namespace

Result<LoweredNetwork> NetworkLowering::run(const std::vector<Step>& steps) {
  VOUCH_TRY(lower_input());
  for (const Step& step : steps) {
    if (const Result<void> lowered = lower_step(step); !lowered.ok()) {
      return Error{title(*step.layer) + ": " + lowered.error().message};
    }
  }
  VOUCH_TRY(finish());
  LoweredNetwork out;
  out.circuit = maker_.take_circuit();
  out.circuit.output = meaning_;
  out.weights = maker_.take_weights();
  out.names = maker_.take_names();
  out.notes = std::move(notes_);
  return out;
}

Result<void> NetworkLowering::lower_input() {
  if (network_.inputs.size() != 1 || network_.outputs.size() != 1) {
    return Error{"the network has " + std::to_string(network_.inputs.size()) + " inputs and " +
                 std::to_string(network_.outputs.size()) +
                 " outputs; one of each is supported so far"};
  }
  const uint32_t tensor = network_.inputs[0];
  const NetworkTensor& input = network_.tensors[tensor];
  const Dimensions& e = input.shape;
  Placement axes(e.size());
  if (e.size() == 3 || e.size() == 4) {
    const auto channel = std::min<uint32_t>(channel_axis_of(network_),
                                            static_cast<uint32_t>(e.size()) - 1);
    VOUCH_ASSIGN(axes, picture_placement(e, channel));
  } else {
    VOUCH_ASSIGN(axes, simple_placement(e, axes));
  }
  const View view = view_at(e, axes);
  maker_.input(view.shape, input.codes->zero_point);
  known_[tensor] = Value{{0, view.shape, axes}, *input.codes, {}, false};
  return {};
}

Result<void> NetworkLowering::lower_step(const Step& step) {
  const LayerKind kind = step.layer->kind;
  for (const uint32_t input : step.layer->inputs) {
    if (!known_[input] || !known_[input]->outside || only_ranks(kind)) {
      continue;
    }
    if (kind != LayerKind::kIdentity && !only_moves(kind)) {
      return Error{"it follows the softmax at the network's end, which is not part of the circuit"};
    }
    known_[step.output] = known_[input];  // how a framework stores what is outside
    return {};
  }
  return dispatch(step);
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
    case LayerKind::kResize:
      return lower_move(step);
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
  return Error{"it is not supported"};
}

// What only ranks its input is left to whoever reads the output.
Result<void> NetworkLowering::end_with(const Step& step) {
  const uint32_t from = step.layer->inputs[0];
  Value value = *known_[from];
  if (!value.outside) {
    VOUCH_ASSIGN(value, value_of(step, 0));
  }
  value.outside = true;
  meaning_.softmax = meaning_.softmax || step.layer->kind == LayerKind::kSoftmax;
  notes_.push_back("the final " + step.layer->type_name +
                   " is outside the proof: the public output is its input, the logits");
  known_[step.output] = std::move(value);
  return {};
}

Result<void> NetworkLowering::finish() {
  const uint32_t output = network_.outputs[0];
  if (!known_[output]) {
    return Error{"the network's output is not computed from its input"};
  }
  Value value = *known_[output];
  if (!(value.pads == Pads{})) {
    VOUCH_ASSIGN(value, padded(value, network_.tensors[output].name));
  }
  if (maker_.size() == 0 || value.view.tensor != maker_.size()) {
    RealOperator copy{sum_of({value.view.tensor}), value.view.shape,
                      {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, network_.tensors[output].name};
    VOUCH_ASSIGN(value, add("the output", std::move(copy), {value.codes, {}}, value.view.axes));
  }
  meaning_.scale = value.codes.scale;
  return {};
}

Target NetworkLowering::target_of(const Step& step) const {
  return {*network_.tensors[step.output].codes, step.functions};
}

Result<NetworkLowering::Value> NetworkLowering::value_of(const Step& step, size_t i) {
  const uint32_t tensor = step.layer->inputs[i];
  if (!known_[tensor]) {
    return Error{"its input '" + network_.tensors[tensor].name + "' must not be a constant"};
  }
  if (known_[tensor]->pads == Pads{}) {
    return *known_[tensor];
  }
  return padded(*known_[tensor], network_.tensors[tensor].name);
}

Result<NetworkLowering::Value> NetworkLowering::simple_value_of(const Step& step, size_t i) {
  VOUCH_ASSIGN(Value value, value_of(step, i));
  if (value.view.is_simple()) {
    return value;
  }
  VOUCH_ASSIGN(const Placement axes, simple_placement(value.view.extents(), value.view.axes));
  return moved(value, axes, step.layer->name);
}

View NetworkLowering::view_at(const Dimensions& extents, const Placement& axes) const {
  return {0, shape_of(extents, axes), axes};
}

Result<NetworkLowering::Value> NetworkLowering::add(const std::string& name, RealOperator made,
                                                    const Target& target, const Placement& axes) {
  made.name = name;
  VOUCH_ASSIGN(const uint32_t tensor, maker_.add(made, target));
  return Value{{tensor, maker_.shape(tensor), axes}, target.codes, {}, false};
}

Result<void> NetworkLowering::emit(const Step& step, RealOperator made, const Placement& axes) {
  if (!network_.tensors[step.output].codes) {
    return Error{"what it computes, '" + network_.tensors[step.output].name +
                 "', is not quantised; quantise it in the model, or compile the float model"};
  }
  VOUCH_ASSIGN(Value value, add(network_.tensors[step.output].name, std::move(made),
                                target_of(step), axes));
  if (value.view.extents() != extents(step.output)) {
    return Error{"its output should be " + text(value.view.extents()) + " and is " +
                 text(extents(step.output))};
  }
  known_[step.output] = std::move(value);
  return {};
}

Result<NetworkLowering::Value> NetworkLowering::padded(const Value& value,
                                                       const std::string& name) {
  RealOperator op{sum_of({value.view.tensor}), value.view.shape,
                  {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  const auto pad = [&](uint32_t& extent, int32_t before, int32_t after, AxisMap& map) {
    if (before != 0 || after != 0) {
      map = pad_axis(extent, before, after);
      extent = static_cast<uint32_t>(static_cast<int64_t>(extent) + before + after);
    }
  };
  pad(op.stated.rows, value.pads.top, value.pads.bottom, op.op.terms[0].maps[1]);
  pad(op.stated.columns, value.pads.left, value.pads.right, op.op.terms[0].maps[2]);
  return add(name + " (padded)", std::move(op), {value.codes, {}}, value.view.axes);
}

Result<NetworkLowering::Value> NetworkLowering::moved(const Value& value, const Placement& axes,
                                                      const std::string& name) {
  const View to = view_at(value.view.extents(), axes);
  VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(value.view, to));
  RealOperator op{{OpKind::kLinearMap, {value.view.tensor}, {}, std::move(terms)}, to.shape,
                  {{{1, 1.0F}, value.codes.scale, 1}}, {{}}, {}};
  return add(name + " (moved)", std::move(op), {value.codes, {}}, axes);
}

Result<LoweredNetwork> lower_network(const Network& network, const std::vector<Step>& steps,
                                     uint8_t shift) {
  return NetworkLowering(network, shift).run(steps);
}

}  // namespace vouch
