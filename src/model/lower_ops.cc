// The operators that the circuit computes.
#include <algorithm>

#include "circuit/operators/linear_maps.h"
#include "model/lowering.h"
#include "model/quantize.h"

namespace vouch {
namespace {

// Pads of one axis. SAME: ⌈extent/stride⌉ outputs, the odd pad behind.
std::pair<uint32_t, uint32_t> pads_of(Padding padding, uint32_t extent, uint32_t kernel,
                                      uint32_t stride) {
  if (padding == Padding::kValid) {
    return {0, 0};
  }
  const uint64_t outputs = (uint64_t{extent} + stride - 1) / stride;
  const uint64_t span = (outputs - 1) * stride + kernel;
  const auto total = static_cast<uint32_t>(span > extent ? span - extent : 0);
  return {total / 2, total - total / 2};
}

constexpr uint32_t kMaxWindow = 0x7FFF;

}  // namespace

Result<Window> Lowering::window_of(const GraphOp& op, const Value& input, uint32_t kernel_rows,
                                   uint32_t kernel_columns) const {
  if (op.dilation_rows != 1 || op.dilation_columns != 1) {
    return Error{"dilation " + std::to_string(op.dilation_rows) + " × " +
                 std::to_string(op.dilation_columns) + " is not supported, only 1 × 1"};
  }
  const auto [top, bottom] = pads_of(op.padding, input.shape[1], kernel_rows, op.stride_rows);
  const auto [left, right] = pads_of(op.padding, input.shape[2], kernel_columns, op.stride_columns);
  const Pads pads = {top + input.pads.top, bottom + input.pads.bottom, left + input.pads.left,
                     right + input.pads.right};
  for (const uint32_t x :
       {kernel_rows, kernel_columns, pads.top, pads.bottom, pads.left, pads.right}) {
    if (x > kMaxWindow) {
      return Error{"its window is larger than 32767"};
    }
  }
  const auto narrow = [](uint32_t x) { return static_cast<uint16_t>(x); };
  const auto pad = [](uint32_t x) { return static_cast<int16_t>(x); };
  return Window{narrow(kernel_rows),    narrow(kernel_columns),
                narrow(op.stride_rows), narrow(op.stride_columns),
                pad(pads.top),          pad(pads.bottom),
                pad(pads.left),         pad(pads.right)};
}

Result<FoldPlan> Lowering::weight_plan(const GraphOp& op, const Value& input, uint32_t axis,
                                       uint32_t channels) const {
  const GraphTensor& weights = input_tensor(op, 1);
  // The input's is uint8 or int8.
  if (weights.type != input_tensor(op, 0).type) {
    return Error{"its weights '" + weights.name + "' are of another type than its input"};
  }
  const Quantization& q = weights.quantization;
  if (q.scales.empty() || (q.scales.size() > 1 && q.axis != axis)) {
    return Error{"its weights '" + weights.name +
                 "' need one scale, or one for each output channel"};
  }
  for (const int32_t zero : q.zero_points) {
    if (weights.type == ElementType::kInt8 && zero != 0) {
      return Error{"its int8 weights '" + weights.name + "' have a zero-point other than 0"};
    }
  }
  FoldPlan plan;
  plan.weights = &weights;
  plan.input_scale = input.scale;
  if (op.inputs.size() > 2 && op.inputs[2] != GraphOp::kAbsent) {
    const GraphTensor& bias = input_tensor(op, 2);
    if (!bias.constant || bias.type != ElementType::kInt32 || bias.elements() != channels) {
      return Error{"its bias '" + bias.name + "' must be " + std::to_string(channels) +
                   " constant int32"};
    }
    for (const int32_t zero : bias.quantization.zero_points) {
      if (zero != 0) {
        return Error{"its bias '" + bias.name + "' has a zero-point other than 0"};
      }
    }
    plan.bias = &bias;
  }
  return plan;
}

Result<void> Lowering::lower_convolution(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 2, 3));
  VOUCH_ASSIGN(const Value input, picture_of(op, 0));
  const GraphTensor& weights = input_tensor(op, 1);
  if (!weights.constant || weights.shape.size() != 4) {
    return Error{"its weights '" + weights.name + "' must be a constant of 4 axes"};
  }
  if (weights.shape[3] != input.shape[3]) {
    return Error{"its weights read " + std::to_string(weights.shape[3]) +
                 " channels and its input has " + std::to_string(input.shape[3]) +
                 "; grouped convolutions are not supported"};
  }
  VOUCH_ASSIGN(FoldPlan plan, weight_plan(op, input, 0, weights.shape[0]));
  VOUCH_ASSIGN(const Window window, window_of(op, input, weights.shape[1], weights.shape[2]));
  return emit(op, {OpKind::kConv2d, {input.tensor}, window, {}}, {weights.shape[0]},
              std::move(plan));
}

