#include "model/lower.h"

#include <algorithm>

#include "circuit/operators/linear_maps.h"
#include "model/lowering.h"

namespace vouch {
namespace {

constexpr const char* kSupported =
    "supported are CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, ADD, AVERAGE_POOL_2D, MEAN, PAD, "
    "RESHAPE, QUANTIZE, and SOFTMAX or DEQUANTIZE at the end";

}  // namespace

Result<LoweredGraph> Lowering::run() {
  VOUCH_TRY(start());
  const std::vector<bool> needed = needed_ops();
  for (size_t i = 0; i < graph_.ops.size(); ++i) {
    if (!needed[i]) {
      continue;
    }
    const GraphOp& op = graph_.ops[i];
    if (const Result<void> lowered = lower_op(op); !lowered) {
      return Error{"operator " + std::to_string(i) + " " + op.type_name + " (output '" +
                   output_tensor(op).name + "'): " + lowered.error().message};
    }
  }
  VOUCH_TRY(finish());
  return std::move(out_);
}

// Operators that the output depends on. A reader's graph is in topological order.
std::vector<bool> Lowering::needed_ops() const {
  std::vector<bool> tensor(graph_.tensors.size(), false);
  std::vector<bool> op(graph_.ops.size(), false);
  tensor[graph_.output] = true;
  for (size_t i = graph_.ops.size(); i-- > 0;) {
    op[i] = tensor[graph_.ops[i].output];
    for (const uint32_t input : graph_.ops[i].inputs) {
      if (op[i] && input != GraphOp::kAbsent) {
        tensor[input] = true;
      }
    }
  }
  return op;
}

Result<void> Lowering::start() {
  const GraphTensor& input = graph_.tensors[graph_.input];
  if (input.type == ElementType::kFloat32) {
    return {};  // lower_quantize starts the circuit behind the QUANTIZE that reads it
  }
  VOUCH_TRY(start_with(input));
  return {};
}

// The network's input. Its shape is provisional until an operator reads it as a picture.
Result<void> Lowering::start_with(const GraphTensor& tensor) {
  VOUCH_ASSIGN(const Code code, code_of(tensor));
  const std::vector<uint32_t>& s = tensor.shape;
  Tensor input;
  if (s.size() == 4) {
    input.shape = {s[3], s[0], s[1], s[2]};
  } else if (s.size() == 3) {
    input.shape = {s[2], s[0], 1, s[1]};
  } else if (!s.empty() && s.size() < 3) {
    input.shape = {s.back(), s.size() == 2 ? s[0] : 1, 1, 1};
  } else {
    return Error{"the network's input has shape " + to_text(s) + "; 1 to 4 axes are supported"};
  }
  if (input.shape.batch != 1) {
    return Error{"the network's input has shape " + to_text(s) +
                 "; export the model for batches of 1"};
  }
  input.zero_point = code.zero_point;
  out_.circuit.tensors.push_back(input);
  values_[graph_.input] = Value{0, s, code.scale, code.zero_point, {}, false};
  return {};
}

Result<void> Lowering::finish() {
  if (!values_[graph_.output]) {
    return Error{"the network's output is not computed from its input"};
  }
  VOUCH_ASSIGN(const Value value,
               materialised(*values_[graph_.output], graph_.tensors[graph_.output].name));
  if (out_.circuit.ops.empty()) {
    return Error{"the network computes nothing"};
  }
  if (value.tensor != out_.circuit.ops.size()) {
    return Error{
        "the network's output is not what its last operator computes; remove operators "
        "that do not lead to the output"};
  }
  out_.circuit.output.scale = value.scale;
  return {};
}

Result<void> Lowering::lower_op(const GraphOp& op) {
  if (op.kind == GraphOpKind::kUnsupported) {
    return Error{std::string("this operator is not supported; ") + kSupported};
  }
  if (op.activation == Activation::kOther) {
    return Error{"its fused activation is not supported; NONE, RELU, RELU6 and RELU_N1_TO_1 are"};
  }
  return dispatch(op);
}

Result<void> Lowering::dispatch(const GraphOp& op) {
  switch (op.kind) {
    case GraphOpKind::kConv2d:
      return lower_convolution(op);
    case GraphOpKind::kDepthwiseConv2d:
      return lower_depthwise(op);
    case GraphOpKind::kFullyConnected:
      return lower_fully_connected(op);
    case GraphOpKind::kAdd:
      return lower_add(op);
    case GraphOpKind::kAveragePool2d:
      return lower_average_pool(op);
    case GraphOpKind::kMean:
      return lower_mean(op);
    case GraphOpKind::kPad:
      return lower_pad(op);
    case GraphOpKind::kReshape:
      return lower_reshape(op);
    case GraphOpKind::kQuantize:
      return lower_quantize(op);
    case GraphOpKind::kDequantize:
      return lower_dequantize(op);
    case GraphOpKind::kSoftmax:
      return lower_softmax(op);
    case GraphOpKind::kUnsupported:
      break;
  }
  return Error{"unknown kind"};
}

Result<void> Lowering::lower_pad(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 2, 2));
  VOUCH_ASSIGN(Value value, picture_of(op, 0));
  VOUCH_ASSIGN(const Code code, code_of(output_tensor(op)));
  if (code.scale != value.scale || code.zero_point != value.zero_point) {
    return Error{"its output is quantised otherwise than its input"};
  }
  VOUCH_ASSIGN(const std::vector<int64_t> pads, constant_integers(input_tensor(op, 1)));
  if (pads.size() != 8) {
    return Error{"its pads must be 4 pairs"};
  }
  constexpr int64_t kMaxPad = 512;
  for (const int64_t pad : pads) {
    if (pad < 0 || pad > kMaxPad) {
      return Error{"its pads must be 0…512"};
    }
  }
  if (pads[0] != 0 || pads[1] != 0 || pads[6] != 0 || pads[7] != 0) {
    return Error{"only rows and columns can be padded"};
  }
  const auto pad = [&](size_t i) { return static_cast<uint32_t>(pads[i]); };
  value.pads = {value.pads.top + pad(2), value.pads.bottom + pad(3), value.pads.left + pad(4),
                value.pads.right + pad(5)};
  for (const uint32_t sum :
       {value.pads.top, value.pads.bottom, value.pads.left, value.pads.right}) {
    if (sum > kMaxPad) {
      return Error{"together with the PADs before it, its pads are above 512"};
    }
  }
  value.shape[1] += pad(2) + pad(3);
  value.shape[2] += pad(4) + pad(5);
  if (value.shape != output_tensor(op).shape) {
    return Error{"its output's shape should be " + to_text(value.shape)};
  }
  values_[op.output] = std::move(value);
  return {};
}

