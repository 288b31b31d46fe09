// Products with matrices, and what folds into them.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

std::vector<uint32_t> last_two_swapped(size_t rank) {
  std::vector<uint32_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  std::swap(axes[rank - 1], axes[rank - 2]);
  return axes;
}

Result<Value> swapped(Builder& builder, const Value& x) {
  return builder.transposed(x, last_two_swapped(x.shape.size()));
}

// weights·alpha: on the scales, where they are the file's integers.
Result<Value> scaled(Builder& builder, const Value& weights, float alpha) {
  if (alpha == 1.0F) {
    return weights;
  }
  VOUCH_TRY(builder.spend(element_count(weights.shape)));
  OnnxTensor to = *weights.constant;
  if (!to.scales.empty() && alpha > 0) {
    for (float& scale : to.scales) {
      scale *= alpha;
    }
    return constant_value(std::move(to));
  }
  to.reals = reals_of(to);
  to.integers.clear();
  to.scales.clear();
  for (float& x : to.reals) {
    x *= alpha;
  }
  return constant_value(std::move(to));
}

// C as one bias for each column, if it is that.
Result<std::optional<Value>> bias_of(Builder& builder, const Value& c, float beta,
                                     uint32_t columns) {
  const uint64_t n = element_count(c.shape);
  const bool by_column = c.is_constant() && (n == 1 || (n == columns && c.shape.back() == columns));
  if (!by_column) {
    return std::optional<Value>();
  }
  VOUCH_ASSIGN(Value flat, builder.reshaped(c, {static_cast<uint32_t>(n)}));
  if (n != columns) {
    Layer layer;
    layer.kind = LayerKind::kExpand;
    VOUCH_ASSIGN(flat, builder.layer(std::move(layer), {flat}, {columns}));
  }
  VOUCH_ASSIGN(Value bias, scaled(builder, flat, beta));
  return std::optional<Value>(std::move(bias));
}

Result<Values> read_gemm(Node& node) {
  Builder& builder = node.builder();
  VOUCH_ASSIGN(Value a, node.real(0, "A"));
  VOUCH_ASSIGN(Value b, node.real(1, "B"));
  VOUCH_ASSIGN(const bool transpose_a, node.flag("transA", false));
  VOUCH_ASSIGN(const bool transpose_b, node.flag("transB", false));
  VOUCH_ASSIGN(const float alpha, node.attribute("alpha", 1.0F));
  VOUCH_ASSIGN(const float beta, node.attribute("beta", 1.0F));
  if (node.opset() < 7) {
    node.ignore({"broadcast"});
  }
  if (a.shape.size() != 2 || b.shape.size() != 2 || !std::isfinite(alpha) || !std::isfinite(beta)) {
    return Error{"its A and B are " + text(a.shape) + " and " + text(b.shape) +
                 ", or its alpha or beta is no finite number"};
  }
  if (transpose_a) {
    VOUCH_ASSIGN(a, swapped(builder, a));
  }
  if (transpose_b) {
    VOUCH_ASSIGN(b, swapped(builder, b));
  }
  const uint32_t columns = b.shape[1];
  std::optional<Value> c;
  std::optional<Value> bias;
  if (node.has(2) && beta != 0) {
    VOUCH_ASSIGN(c, node.real(2, "C"));
    VOUCH_ASSIGN(const Dimensions shape, broadcast({a.shape[0], columns}, c->shape));
    if (shape != Dimensions{a.shape[0], columns}) {
      return Error{"its C " + text(c->shape) + " does not fit"};
    }
  }
  float factor = alpha;
  if (b.is_constant()) {
    VOUCH_ASSIGN(b, scaled(builder, b, alpha));
    factor = 1.0F;
    if (c) {
      VOUCH_ASSIGN(bias, bias_of(builder, *c, beta, columns));
    }
  }
  VOUCH_ASSIGN(Value out, mat_mul(builder, a, b, bias));
  if (c && !bias) {
    VOUCH_ASSIGN(out, add(builder, {out, *c}, {factor, beta}));
  } else if (factor != 1.0F) {
    VOUCH_ASSIGN(out, add(builder, {out}, {factor}));
  }
  return Values{std::move(out)};
}

Result<Values> read_mat_mul(Node& node) {
  VOUCH_ASSIGN(const Value a, node.numbers(0, "first factor"));
  VOUCH_ASSIGN(const Value b, node.numbers(1, "second factor"));
  if (is_real(a.type) != is_real(b.type)) {
    return Error{"its factors are " + type_name(a.type) + " and " + type_name(b.type)};
  }
  VOUCH_ASSIGN(Value out, mat_mul(node.builder(), a, b, std::nullopt));
  return Values{node.builder().computed_like(std::move(out), a)};
}

// One number a channel, [c, 1, 1]; `from`(channel).
template <class From>
Value by_channel(const char* name, uint32_t channels, size_t rank, From from) {
  OnnxTensor to{name, OnnxType::kFloat, Dimensions(std::max<size_t>(rank, 2) - 1, 1), {}, {}, {},
                0};
  to.shape[0] = channels;
  for (uint32_t c = 0; c < channels; ++c) {
    to.reals.push_back(static_cast<float>(from(c)));
  }
  return constant_value(std::move(to));
}

