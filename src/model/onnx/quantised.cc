// Quantised operators. Codes and the reals that they stand for are one tensor of the network, so
// QuantizeLinear is a rounding, DequantizeLinear nothing at all, and an operator of codes is the
// operator of reals between the two.
#include <algorithm>
#include <cmath>

#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

int64_t lowest_of(OnnxType type) { return type == OnnxType::kInt8 ? -128 : 0; }

// Scales and zero-points, one each or as many as the extent of an axis.
struct Scaling {
  std::vector<float> scales;
  Integers zero_points;  // as many
  OnnxType type = OnnxType::kUint8;
};

Result<Scaling> scaling_of(const Value& scale, const std::optional<Value>& zero_point,
                           OnnxType type) {
  if (!scale.is_constant() || (zero_point && !zero_point->is_constant())) {
    return Error{
        "its scale or zero-point depends on the model's input (dynamic quantisation); "
        "quantise the model statically"};
  }
  Scaling scaling;
  scaling.scales = reals_of(*scale.constant);
  scaling.type = zero_point ? zero_point->type : type;
  scaling.zero_points.assign(scaling.scales.size(), 0);
  if (!is_real(scale.type) || scaling.scales.empty() || scale.shape.size() > 1) {
    return Error{"its scales " + text(scale.shape) +
                 " are not one, or one for each index of an axis"};
  }
  if (zero_point) {
    if (is_real(zero_point->type) ||
        zero_point->constant->integers.size() != scaling.scales.size()) {
      return Error{"it has not as many zero-points as scales"};
    }
    scaling.zero_points = zero_point->constant->integers;
  }
  for (const float s : scaling.scales) {
    if (!(std::isfinite(s) && s > 0)) {
      return Error{"a scale is not a number above 0"};
    }
  }
  return scaling;
}

Result<CodeScale> codes_of(const Scaling& scaling) {
  if (scaling.scales.size() != 1) {
    return Error{"it has " + std::to_string(scaling.scales.size()) +
                 " scales; activations can only have one"};
  }
  if (!is_code(scaling.type)) {
    return Error{"its codes are " + type_name(scaling.type) + "; supported are uint8 and int8"};
  }
  const int64_t place = scaling.zero_points[0] - lowest_of(scaling.type);
  return CodeScale{scaling.scales[0], static_cast<uint8_t>(place), scaling.type == OnnxType::kInt8};
}

// Which scale an element of a constant has.
Result<size_t> scale_step(const Scaling& scaling, const Dimensions& shape, int64_t axis,
                          uint32_t& positive) {
  if (scaling.scales.size() == 1) {
    return size_t{0};
  }
  VOUCH_ASSIGN(positive, axis_of(axis, shape.size()));
  if (shape[positive] != scaling.scales.size()) {
    return Error{"it has " + std::to_string(scaling.scales.size()) +
                 " scales, which is not the extent of axis " + std::to_string(positive)};
  }
  return static_cast<size_t>(row_major_steps(shape)[positive]);
}

Result<Value> dequantised_constant(Builder& builder, const Value& codes, const Scaling& scaling,
                                   int64_t axis) {
  if (is_real(codes.type) || codes.type == OnnxType::kBool || codes.type != scaling.type) {
    return Error{"its constant is " + type_name(codes.type) + " and its zero-point " +
                 type_name(scaling.type)};
  }
  OnnxTensor to{codes.constant->name, OnnxType::kFloat, codes.shape, {}, {}, scaling.scales, 0};
  VOUCH_ASSIGN(const size_t step, scale_step(scaling, codes.shape, axis, to.axis));
  VOUCH_TRY(builder.spend(element_count(codes.shape)));
  to.integers.reserve(codes.constant->integers.size());
  for (size_t i = 0; i < codes.constant->integers.size(); ++i) {
    const size_t s = step == 0 ? 0 : i / step % scaling.scales.size();
    const int64_t q = codes.constant->integers[i];
    if (q != static_cast<int32_t>(q) ||
        scaling.zero_points[s] != static_cast<int32_t>(scaling.zero_points[s])) {
      return Error{"its constant exceeds 32 bits"};
    }
    to.integers.push_back(q - scaling.zero_points[s]);
  }
  return constant_value(std::move(to));
}