Result<void> Lowering::lower_depthwise(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 2, 3));
  VOUCH_ASSIGN(const Value input, picture_of(op, 0));
  const GraphTensor& weights = input_tensor(op, 1);
  if (!weights.constant || weights.shape.size() != 4 || weights.shape[0] != 1) {
    return Error{"its weights '" + weights.name + "' must be a constant [1, row, column, channel]"};
  }
  const uint32_t channels = weights.shape[3];
  const uint32_t from = input.shape[3];
  if (channels % from != 0 ||
      (op.depth_multiplier != 0 && uint64_t{op.depth_multiplier} * from != channels)) {
    return Error{"it makes " + std::to_string(channels) + " channels of " + std::to_string(from) +
                 ", which does not fit its depth multiplier"};
  }
  VOUCH_ASSIGN(FoldPlan plan, weight_plan(op, input, 3, channels));
  VOUCH_ASSIGN(const Window window, window_of(op, input, weights.shape[1], weights.shape[2]));
  return emit(op, {OpKind::kDepthwiseConv2d, {input.tensor}, window, {}}, {channels},
              std::move(plan));
}

Result<void> Lowering::lower_fully_connected(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 2, 3));
  VOUCH_ASSIGN(const Value padded, value_of(op, 0));
  VOUCH_ASSIGN(const Value input, materialised(padded, input_tensor(op, 0).name));
  const GraphTensor& weights = input_tensor(op, 1);
  if (!weights.constant || weights.shape.size() != 2) {
    return Error{"its weights '" + weights.name + "' must be a constant of 2 axes"};
  }
  const Shape shape = out_.circuit.tensors[input.tensor].shape;
  Window window;
  if (weights.shape[1] == shape.elements()) {
    if (std::max(shape.rows, shape.columns) > kMaxWindow) {
      return Error{"the picture it reads is larger than 32767"};
    }
    window.kernel_rows = static_cast<uint16_t>(shape.rows);
    window.kernel_columns = static_cast<uint16_t>(shape.columns);
  } else if (weights.shape[1] != shape.channels) {
    return Error{"its weights read " + std::to_string(weights.shape[1]) +
                 " values and its input is " + to_text(picture_shape(shape)) +
                 "; it may read all of them, or the channels of every position"};
  }
  input_fixed_ = input_fixed_ || input.tensor == 0;
  VOUCH_ASSIGN(FoldPlan plan, weight_plan(op, input, 0, weights.shape[0]));
  return emit(op, {OpKind::kConv2d, {input.tensor}, window, {}}, {weights.shape[0]},
              std::move(plan));
}

Result<void> Lowering::lower_add(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 2, 2));
  FoldPlan plan;
  std::vector<uint32_t> inputs;
  for (size_t i = 0; i < 2; ++i) {
    VOUCH_ASSIGN(const Value padded, value_of(op, i));
    VOUCH_ASSIGN(const Value input, materialised(padded, input_tensor(op, i).name));
    if (input_tensor(op, i).shape != output_tensor(op).shape) {
      return Error{"it adds shapes " + to_text(input_tensor(op, 0).shape) + " and " +
                   to_text(input_tensor(op, 1).shape) + "; broadcasting is not supported"};
    }
    input_fixed_ = input_fixed_ || input.tensor == 0;
    plan.multipliers.push_back({input.scale});
    inputs.push_back(input.tensor);
  }
  const Shape& shape = out_.circuit.tensors[inputs[0]].shape;
  if (!(out_.circuit.tensors[inputs[1]].shape == shape)) {
    return Error{"its inputs were reshaped from different pictures"};
  }
  return emit(op, sum_of(std::move(inputs)), Shape{shape}, std::move(plan));
}