Result<Values> read_batch_normalization(Node& node) {
  node.ignore({"momentum", "is_test", "consumed_inputs"});
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const bool training, node.flag("training_mode", false));
  VOUCH_ASSIGN(const bool by_plane, node.flag("spatial", true));
  VOUCH_ASSIGN(const float epsilon, node.attribute("epsilon", 1e-5F));
  if (training || !by_plane || node.gives(1)) {
    return Error{"it is in training mode, or not by channel; export the model for inference"};
  }
  const uint32_t channels = x.shape.size() > 1 ? x.shape[1] : 1;
  std::vector<std::vector<float>> parameters;
  for (size_t i = 1; i < 5; ++i) {
    VOUCH_ASSIGN(const Value given, node.constant(i, "parameter"));
    parameters.push_back(reals_of(*given.constant));
    if (parameters.back().size() != channels) {
      return Error{"its parameter " + std::to_string(i) + " does not have " +
                   std::to_string(channels) + " values"};
    }
  }
  for (uint32_t c = 0; c < channels; ++c) {
    if (!(double{parameters[3][c]} + double{epsilon} > 0)) {
      return Error{"its variance of channel " + std::to_string(c) +
                   " is not above 0; mend the model's weights"};
    }
  }
  VOUCH_TRY(node.builder().spend(2ULL * channels));
  const auto factor = [&](uint32_t c) {
    return parameters[0][c] / std::sqrt(double{parameters[3][c]} + double{epsilon});
  };
  const auto shift = [&](uint32_t c) { return parameters[1][c] - parameters[2][c] * factor(c); };
  const size_t rank = x.shape.size();
  VOUCH_ASSIGN(const Value times,
               multiply(node.builder(), x, by_channel("scale", channels, rank, factor)));
  VOUCH_ASSIGN(Value out, add(node.builder(), {times, by_channel("shift", channels, rank, shift)},
                              {1.0F, 1.0F}));
  return Values{std::move(out)};
}

}  // namespace

Result<Value> mat_mul(Builder& builder, const Value& a, const Value& b,
                      const std::optional<Value>& bias) {
  if (a.shape.empty() || b.shape.empty()) {
    return Error{"it multiplies a single number"};
  }
  // Vectors are matrices of one row or column, which is then dropped.
  if (a.shape.size() == 1 || b.shape.size() == 1) {
    Dimensions left = a.shape;
    Dimensions right = b.shape;
    if (left.size() == 1) left.insert(left.begin(), 1);
    if (right.size() == 1) right.push_back(1);
    VOUCH_ASSIGN(const Value rows, builder.reshaped(a, std::move(left)));
    VOUCH_ASSIGN(const Value columns, builder.reshaped(b, std::move(right)));
    VOUCH_ASSIGN(const Value product, mat_mul(builder, rows, columns, bias));
    Dimensions shape = product.shape;
    if (b.shape.size() == 1) shape.pop_back();
    if (a.shape.size() == 1) shape.erase(shape.end() - (b.shape.size() == 1 ? 1 : 2));
    return builder.reshaped(product, std::move(shape));
  }
  // Leading axes of extent 1 of a constant are none.
  const auto is_matrix = [](const Value& v) {
    return v.is_constant() && std::all_of(v.shape.begin(), v.shape.end() - 2,
                                          [](uint32_t extent) { return extent == 1; });
  };
  const auto matrix = [&](const Value& v) {
    return builder.reshaped(v, Dimensions(v.shape.end() - 2, v.shape.end()));
  };
  Layer layer;
  layer.kind = LayerKind::kMatMul;
  if (is_matrix(b) && b.shape.size() <= a.shape.size()) {
    VOUCH_ASSIGN(const Value right, matrix(b));
    Values inputs = {a, right};
    if (bias) {
      inputs.push_back(*bias);
    }
    return builder.layer(std::move(layer), inputs);
  }
  if (a.is_constant()) {
    // A·x is the transpose of xᵀ·Aᵀ.
    const bool one = is_matrix(a) && a.shape.size() <= b.shape.size();
    VOUCH_ASSIGN(const Value left, one ? matrix(a) : Result<Value>(a));
    VOUCH_ASSIGN(const Value weights, swapped(builder, left));
    VOUCH_ASSIGN(const Value rows, swapped(builder, b));
    VOUCH_ASSIGN(const Value product, builder.layer(std::move(layer), {rows, weights}));
    return swapped(builder, product);
  }
  if (bias) {
    return Error{"it adds a bias to a product of matrices that are no constants"};
  }
  return builder.layer(std::move(layer), {a, b});
}

void add_products(OperatorTable& table) {
  table["Gemm"] = {
      read_gemm,
      {Becomes::kConvolution, "alpha beta broadcast transA transB", "B and C are constants"}};
  table["MatMul"] = {
      read_mat_mul,
      {Becomes::kConvolution, "",
       "of two activations: products of their elements and a sum, for small matrices only"}};
  table["BatchNormalization"] = {
      read_batch_normalization,
      {Becomes::kConvolution, "consumed_inputs epsilon is_test momentum spatial training_mode",
       "inference mode; is folded into the convolution before it"}};
}

}  // namespace vouch::onnx