// scale·(x − zero-point) of whole numbers that are no codes.
Result<Value> scaled_numbers(Builder& builder, const Value& x, const Scaling& scaling,
                             int64_t axis) {
  uint32_t positive = 0;
  VOUCH_ASSIGN([[maybe_unused]] const size_t step, scale_step(scaling, x.shape, axis, positive));
  Dimensions shape;
  if (scaling.scales.size() > 1) {
    shape.assign(x.shape.size() - positive, 1);
    shape[0] = x.shape[positive];
  }
  const std::vector<float> zeros(scaling.zero_points.begin(), scaling.zero_points.end());
  const Value zero = constant_value({"zero-points", OnnxType::kFloat, shape, zeros, {}, {}, 0});
  const Value scale =
      constant_value({"scales", OnnxType::kFloat, shape, scaling.scales, {}, {}, 0});
  VOUCH_ASSIGN(const Value above, add(builder, {x, zero}, {1.0F, -1.0F}));
  return multiply(builder, above, scale);
}

Result<Value> quantised_constant(Builder& builder, const Value& x, const Scaling& scaling,
                                 int64_t axis) {
  if (!is_code(scaling.type)) {
    return Error{"its codes are " + type_name(scaling.type) + "; supported are uint8 and int8"};
  }
  OnnxTensor to{x.constant->name, scaling.type, x.shape, {}, {}, {}, 0};
  uint32_t positive = 0;
  VOUCH_ASSIGN(const size_t step, scale_step(scaling, x.shape, axis, positive));
  VOUCH_TRY(builder.spend(element_count(x.shape)));
  const std::vector<float> reals = reals_of(*x.constant);
  const int64_t lowest = lowest_of(scaling.type);
  for (size_t i = 0; i < reals.size(); ++i) {
    const size_t s = step == 0 ? 0 : i / step % scaling.scales.size();
    const double q =
        std::nearbyint(reals[i] / scaling.scales[s]) + static_cast<double>(scaling.zero_points[s]);
    const double inside = std::isnan(q) ? static_cast<double>(scaling.zero_points[s]) : q;
    to.integers.push_back(static_cast<int64_t>(
        std::clamp(inside, static_cast<double>(lowest), static_cast<double>(lowest + 255))));
  }
  return constant_value(std::move(to));
}

Result<void> expect_no_blocks(Node& node) {
  node.ignore({"saturate"});
  VOUCH_ASSIGN(const int64_t block, node.attribute("block_size", int64_t{0}));
  VOUCH_ASSIGN(const int64_t precision, node.attribute("precision", int64_t{0}));
  (void)precision;  // of the division, where a float32 is meant in any case
  if (block != 0) {
    return Error{"scales by blocks are not supported; quantise by tensor or by channel"};
  }
  return {};
}

Result<Values> read_quantize(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const Value scale, node.input(1, "scale"));
  VOUCH_TRY(expect_no_blocks(node));
  VOUCH_ASSIGN(const int64_t axis, node.attribute("axis", int64_t{1}));
  VOUCH_ASSIGN(const int64_t named, node.attribute("output_dtype", int64_t{0}));
  const OnnxType type = named == 0 ? OnnxType::kUint8 : static_cast<OnnxType>(named);
  VOUCH_ASSIGN(const Scaling scaling, scaling_of(scale, node.optional(2), type));
  if (x.is_constant()) {
    VOUCH_ASSIGN(Value out, quantised_constant(node.builder(), x, scaling, axis));
    return Values{std::move(out)};
  }
  VOUCH_ASSIGN(const CodeScale codes, codes_of(scaling));
  VOUCH_ASSIGN(Value out, node.builder().rounded(x, codes));
  return Values{std::move(out)};
}

Result<Values> read_dequantize(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const Value scale, node.input(1, "scale"));
  node.ignore({"output_dtype"});
  VOUCH_TRY(expect_no_blocks(node));
  VOUCH_ASSIGN(const int64_t axis, node.attribute("axis", int64_t{1}));
  VOUCH_ASSIGN(Value out, dequantised(node.builder(), x, scale, node.optional(2), axis));
  return Values{std::move(out)};
}

// Inputs i, i + 1, i + 2: codes, scale, zero-point.
Result<Value> operand(Node& node, size_t i, int64_t axis = 0) {
  VOUCH_ASSIGN(const Value codes, node.input(i, "codes"));
  VOUCH_ASSIGN(const Value scale, node.input(i + 1, "scale"));
  return dequantised(node.builder(), codes, scale, node.optional(i + 2), axis);
}

