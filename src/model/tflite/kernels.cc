#include "model/tflite/kernels.h"

#include <algorithm>

namespace vouch::tflite {
namespace {

// Of the file's input i; null where there is none.
const FileTensor* file_of(const Node& node, size_t i) {
  return node.has(i) ? node.file(i, "input").value() : nullptr;
}

bool is_float(const Node& node) {
  bool found = node.builder().files()[node.output()].type == TensorType::FLOAT32;
  for (size_t i = 0; i < node.input_count(); ++i) {
    const FileTensor* from = file_of(node, i);
    found = found || (from != nullptr && from->type == TensorType::FLOAT32);
  }
  return found;
}

// XNNPACK takes weights of int8 only with zero-point 0, and TensorFlow Lite's own kernels leave the
// zero-point out, or refuse them.
bool has_shifted_weights(const Node& node) {
  const FileTensor* weights = file_of(node, 1);
  return weights != nullptr && weights->type == TensorType::INT8 &&
         std::any_of(weights->zero_points.begin(), weights->zero_points.end(),
                     [](int64_t zero) { return zero != 0; });
}

// Outputs that no window reaches, which XNNPACK does not take.
bool has_gaps(const Node& node) {
  const auto* options = node.options<TransposeConvOptions>();
  const FileTensor* weights = file_of(node, 1);
  return options != nullptr && weights != nullptr && weights->shape.size() == 4 &&
         (int64_t{weights->shape[1]} < options->stride_h() ||
          int64_t{weights->shape[2]} < options->stride_w());
}

bool has_other_axis(const Node& node) {
  const FileTensor* weights = file_of(node, 1);
  return weights != nullptr && weights->type == TensorType::UINT8 && weights->scales.size() == 1 &&
         weights->states_axis;
}

std::string reason(const Node& node) {
  switch (node.type()) {
    case BuiltinOperator::CONV_2D:
      return has_shifted_weights(node) ? "its int8 weights have a zero-point other than 0"
             : !node.has(2)            ? "it has no bias"
                                       : "";
    case BuiltinOperator::DEPTHWISE_CONV_2D:
      return has_shifted_weights(node) ? "its int8 weights have a zero-point other than 0"
             : has_other_axis(node)
                 ? "its uint8 weights have one scale, and a quantised dimension other than 0"
                 : "";
    case BuiltinOperator::FULLY_CONNECTED:
      return has_shifted_weights(node) ? "its int8 weights have a zero-point other than 0" : "";
    case BuiltinOperator::TRANSPOSE_CONV:
      return has_shifted_weights(node) ? "its int8 weights have a zero-point other than 0"
             : has_gaps(node)          ? "its kernel is smaller than its stride"
                                       : "";
    default:
      return "";
  }
}

}  // namespace

std::string obstacle(const Node& node) {
  if (is_float(node)) {
    return "TensorFlow Lite computes it in float32";
  }
  const std::string why = reason(node);
  return why.empty() ? "" : "how TensorFlow Lite rounds it is not known to the last bit: " + why;
}

}  // namespace vouch::tflite
