// Sums, means and extremes over axes, and what ranks.
#include <algorithm>
#include <cmath>

#include "model/tflite/operators.h"

namespace vouch::tflite {
namespace {

LayerKind reduction_of(BuiltinOperator type) {
  switch (type) {
    case BuiltinOperator::SUM:
      return LayerKind::kReduceSum;
    case BuiltinOperator::REDUCE_MAX:
      return LayerKind::kReduceMax;
    case BuiltinOperator::REDUCE_MIN:
      return LayerKind::kReduceMin;
    default:
      return LayerKind::kReduceMean;
  }
}

// Whether axes stay with extent 1 is told by the output's shape.
Result<void> read_reduce(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers named, node.integers(1, "axes"));
  Layer layer;
  layer.kind = reduction_of(node.type());
  layer.inputs = {x};
  for (const int64_t each : named) {
    VOUCH_ASSIGN(const uint32_t axis, axis_of(each, node.shape(x).size()));
    if (std::find(layer.axes.begin(), layer.axes.end(), axis) == layer.axes.end()) {
      layer.axes.push_back(axis);
    }
  }
  std::sort(layer.axes.begin(), layer.axes.end());
  return node.finish(std::move(layer));
}

Result<void> read_softmax(Node& node) {
  VOUCH_ASSIGN(uint32_t x, node.activation());
  const auto* options = node.options<SoftmaxOptions>();
  const float beta = options == nullptr ? 1.0F : options->beta();
  if (!(std::isfinite(beta) && beta > 0)) {
    return Error{"its beta is no number above 0"};
  }
  Layer layer;
  layer.kind =
      node.type() == BuiltinOperator::SOFTMAX ? LayerKind::kSoftmax : LayerKind::kLogSoftmax;
  VOUCH_ASSIGN(const uint32_t axis, axis_of(-1, node.shape(x).size()));
  layer.axes = {axis};
  if (beta != 1.0F && layer.kind == LayerKind::kSoftmax) {
    Layer scaled;
    scaled.kind = LayerKind::kAdd;
    scaled.inputs = {x};
    scaled.coefficients = {beta};
    VOUCH_ASSIGN(x, node.builder().layer(std::move(scaled)));
  }
  layer.inputs = {x};
  return node.finish(std::move(layer));
}

Result<void> read_arg(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const int64_t named, node.integer(1, "axis"));
  VOUCH_ASSIGN(const uint32_t axis, axis_of(named, node.shape(x).size()));
  Layer layer;
  layer.kind = LayerKind::kArgMax;
  layer.smallest = node.type() == BuiltinOperator::ARG_MIN;
  layer.inputs = {x};
  layer.axes = {axis};
  return node.finish(std::move(layer));
}

}  // namespace

void add_reductions(OperatorTable& table) {
  for (const BuiltinOperator type : {BuiltinOperator::MEAN, BuiltinOperator::SUM}) {
    table[type] = {read_reduce, {Becomes::kSum, "keep_dims", "the axes are constants"}};
  }
  for (const BuiltinOperator type : {BuiltinOperator::REDUCE_MAX, BuiltinOperator::REDUCE_MIN}) {
    table[type] = {read_reduce, {Becomes::kMaximum, "keep_dims", "the axes are constants"}};
  }
  table[BuiltinOperator::SOFTMAX] = {read_softmax, {Becomes::kRanking, "beta", "only at the end"}};
  table[BuiltinOperator::LOG_SOFTMAX] = {read_softmax, {Becomes::kRanking, "", "only at the end"}};
  table[BuiltinOperator::ARG_MAX] = {read_arg, {Becomes::kRanking, "", "only at the end"}};
  table[BuiltinOperator::ARG_MIN] = {read_arg, {Becomes::kRanking, "", "only at the end"}};
}

}  // namespace vouch::tflite
