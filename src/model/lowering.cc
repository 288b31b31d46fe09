#include "model/lowering.h"

#include <algorithm>

#include "circuit/operators/linear_maps.h"

namespace vouch {

std::vector<uint32_t> picture_shape(const Shape& shape) {
  return {shape.batch, shape.rows, shape.columns, shape.channels};
}

std::string to_text(const std::vector<uint32_t>& shape) {
  std::string text = "[";
  for (const uint32_t extent : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  }
  return text + "]";
}

Result<void> Lowering::expect_inputs(const GraphOp& op, size_t least, size_t most) const {
  if (op.inputs.size() < least || op.inputs.size() > most) {
    return Error{"it has " + std::to_string(op.inputs.size()) + " inputs"};
  }
  for (size_t i = 0; i < least; ++i) {
    if (op.inputs[i] == GraphOp::kAbsent) {
      return Error{"its input " + std::to_string(i) + " is left out"};
    }
  }
  return {};
}

Result<Lowering::Value> Lowering::value_of(const GraphOp& op, size_t i) const {
  const GraphTensor& tensor = input_tensor(op, i);
  if (tensor.constant) {
    return Error{"its input '" + tensor.name + "' is a constant, which is not supported there"};
  }
  const std::optional<Value>& value = values_[op.inputs[i]];
  if (value && value->outside) {
    return Error{"SOFTMAX and DEQUANTIZE are supported at the network's end only"};
  }
  if (!value || (tensor.type != ElementType::kUint8 && tensor.type != ElementType::kInt8)) {
    return Error{"its input '" + tensor.name +
                 "' is not a tensor of 8-bit codes; only fully quantised models are supported"};
  }
  return *value;
}

Result<Lowering::Value> Lowering::picture_of(const GraphOp& op, size_t i) {
  VOUCH_ASSIGN(const Value value, value_of(op, i));
  if (value.shape.size() != 4) {
    return Error{"its input has shape " + to_text(value.shape) +
                 "; [batch, row, column, channel] is needed"};
  }
  Shape& shape = out_.circuit.tensors[value.tensor].shape;
  if (value.tensor == 0 && !input_fixed_) {
    // The network's own input may be any shape of its elements until something reads it.
    shape = {value.shape[3], value.shape[0], value.shape[1] - value.pads.top - value.pads.bottom,
             value.shape[2] - value.pads.left - value.pads.right};
    if (shape.batch != 1) {
      return Error{"its input's batch is " + std::to_string(shape.batch) +
                   "; export the model for batches of 1"};
    }
  }
  Shape padded = shape;
  padded.rows += value.pads.top + value.pads.bottom;
  padded.columns += value.pads.left + value.pads.right;
  if (picture_shape(padded) != value.shape) {
    return Error{"its input was reshaped from " + to_text(picture_shape(shape)) + " to " +
                 to_text(value.shape) +
                 "; a RESHAPE may only add or drop axes of extent 1, flatten what FULLY_CONNECTED "
                 "reads or what the network outputs, or give the network's input its shape"};
  }
  input_fixed_ = input_fixed_ || value.tensor == 0;
  return value;
}

Result<void> Lowering::expect_extents(uint64_t rows, uint64_t columns) {
  if (rows > kMaxExtent || columns > kMaxExtent) {
    return Error{"a picture has up to " + std::to_string(kMaxExtent) + " rows and columns"};
  }
  return {};
}

Result<Lowering::Value> Lowering::materialised(const Value& value, const std::string& name) {
  if (value.pads == Pads{}) {
    return value;
  }
  const Tensor source = out_.circuit.tensors[value.tensor];
  VOUCH_TRY(expect_extents(uint64_t{source.shape.rows} + value.pads.top + value.pads.bottom,
                           uint64_t{source.shape.columns} + value.pads.left + value.pads.right));
  Tensor padded = source;
  padded.shape.rows += value.pads.top + value.pads.bottom;
  padded.shape.columns += value.pads.left + value.pads.right;
  constexpr uint32_t kMaxIndex = 65535;
  if (std::max(padded.shape.rows, padded.shape.columns) > kMaxIndex) {
    return Error{"with its pads its input is larger than 65535"};
  }
  const CodeBounds codes = out_.circuit.codes_of(value.tensor);
  padded.table = out_.circuit.number_of(
      ActivationTable::clamp(kUsualTableBits, std::min(codes.lo, source.zero_point),
                             std::max(codes.hi, source.zero_point)));
  Op op = sum_of({value.tensor});
  const auto pads = [](uint32_t extent, uint32_t before, uint32_t after) {
    return before + after == 0
               ? AxisMap{}
               : pad_axis(extent, static_cast<int32_t>(before), static_cast<int32_t>(after));
  };
  op.terms[0].maps[1] = pads(source.shape.rows, value.pads.top, value.pads.bottom);
  op.terms[0].maps[2] = pads(source.shape.columns, value.pads.left, value.pads.right);
  FoldPlan plan;
  plan.name = name + " (padded)";
  plan.multipliers = {{value.scale}};
  plan.output_scale = value.scale;
  input_fixed_ = input_fixed_ || value.tensor == 0;
  Value out = value;
  out.tensor = append(std::move(op), padded, std::move(plan));
  out.pads = {};
  return out;
}

Result<Lowering::Code> Lowering::code_of(const GraphTensor& tensor) {
  if (tensor.type != ElementType::kUint8 && tensor.type != ElementType::kInt8) {
    return Error{"tensor '" + tensor.name +
                 "' is not uint8 or int8; only fully quantised 8-bit models are supported"};
  }
  if (tensor.quantization.scales.size() != 1) {
    return Error{"tensor '" + tensor.name + "' has " +
                 std::to_string(tensor.quantization.scales.size()) +
                 " scales; activations need one"};
  }
  const int32_t offset = tensor.type == ElementType::kInt8 ? 128 : 0;
  return Code{tensor.quantization.scales[0],
              static_cast<uint8_t>(tensor.quantization.zero_points[0] + offset)};
}

Result<std::vector<int64_t>> Lowering::constant_integers(const GraphTensor& tensor) {
  const bool wide = tensor.type == ElementType::kInt64;
  if (!tensor.constant || (!wide && tensor.type != ElementType::kInt32)) {
    return Error{"'" + tensor.name + "' must be a constant of integers"};
  }
  std::vector<int64_t> values;
  ByteReader reader(tensor.data);
  for (uint64_t i = 0; i < tensor.elements(); ++i) {
    values.push_back(wide ? reader.i64() : static_cast<int32_t>(reader.u32()));
  }
  return values;
}

}  // namespace vouch