Result<void> Lowering::lower_reshape(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 1, 2));
  if (op.inputs.size() == 2 && !input_tensor(op, 1).constant) {
    return Error{"its new shape must be a constant"};
  }
  if (is_outside(op)) {
    values_[op.output] = values_[op.inputs[0]];
    return {};
  }
  VOUCH_ASSIGN(const Value padded, value_of(op, 0));
  VOUCH_ASSIGN(const Code code, code_of(output_tensor(op)));
  if (code.scale != padded.scale || code.zero_point != padded.zero_point ||
      output_tensor(op).type != input_tensor(op, 0).type) {
    return Error{"its output is quantised otherwise than its input"};
  }
  if (output_tensor(op).elements() != input_tensor(op, 0).elements()) {
    return Error{"its output has not as many elements as its input"};
  }
  VOUCH_ASSIGN(Value value, materialised(padded, input_tensor(op, 0).name));
  value.shape = output_tensor(op).shape;
  values_[op.output] = std::move(value);
  return {};
}

Result<void> Lowering::lower_quantize(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 1, 1));
  VOUCH_ASSIGN(const Code code, code_of(output_tensor(op)));
  if (output_tensor(op).shape != input_tensor(op, 0).shape) {
    return Error{"its output has another shape than its input"};
  }
  if (op.inputs[0] == graph_.input && input_tensor(op, 0).type == ElementType::kFloat32) {
    if (out_.circuit.tensors.empty()) {
      VOUCH_TRY(start_with(output_tensor(op)));
      out_.notes.emplace_back(
          "the model's float input is quantised before the circuit: the proof's input is the "
          "codes");
    }
    const Value& input = *values_[graph_.input];
    if (input.scale != code.scale || input.zero_point != code.zero_point) {
      return Error{"the network's input is quantised in two ways"};
    }
    values_[op.output] = input;
    return {};
  }
  if (is_outside(op)) {
    values_[op.output] = values_[op.inputs[0]];
    return {};
  }
  VOUCH_ASSIGN(Value value, value_of(op, 0));
  if (value.scale == code.scale && value.zero_point == code.zero_point) {
    values_[op.output] = std::move(value);
    return {};
  }
  VOUCH_ASSIGN(value, materialised(value, input_tensor(op, 0).name));
  input_fixed_ = input_fixed_ || value.tensor == 0;
  FoldPlan plan;
  plan.multipliers = {{value.scale}};
  return emit(op, sum_of({value.tensor}), out_.circuit.tensors[value.tensor].shape,
              std::move(plan));
}

Result<void> Lowering::lower_softmax(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 1, 1));
  if (op.beta != 1.0F || out_.circuit.output.softmax) {
    return Error{"only one SOFTMAX, of beta 1, is supported"};
  }
  out_.circuit.output.softmax = true;
  out_.notes.emplace_back(
      "the final SOFTMAX is outside the proof: the public output is its logits");
  if (is_outside(op)) {
    values_[op.output] = values_[op.inputs[0]];
    return {};
  }
  VOUCH_ASSIGN(const Value value, value_of(op, 0));
  return end_with(op, value);
}

Result<void> Lowering::lower_dequantize(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 1, 1));
  if (is_outside(op)) {
    values_[op.output] = values_[op.inputs[0]];
    return {};
  }
  VOUCH_ASSIGN(const Value value, value_of(op, 0));
  return end_with(op, value);
}

// The output of `op` stands for `value`, but nothing inside the circuit may read it.
Result<void> Lowering::end_with(const GraphOp& op, const Value& value) {
  VOUCH_ASSIGN(Value end, materialised(value, input_tensor(op, 0).name));
  end.outside = true;
  values_[op.output] = std::move(end);
  return {};
}

Result<LoweredGraph> lower(const Graph& graph) { return Lowering(graph).run(); }

}  // namespace vouch