Result<void> Lowering::lower_average_pool(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 1, 1));
  // TensorFlow Lite counts explicit pads as elements, so they have to be some.
  VOUCH_ASSIGN(const Value padded, picture_of(op, 0));
  VOUCH_ASSIGN(const Value input, materialised(padded, input_tensor(op, 0).name));
  VOUCH_ASSIGN(const Window window, window_of(op, input, op.kernel_rows, op.kernel_columns));
  return emit_pool(op, input, window);
}

Result<void> Lowering::emit_pool(const GraphOp& op, const Value& input, const Window& window) {
  const Shape& shape = out_.circuit.tensors[input.tensor].shape;
  VOUCH_TRY(expect_extents(shape.rows, shape.columns));
  VOUCH_ASSIGN(PoolTerms pool, average_pool_terms(window, shape));
  FoldPlan plan;
  for (const uint64_t elements : pool.elements) {
    plan.multipliers.push_back({input.scale, elements});
  }
  return emit(op, {OpKind::kLinearMap, {input.tensor}, {}, std::move(pool.terms)}, pool.output,
              std::move(plan));
}

Result<void> Lowering::lower_mean(const GraphOp& op) {
  VOUCH_TRY(expect_inputs(op, 2, 2));
  VOUCH_ASSIGN(const Value padded, picture_of(op, 0));
  VOUCH_ASSIGN(const Value input, materialised(padded, input_tensor(op, 0).name));
  VOUCH_ASSIGN(const std::vector<int64_t> axes, constant_integers(input_tensor(op, 1)));
  GraphOp pool = op;
  pool.padding = Padding::kValid;
  pool.kernel_rows = 1;
  pool.kernel_columns = 1;
  for (const int64_t axis : axes) {
    const int64_t positive = axis < 0 ? axis + 4 : axis;
    if (positive != 1 && positive != 2) {
      return Error{"it averages axis " + std::to_string(axis) +
                   "; only rows and columns (1 and 2) are supported"};
    }
    (positive == 1 ? pool.kernel_rows : pool.kernel_columns) =
        input.shape[static_cast<size_t>(positive)];
  }
  VOUCH_ASSIGN(const Window window, window_of(pool, input, pool.kernel_rows, pool.kernel_columns));
  return emit_pool(op, input, window);
}

Result<void> Lowering::emit(const GraphOp& op, Op made, const Shape& stated, FoldPlan plan) {
  const GraphTensor& to = output_tensor(op);
  VOUCH_ASSIGN(const Code code, code_of(to));
  std::vector<Shape> shapes;
  for (const uint32_t input : made.inputs) {
    shapes.push_back(out_.circuit.tensors[input].shape);
  }
  VOUCH_ASSIGN(const Shape shape, output_shape(made, shapes, stated));
  // Some operators drop the axes that became 1; the channels stay last.
  const bool fits = to.shape.size() == 4 ? to.shape == picture_shape(shape)
                                         : to.elements() == shape.elements() && !to.shape.empty() &&
                                               to.shape.back() == shape.channels;
  if (!fits) {
    return Error{"its output has shape " + to_text(to.shape) + " and should have " +
                 to_text(picture_shape(shape))};
  }
  const CodeRange range = activation_range(op.activation, code.scale, code.zero_point);
  // Converters join the names of what they fused: the first says enough.
  plan.name = to.name.substr(0, to.name.find(';'));
  plan.output_scale = code.scale;
  const uint8_t table =
      out_.circuit.number_of(ActivationTable::clamp(kUsualTableBits, range.lo, range.hi));
  const uint32_t tensor =
      append(std::move(made), Tensor{shape, code.zero_point, table}, std::move(plan));
  values_[op.output] = Value{tensor, to.shape, code.scale, code.zero_point, {}, false};
  return {};
}

uint32_t Lowering::append(Op op, const Tensor& tensor, FoldPlan plan) {
  out_.circuit.ops.push_back(std::move(op));
  out_.circuit.tensors.push_back(tensor);
  out_.plans.push_back(std::move(plan));
  return static_cast<uint32_t>(out_.circuit.ops.size());
}

}  // namespace vouch
