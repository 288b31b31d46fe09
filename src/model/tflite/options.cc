#include "model/tflite/options.h"

#include <cmath>

namespace vouch {
namespace {

/// Strides, kernels and dilations: 1…65535.
Result<uint32_t> extent(int32_t value, const char* what) {
  if (value < 1 || value > 0xFFFF) {
    return Error{std::string(what) + " " + std::to_string(value) + " is outside 1…65535"};
  }
  return static_cast<uint32_t>(value);
}

Result<Padding> padding(tflite::Padding from) {
  if (from == tflite::Padding::SAME) return Padding::kSame;
  if (from == tflite::Padding::VALID) return Padding::kValid;
  return Error{"unknown padding " + std::to_string(static_cast<int>(from))};
}

Activation activation(tflite::Activation from) {
  switch (from) {
    case tflite::Activation::NONE:
      return Activation::kNone;
    case tflite::Activation::RELU:
      return Activation::kRelu;
    case tflite::Activation::RELU_N1_TO_1:
      return Activation::kReluN1To1;
    case tflite::Activation::RELU6:
      return Activation::kRelu6;
    default:
      return Activation::kOther;
  }
}

/// The window of Conv2DOptions, DepthwiseConv2DOptions and Pool2DOptions, which name it alike.
template <class Options>
Result<void> read_window(const Options& from, GraphOp& op) {
  VOUCH_ASSIGN(op.padding, padding(from.padding()));
  VOUCH_ASSIGN(op.stride_rows, extent(from.stride_h(), "stride"));
  VOUCH_ASSIGN(op.stride_columns, extent(from.stride_w(), "stride"));
  op.activation = activation(from.activation());
  return {};
}

template <class Options>
Result<void> read_dilation(const Options& from, GraphOp& op) {
  VOUCH_ASSIGN(op.dilation_rows, extent(from.dilation_h(), "dilation"));
  VOUCH_ASSIGN(op.dilation_columns, extent(from.dilation_w(), "dilation"));
  return {};
}

Result<void> read_conv(const tflite::Conv2DOptions& from, GraphOp& op) {
  VOUCH_TRY(read_window(from, op));
  return read_dilation(from, op);
}

Result<void> read_depthwise(const tflite::DepthwiseConv2DOptions& from, GraphOp& op) {
  VOUCH_TRY(read_window(from, op));
  VOUCH_TRY(read_dilation(from, op));
  if (from.depth_multiplier() < 0) return Error{"negative depth multiplier"};
  op.depth_multiplier = static_cast<uint32_t>(from.depth_multiplier());
  return {};
}

Result<void> read_pool(const tflite::Pool2DOptions& from, GraphOp& op) {
  VOUCH_TRY(read_window(from, op));
  VOUCH_ASSIGN(op.kernel_rows, extent(from.filter_height(), "pool window"));
  VOUCH_ASSIGN(op.kernel_columns, extent(from.filter_width(), "pool window"));
  return {};
}

}  // namespace

GraphOpKind graph_op_kind(tflite::BuiltinOperator code) {
  using tflite::BuiltinOperator;
  switch (code) {
    case BuiltinOperator::CONV_2D:
      return GraphOpKind::kConv2d;
    case BuiltinOperator::DEPTHWISE_CONV_2D:
      return GraphOpKind::kDepthwiseConv2d;
    case BuiltinOperator::FULLY_CONNECTED:
      return GraphOpKind::kFullyConnected;
    case BuiltinOperator::ADD:
      return GraphOpKind::kAdd;
    case BuiltinOperator::AVERAGE_POOL_2D:
      return GraphOpKind::kAveragePool2d;
    case BuiltinOperator::MEAN:
      return GraphOpKind::kMean;
    case BuiltinOperator::PAD:
      return GraphOpKind::kPad;
    case BuiltinOperator::RESHAPE:
      return GraphOpKind::kReshape;
    case BuiltinOperator::QUANTIZE:
      return GraphOpKind::kQuantize;
    case BuiltinOperator::DEQUANTIZE:
      return GraphOpKind::kDequantize;
    case BuiltinOperator::SOFTMAX:
      return GraphOpKind::kSoftmax;
    default:
      return GraphOpKind::kUnsupported;
  }
}

Result<void> read_options(const tflite::Operator& from, GraphOp& op) {
  const Error missing{"its options table is missing"};
  switch (op.kind) {
    case GraphOpKind::kConv2d: {
      const auto* options = from.builtin_options_as_Conv2DOptions();
      return options == nullptr ? missing : read_conv(*options, op);
    }
    case GraphOpKind::kDepthwiseConv2d: {
      const auto* options = from.builtin_options_as_DepthwiseConv2DOptions();
      return options == nullptr ? missing : read_depthwise(*options, op);
    }
    case GraphOpKind::kAveragePool2d: {
      const auto* options = from.builtin_options_as_Pool2DOptions();
      return options == nullptr ? missing : read_pool(*options, op);
    }
    case GraphOpKind::kFullyConnected: {
      const auto* options = from.builtin_options_as_FullyConnectedOptions();
      if (options == nullptr) return missing;
      if (options->weights_format() != 0) return Error{"shuffled weights are not supported"};
      op.activation = activation(options->activation());
      return {};
    }
    case GraphOpKind::kAdd:
      // Writers leave the table out when every field has its default.
      if (const auto* options = from.builtin_options_as_AddOptions()) {
        op.activation = activation(options->activation());
      }
      return {};
    case GraphOpKind::kSoftmax: {
      const auto* options = from.builtin_options_as_SoftmaxOptions();
      op.beta = options == nullptr ? 1.0F : options->beta();
      return std::isfinite(op.beta) ? Result<void>() : Error{"beta is not a number"};
    }
    default:
      return {};
  }
}

}  // namespace vouch
