// What a name of an ONNX graph stands for while it is read.
#pragma once

#include <memory>
#include <vector>

#include "model/onnx/tensor.h"

namespace vouch::onnx {

/// A constant, or an activation: a tensor of the Network. Values of type float and the uint8 or
/// int8 codes that they were made from are the same tensor.
struct Value {
  OnnxType type = OnnxType::kFloat;
  Dimensions shape;  ///< of constants an extent may be 0
  std::shared_ptr<const OnnxTensor> constant;
  uint32_t tensor = 0;  ///< where `constant` is null

  [[nodiscard]] bool is_constant() const { return constant != nullptr; }
};

using Values = std::vector<Value>;

[[nodiscard]] inline Value constant_value(OnnxTensor tensor) {
  auto held = std::make_shared<const OnnxTensor>(std::move(tensor));
  return {held->type, held->shape, held, 0};
}

}  // namespace vouch::onnx