// Rounded to the codes whose scale and zero-point are inputs i and i + 1.
Result<Values> result(Node& node, const Value& x, size_t i) {
  VOUCH_ASSIGN(const Value scale, node.input(i, "output's scale"));
  VOUCH_ASSIGN(const Scaling scaling, scaling_of(scale, node.optional(i + 1), OnnxType::kUint8));
  VOUCH_ASSIGN(const CodeScale codes, codes_of(scaling));
  if (x.is_constant()) {
    return Error{"all its inputs are constants; let the exporter fold constants"};
  }
  VOUCH_ASSIGN(Value out, node.builder().rounded(x, codes));
  return Values{std::move(out)};
}

// A bias of int32: its scale is the product of the input's and the weights'.
Result<std::optional<Value>> bias_of(Node& node, size_t i, size_t x_scale, size_t w_scale) {
  if (!node.has(i)) {
    return std::optional<Value>();
  }
  VOUCH_ASSIGN(const Value bias, node.constant(i, "bias"));
  VOUCH_ASSIGN(const float s, node.number(x_scale, "input's scale"));
  VOUCH_ASSIGN(const Value weights, node.constant(w_scale, "weights' scale"));
  OnnxTensor scale{"", OnnxType::kFloat, weights.shape, reals_of(*weights.constant), {}, {}, 0};
  for (float& w : scale.reals) {
    w *= s;
  }
  VOUCH_ASSIGN(Value out, dequantised(node.builder(), bias, constant_value(std::move(scale)),
                                      std::nullopt, 0));
  return std::optional<Value>(std::move(out));
}

Result<Values> read_qlinear_conv(Node& node) {
  VOUCH_ASSIGN(const Value x, operand(node, 0));
  VOUCH_ASSIGN(const Value weights, operand(node, 3));
  VOUCH_ASSIGN(const auto bias, bias_of(node, 8, 1, 4));
  VOUCH_ASSIGN(const bool last, node.flag("channels_last", false));
  if (last) {
    return Error{"channels in the last axis are not supported; export it with channels first"};
  }
  VOUCH_ASSIGN(const Value out, convolution(node, x, weights, bias));
  return result(node, out, 6);
}

Result<Values> read_qlinear_mat_mul(Node& node) {
  VOUCH_ASSIGN(const Value a, operand(node, 0));
  VOUCH_ASSIGN(const Value b, operand(node, 3, -1));
  VOUCH_ASSIGN(const Value out, mat_mul(node.builder(), a, b, std::nullopt));
  return result(node, out, 6);
}

Result<Values> read_qgemm(Node& node) {
  VOUCH_ASSIGN(Value a, operand(node, 0));
  VOUCH_ASSIGN(const float alpha, node.attribute("alpha", 1.0F));
  VOUCH_ASSIGN(const bool transpose_a, node.flag("transA", false));
  VOUCH_ASSIGN(const bool transpose_b, node.flag("transB", false));
  VOUCH_ASSIGN(Value b, operand(node, 3, transpose_b ? 0 : 1));
  VOUCH_ASSIGN(const auto bias, bias_of(node, 6, 1, 4));
  if (a.shape.size() != 2 || b.shape.size() != 2 || alpha != 1.0F) {
    return Error{"its factors are not matrices, or its alpha is not 1"};
  }
  if (transpose_a) {
    VOUCH_ASSIGN(a, node.builder().transposed(a, {1, 0}));
  }
  if (transpose_b) {
    VOUCH_ASSIGN(b, node.builder().transposed(b, {1, 0}));
  }
  VOUCH_ASSIGN(Value out, mat_mul(node.builder(), a, b, bias));
  if (!node.has(7)) {
    return Values{std::move(out)};
  }
  return result(node, out, 7);
}

Result<Values> read_qlinear_two(Node& node) {
  VOUCH_ASSIGN(const Value a, operand(node, 0));
  VOUCH_ASSIGN(const Value b, operand(node, 3));
  VOUCH_ASSIGN(const Value out, node.type() == "QLinearMul"
                                    ? multiply(node.builder(), a, b)
                                    : add(node.builder(), {a, b}, {1.0F, 1.0F}));
  return result(node, out, 6);
}

Result<Values> read_qlinear_function(Node& node) {
  VOUCH_ASSIGN(const Value x, operand(node, 0));
  if (node.type() == "QLinearSigmoid") {
    VOUCH_ASSIGN(const Value out, unary(node.builder(), x, Unary::kSigmoid));
    return result(node, out, 3);
  }
  VOUCH_ASSIGN(const float alpha, node.attribute("alpha", 0.01F));
  VOUCH_ASSIGN(const Value out, unary(node.builder(), x, Unary::kLeakyRelu, alpha));
  return result(node, out, 3);
}

