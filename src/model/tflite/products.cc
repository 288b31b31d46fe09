// FULLY_CONNECTED, and the biases of all that has weights.
#include <cmath>

#include "model/tflite/operators.h"
#include "network/shapes.h"

namespace vouch::tflite {
namespace {

Result<Constant> whole_bias(const Node& node, const FileTensor& from, uint32_t x,
                            uint32_t weights) {
  const std::optional<CodeScale>& codes = node.builder().tensor(x).codes;
  const std::vector<float> factors = node.builder().scales(weights);
  if (from.type != TensorType::INT32 || !codes || factors.empty()) {
    return Error{"its bias " + quoted(from.name) + " is " + type_name(from.type) +
                 ", which does not fit its input and weights"};
  }
  for (const int64_t zero : from.zero_points) {
    if (zero != 0) {
      return Error{"its bias " + quoted(from.name) + " has a zero-point that is not 0"};
    }
  }
  // TensorFlow Lite takes the input's scale times the weights', whatever the bias' own is.
  Constant constant;
  for (const float factor : factors) {
    constant.scales.push_back(codes->scale * factor);
    if (!(constant.scales.back() > 0 && std::isfinite(constant.scales.back()))) {
      return Error{"its input's scale times its weights' is no number above 0"};
    }
  }
  VOUCH_ASSIGN(const Integers integers, integers_of(from));
  constant.integers.assign(integers.begin(), integers.end());
  return constant;
}

Result<void> read_fully_connected(Node& node) {
  VOUCH_ASSIGN(const FullyConnectedOptions* const options, node.required<FullyConnectedOptions>());
  if (options->weights_format() != 0) {
    return Error{"its weights are shuffled; convert the model with plain ones"};
  }
  VOUCH_ASSIGN(uint32_t x, node.activation());
  VOUCH_ASSIGN(const uint32_t weights, node.constant(1, "weights", {1, 0}));
  const uint32_t depth = node.shape(weights)[0];
  const Dimensions shape = node.shape(x);
  const bool keeps = options->keep_num_dims() && !shape.empty();
  if (keeps ? shape.back() != depth : element_count(shape) % depth != 0) {
    return Error{"its weights are for " + std::to_string(depth) + " values, its input is " +
                 text(shape)};
  }
  const auto rows = static_cast<uint32_t>(element_count(shape) / depth);
  if (!keeps && shape != Dimensions{rows, depth}) {
    Layer layer;
    layer.kind = LayerKind::kReshape;
    layer.inputs = {x};
    VOUCH_ASSIGN(
        x, node.builder().layer(std::move(layer), {rows, depth}, node.builder().tensor(x).codes));
  }
  Layer layer;
  layer.kind = LayerKind::kMatMul;
  layer.inputs = {x, weights};
  VOUCH_ASSIGN(const std::optional<uint32_t> bias, bias_of(node, 2, x, weights));
  if (bias) {
    layer.inputs.push_back(*bias);
  }
  return node.finish(std::move(layer), options->activation());
}

}  // namespace

Result<std::optional<uint32_t>> bias_of(const Node& node, size_t i, uint32_t x, uint32_t weights) {
  if (!node.has(i)) {
    return std::optional<uint32_t>();
  }
  VOUCH_ASSIGN(const FileTensor* const from, node.file(i, "bias"));
  if (from->type == TensorType::FLOAT32 || from->type == TensorType::FLOAT16) {
    VOUCH_ASSIGN(const uint32_t plain, node.constant(i, "bias"));
    return std::optional<uint32_t>(plain);
  }
  if (!from->constant) {
    return Error{"its bias " + quoted(from->name) +
                 " must be a constant; convert the model with a constant there"};
  }
  VOUCH_TRY(node.builder().spend(element_count(from->shape)));
  VOUCH_ASSIGN(Constant constant, whole_bias(node, *from, x, weights));
  return std::optional<uint32_t>(
      node.builder().add_constant(from->name, from->shape, std::move(constant)));
}

void add_products(OperatorTable& table) {
  table[BuiltinOperator::FULLY_CONNECTED] = {
      read_fully_connected,
      {Becomes::kConvolution, "fused_activation keep_num_dims weights_format",
       "weights are constants, not shuffled"}};
}

}  // namespace vouch::tflite
