#include "model/tflite/writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "tflite_subset_generated.h"

namespace vouch {
namespace {

using flatbuffers::Offset;

tflite::TensorType tensor_type(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
      return tflite::TensorType::UINT8;
    case ElementType::kInt8:
      return tflite::TensorType::INT8;
    case ElementType::kInt32:
      return tflite::TensorType::INT32;
    case ElementType::kInt64:
      return tflite::TensorType::INT64;
    default:
      VOUCH_CHECK(type == ElementType::kFloat32);
      return tflite::TensorType::FLOAT32;
  }
}

tflite::Activation activation(Activation from) {
  switch (from) {
    case Activation::kRelu:
      return tflite::Activation::RELU;
    case Activation::kRelu6:
      return tflite::Activation::RELU6;
    case Activation::kReluN1To1:
      return tflite::Activation::RELU_N1_TO_1;
    default:
      VOUCH_CHECK(from == Activation::kNone);
      return tflite::Activation::NONE;
  }
}

// The code of an operator and the version of it that TensorFlow Lite wants for the type of its
// codes.
struct OpCode {
  tflite::BuiltinOperator code = tflite::BuiltinOperator::CUSTOM;
  int32_t version = 1;
  bool operator==(const OpCode&) const = default;
};

OpCode op_code(GraphOpKind kind, bool is_signed) {
  using tflite::BuiltinOperator;
  switch (kind) {
    case GraphOpKind::kConv2d:
      return {BuiltinOperator::CONV_2D, is_signed ? 3 : 1};
    case GraphOpKind::kDepthwiseConv2d:
      return {BuiltinOperator::DEPTHWISE_CONV_2D, is_signed ? 3 : 1};
    case GraphOpKind::kFullyConnected:
      return {BuiltinOperator::FULLY_CONNECTED, is_signed ? 4 : 1};
    case GraphOpKind::kAdd:
      return {BuiltinOperator::ADD, is_signed ? 2 : 1};
    case GraphOpKind::kAveragePool2d:
      return {BuiltinOperator::AVERAGE_POOL_2D, is_signed ? 2 : 1};
    case GraphOpKind::kMean:
      return {BuiltinOperator::MEAN, is_signed ? 2 : 1};
    case GraphOpKind::kPad:
      return {BuiltinOperator::PAD, is_signed ? 2 : 1};
    case GraphOpKind::kReshape:
      return {BuiltinOperator::RESHAPE, 1};
    case GraphOpKind::kQuantize:
      return {BuiltinOperator::QUANTIZE, 1};
    case GraphOpKind::kDequantize:
      return {BuiltinOperator::DEQUANTIZE, is_signed ? 2 : 1};
    case GraphOpKind::kSoftmax:
      return {BuiltinOperator::SOFTMAX, is_signed ? 2 : 1};
    case GraphOpKind::kUnsupported:
      break;
  }
  VOUCH_CHECK(false);
  return {};
}

std::vector<int32_t> signed_of(const std::vector<uint32_t>& from) {
  std::vector<int32_t> to;
  for (const uint32_t x : from) {
    to.push_back(static_cast<int32_t>(x));
  }
  return to;
}

class Writer {
 public:
  explicit Writer(const Graph& graph) : graph_(graph) {}

  Bytes write(const std::string& description) {
    buffers_.push_back(tflite::CreateBuffer(fbb_));  // the empty one
    std::vector<Offset<tflite::Tensor>> tensors;
    for (const GraphTensor& tensor : graph_.tensors) {
      tensors.push_back(write_tensor(tensor));
    }
    std::vector<Offset<tflite::Operator>> ops;
    for (const GraphOp& op : graph_.ops) {
      ops.push_back(write_op(op));
    }
    const std::vector<int32_t> inputs = {static_cast<int32_t>(graph_.input)};
    const std::vector<int32_t> outputs = {static_cast<int32_t>(graph_.output)};
    const auto subgraph = tflite::CreateSubGraphDirect(fbb_, &tensors, &inputs, &outputs, &ops);
    const std::vector<Offset<tflite::SubGraph>> subgraphs = {subgraph};
    const auto codes = write_codes();
    tflite::FinishModelBuffer(fbb_, tflite::CreateModelDirect(fbb_, 3, &codes, &subgraphs,
                                                              description.c_str(), &buffers_));
    return {fbb_.GetBufferPointer(), fbb_.GetBufferPointer() + fbb_.GetSize()};
  }