Result<Values> read_qlinear_pool(Node& node) {
  VOUCH_ASSIGN(const Value x, operand(node, 0));
  VOUCH_ASSIGN(const bool last, node.flag("channels_last", false));
  if (last && node.type() == "QLinearAveragePool") {
    return Error{"channels in the last axis are not supported; export it with channels first"};
  }
  if (node.type() == "QLinearAveragePool") {
    VOUCH_ASSIGN(const Value out, average_pool(node, x));
    return result(node, out, 3);
  }
  if (x.shape.size() < 3) {
    return Error{"its input " + text(x.shape) + " has no axes to pool"};
  }
  Layer layer;
  layer.kind = LayerKind::kReduceMean;
  Dimensions shape = x.shape;
  for (uint32_t i = 2; i < x.shape.size(); ++i) {
    const uint32_t a = last ? i - 1 : i;
    layer.axes.push_back(a);
    shape[a] = 1;
  }
  VOUCH_ASSIGN(const Value out, node.builder().layer(std::move(layer), {x}, std::move(shape)));
  return result(node, out, 3);
}

Result<Values> read_qlinear_concat(Node& node) {
  VOUCH_ASSIGN(const int64_t axis, node.attribute("axis", int64_t{0}));
  Values inputs;
  for (size_t i = 2; i < node.input_count(); i += 3) {
    VOUCH_ASSIGN(Value x, operand(node, i));
    inputs.push_back(std::move(x));
  }
  if (inputs.empty()) {
    return Error{"it has no inputs"};
  }
  VOUCH_ASSIGN(const Value out, concat(node.builder(), inputs, axis));
  return result(node, out, 0);
}

}  // namespace

Result<Value> dequantised(Builder& builder, const Value& codes, const Value& scale,
                          const std::optional<Value>& zero_point, int64_t axis) {
  VOUCH_ASSIGN(const Scaling scaling, scaling_of(scale, zero_point, codes.type));
  if (codes.is_constant()) {
    return dequantised_constant(builder, codes, scaling, axis);
  }
  if (codes.type != scaling.type) {
    return Error{"its input is " + type_name(codes.type) + " and its zero-point " +
                 type_name(scaling.type)};
  }
  if (is_whole(codes.type) && !builder.holds_codes(codes)) {
    return scaled_numbers(builder, codes, scaling, axis);
  }
  VOUCH_ASSIGN(const CodeScale known, codes_of(scaling));
  VOUCH_TRY(builder.set_codes(codes.tensor, known));
  return Value{OnnxType::kFloat, codes.shape, nullptr, codes.tensor};
}

void add_quantised(OperatorTable& table) {
  table["QuantizeLinear"] = {read_quantize,
                             {Becomes::kCodes, "axis block_size output_dtype precision saturate",
                              "uint8 or int8, constant scales; of activations one scale"}};
  table["DequantizeLinear"] = {read_dequantize,
                               {Becomes::kCodes, "axis block_size output_dtype precision saturate",
                                "constant scales, no blocks"}};
  table["QLinearConv"] = {
      read_qlinear_conv,
      {Becomes::kConvolution, "auto_pad dilations group kernel_shape pads strides channels_last",
       "1 to 3 axes beside batch and channels; weights are constants; channels first"}};
  table["QLinearMatMul"] = {read_qlinear_mat_mul, {Becomes::kConvolution, "", "as MatMul"}};
  table["QGemm"] = {
      read_qgemm, {Becomes::kConvolution, "alpha transA transB", "alpha 1; weights are constants"}};
  table["QLinearAdd"] = {read_qlinear_two, {Becomes::kSum, "", ""}};
  table["QLinearMul"] = {read_qlinear_two, {Becomes::kProduct, "", ""}};
  table["QLinearSigmoid"] = {read_qlinear_function, {Becomes::kTable, "alpha", ""}};
  table["QLinearLeakyRelu"] = {read_qlinear_function, {Becomes::kTable, "alpha", ""}};
  table["QLinearGlobalAveragePool"] = {read_qlinear_pool,
                                       {Becomes::kSum, "channels_last", "channels first"}};
  table["QLinearAveragePool"] = {
      read_qlinear_pool,
      {Becomes::kSum,
       "auto_pad ceil_mode channels_last count_include_pad dilations kernel_shape pads strides",
       "channels first"}};
  table["QLinearConcat"] = {read_qlinear_concat, {Becomes::kMove, "axis", "a copy of each part"}};
}

}  // namespace vouch::onnx
