// The operators that are read, in families. Each function makes layers of one node, or computes
// constants, and returns the node's outputs that are supported, first ones first.
#pragma once

#include <map>
#include <string>

#include "model/onnx/node.h"
#include "model/operator_description.h"

namespace vouch::onnx {

struct OperatorReader {
  Result<Values> (*read)(Node& node) = nullptr;
  OperatorDescription description;
};
using OperatorTable = std::map<std::string, OperatorReader, std::less<>>;

void add_arithmetic(OperatorTable& table);  ///< element by element
void add_shape_work(OperatorTable& table);  ///< Constant, Shape, Cast, comparisons …
void add_moves(OperatorTable& table);       ///< Reshape, Transpose, Concat, Slice, Pad …
void add_windows(OperatorTable& table);     ///< Conv, ConvTranspose, pools
void add_products(OperatorTable& table);    ///< Gemm, MatMul, BatchNormalization
void add_reductions(OperatorTable& table);  ///< Reduce…, Softmax, ArgMax, TopK
void add_resize(OperatorTable& table);      ///< Resize, Upsample
void add_quantised(OperatorTable& table);   ///< QuantizeLinear, QLinear…

// What the families use of each other; the same operators with their inputs given.

Result<Value> add(Builder& builder, const Values& inputs, std::vector<float> coefficients);
Result<Value> multiply(Builder& builder, const Value& a, const Value& b);
Result<Value> unary(Builder& builder, const Value& x, Unary function, float a = 0, float b = 0);
Result<Value> convolution(Node& node, const Value& x, const Value& weights,
                          const std::optional<Value>& bias);
Result<Value> average_pool(Node& node, const Value& x);
Result<Value> mat_mul(Builder& builder, const Value& a, const Value& b,
                      const std::optional<Value>& bias);
Result<Value> concat(Builder& builder, const Values& inputs, int64_t axis);
/// An activation of codes, or a constant, as the reals that it stands for.
Result<Value> dequantised(Builder& builder, const Value& codes, const Value& scale,
                          const std::optional<Value>& zero_point, int64_t axis);

}  // namespace vouch::onnx