 private:
  Offset<tflite::Tensor> write_tensor(const GraphTensor& tensor) {
    uint32_t buffer = 0;
    if (tensor.constant) {
      fbb_.ForceVectorAlignment(tensor.data.size(), 1, 16);
      const auto data = fbb_.CreateVector(tensor.data.data(), tensor.data.size());
      buffer = static_cast<uint32_t>(buffers_.size());
      buffers_.push_back(tflite::CreateBuffer(fbb_, data));
    }
    const Quantization& q = tensor.quantization;
    Offset<tflite::QuantizationParameters> quantization;
    if (!q.scales.empty()) {
      const std::vector<int64_t> zeros(q.zero_points.begin(), q.zero_points.end());
      quantization = tflite::CreateQuantizationParametersDirect(fbb_, &q.scales, &zeros, 0,
                                                                static_cast<int32_t>(q.axis));
    }
    const std::vector<int32_t> shape = signed_of(tensor.shape);
    return tflite::CreateTensorDirect(fbb_, &shape, tensor_type(tensor.type), buffer,
                                      tensor.name.c_str(), quantization);
  }

  Offset<tflite::Operator> write_op(const GraphOp& op) {
    std::vector<int32_t> inputs;
    for (const uint32_t input : op.inputs) {
      inputs.push_back(input == GraphOp::kAbsent ? -1 : static_cast<int32_t>(input));
    }
    const std::vector<int32_t> outputs = {static_cast<int32_t>(op.output)};
    const auto [type, options] = write_options(op);
    return tflite::CreateOperatorDirect(fbb_, code_index(op), &inputs, &outputs, type, options);
  }

  std::pair<tflite::BuiltinOptions, Offset<void>> write_options(const GraphOp& op) {
    using tflite::BuiltinOptions;
    const auto padding =
        op.padding == Padding::kSame ? tflite::Padding::SAME : tflite::Padding::VALID;
    const auto i = [](uint32_t x) { return static_cast<int32_t>(x); };
    const tflite::Activation fused = activation(op.activation);
    switch (op.kind) {
      case GraphOpKind::kConv2d:
        return {BuiltinOptions::Conv2DOptions,
                tflite::CreateConv2DOptions(fbb_, padding, i(op.stride_columns), i(op.stride_rows),
                                            fused, i(op.dilation_columns), i(op.dilation_rows))
                    .Union()};
      case GraphOpKind::kDepthwiseConv2d:
        return {BuiltinOptions::DepthwiseConv2DOptions,
                tflite::CreateDepthwiseConv2DOptions(
                    fbb_, padding, i(op.stride_columns), i(op.stride_rows), i(op.depth_multiplier),
                    fused, i(op.dilation_columns), i(op.dilation_rows))
                    .Union()};
      case GraphOpKind::kAveragePool2d:
        return {BuiltinOptions::Pool2DOptions,
                tflite::CreatePool2DOptions(fbb_, padding, i(op.stride_columns), i(op.stride_rows),
                                            i(op.kernel_columns), i(op.kernel_rows), fused)
                    .Union()};
      case GraphOpKind::kFullyConnected:
        return {BuiltinOptions::FullyConnectedOptions,
                tflite::CreateFullyConnectedOptions(fbb_, fused).Union()};
      case GraphOpKind::kAdd:
        return {BuiltinOptions::AddOptions, tflite::CreateAddOptions(fbb_, fused).Union()};
      case GraphOpKind::kSoftmax:
        return {BuiltinOptions::SoftmaxOptions,
                tflite::CreateSoftmaxOptions(fbb_, op.beta).Union()};
      case GraphOpKind::kMean:
        return {BuiltinOptions::ReducerOptions,
                tflite::CreateReducerOptions(fbb_, graph_.tensors[op.output].shape.size() ==
                                                       graph_.tensors[op.inputs[0]].shape.size())
                    .Union()};
      case GraphOpKind::kReshape: {
        const std::vector<int32_t> shape = signed_of(graph_.tensors[op.output].shape);
        return {BuiltinOptions::ReshapeOptions,
                tflite::CreateReshapeOptionsDirect(fbb_, &shape).Union()};
      }
      default:
        return {BuiltinOptions::NONE, 0};
    }
  }

  uint32_t code_index(const GraphOp& op) {
    const bool is_signed = graph_.tensors[op.inputs[0]].type == ElementType::kInt8;
    const OpCode code = op_code(op.kind, is_signed);
    auto at = std::find(codes_.begin(), codes_.end(), code);
    if (at == codes_.end()) {
      at = codes_.insert(at, code);
    }
    return static_cast<uint32_t>(at - codes_.begin());
  }

  std::vector<Offset<tflite::OperatorCode>> write_codes() {
    std::vector<Offset<tflite::OperatorCode>> codes;
    for (const OpCode& code : codes_) {
      // All codes are below 127, where old readers look for them.
      const auto number = static_cast<int32_t>(code.code);
      codes.push_back(
          tflite::CreateOperatorCode(fbb_, static_cast<int8_t>(number), 0, code.version, number));
    }
    return codes;
  }

  const Graph& graph_;
  flatbuffers::FlatBufferBuilder fbb_;
  std::vector<Offset<tflite::Buffer>> buffers_;
  std::vector<OpCode> codes_;
};

}  // namespace

Bytes write_tflite(const Graph& graph, const std::string& description) {
  return Writer(graph).write(description);
}

}  // namespace vouch
