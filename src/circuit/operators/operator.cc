#include "circuit/operators/operator.h"

#include "base/check.h"

namespace vouch {
namespace {

Scalar sum(const std::vector<Scalar>& xs) {
  Scalar s;
  for (const Scalar& x : xs) {
    s += x;
  }
  return s;
}

}  // namespace

OperatorShape operator_shape(const Circuit& circuit, size_t op) {
  OperatorShape shape{circuit.ops[op].kind,
                      circuit.ops[op].window,
                      {},
                      circuit.tensors[op + 1].shape,
                      circuit.ops[op].terms};
  for (const uint32_t input : circuit.ops[op].inputs) {
    shape.inputs.push_back(circuit.tensors[input].shape);
  }
  return shape;
}

std::vector<Scalar> Operator::bias_term(const OperatorShape& shape, const BrickEq& output) const {
  // b is added at every position of its channel, or of the whole tensor when there is one.
  const Scalar positions = sum(output.axes[1]) * sum(output.axes[2]) * sum(output.axes[3]);
  if (bias_count(shape) == 1) {
    return {sum(output.axes[0]) * positions};
  }
  std::vector<Scalar> term(output.axes[0]);
  for (Scalar& x : term) {
    x *= positions;
  }
  return term;
}

bool is_op_kind(uint8_t kind) { return kind <= static_cast<uint8_t>(OpKind::kProduct); }

const Operator& operator_of(OpKind kind) {
  switch (kind) {
    case OpKind::kConv2d:
      return conv2d();
    case OpKind::kDepthwiseConv2d:
      return depthwise_conv2d();
    case OpKind::kLinearMap:
      return linear_map();
    case OpKind::kProduct:
      return product();
  }
  VOUCH_CHECK(false);
}

}  // namespace vouch
