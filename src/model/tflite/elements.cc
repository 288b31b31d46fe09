// Operators that work element by element.

#include "model/tflite/operators.h"

namespace vouch::tflite {
namespace {

struct Function {
  BuiltinOperator type;
  Unary function;
  float a = 0;
  float b = 0;
};

constexpr Function kFunctions[] = {
    {BuiltinOperator::RELU, Unary::kRelu},
    {BuiltinOperator::RELU6, Unary::kClip, 0, 6},
    {BuiltinOperator::RELU_N1_TO_1, Unary::kClip, -1, 1},
    {BuiltinOperator::RELU_0_TO_1, Unary::kClip, 0, 1},
    {BuiltinOperator::LOGISTIC, Unary::kSigmoid},
    {BuiltinOperator::TANH, Unary::kTanh},
    {BuiltinOperator::HARD_SWISH, Unary::kHardSwish},
    {BuiltinOperator::ELU, Unary::kElu, 1},
    {BuiltinOperator::EXP, Unary::kExp},
    {BuiltinOperator::LOG, Unary::kLog},
    {BuiltinOperator::SQRT, Unary::kSqrt},
    {BuiltinOperator::RSQRT, Unary::kPower, -0.5F},
    {BuiltinOperator::ABS, Unary::kAbs},
    {BuiltinOperator::NEG, Unary::kNegative},
    {BuiltinOperator::SIN, Unary::kSin},
    {BuiltinOperator::COS, Unary::kCos},
    {BuiltinOperator::FLOOR, Unary::kFloor},
    {BuiltinOperator::CEIL, Unary::kCeil},
    {BuiltinOperator::ROUND, Unary::kRound},
    {BuiltinOperator::SIGN, Unary::kSign},
};

Result<void> read_function(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  for (const Function& known : kFunctions) {
    if (known.type == node.type()) {
      return node.finish(unary(x, known.function, known.a, known.b));
    }
  }
  return Error{"this operator is not supported"};
}

Result<void> read_leaky_relu(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  const auto* options = node.options<LeakyReluOptions>();
  return node.finish(unary(x, Unary::kLeakyRelu, options == nullptr ? 0.0F : options->alpha()));
}

Result<void> read_gelu(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  const auto* options = node.options<GeluOptions>();
  const bool tanh = options != nullptr && options->approximate();
  return node.finish(unary(x, tanh ? Unary::kGeluTanh : Unary::kGelu));
}

Result<void> read_prelu(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const uint32_t slopes, node.constant(1, "slopes"));
  Layer layer;
  layer.kind = LayerKind::kPRelu;
  layer.inputs = {x, slopes};
  return node.finish(std::move(layer));
}

// Inputs 0 and 1, of which one may be a constant.
Result<Layer> two(const Node& node, LayerKind kind, std::vector<float> coefficients = {}) {
  Layer layer;
  layer.kind = kind;
  layer.coefficients = std::move(coefficients);
  if (node.is_constant(0) && node.is_constant(1)) {
    return Error{"both its inputs are constants; let the converter compute it"};
  }
  for (size_t i = 0; i < 2; ++i) {
    VOUCH_ASSIGN(const uint32_t input, node.operand(i));
    layer.inputs.push_back(input);
  }
  return layer;
}

template <class Options>
Activation activation_of(const Node& node) {
  const auto* options = node.options<Options>();
  return options == nullptr ? Activation::NONE : options->activation();
}

Result<void> read_add(Node& node) {
  VOUCH_ASSIGN(Layer layer, two(node, LayerKind::kAdd, {1, 1}));
  return node.finish(std::move(layer), activation_of<AddOptions>(node));
}

Result<void> read_sub(Node& node) {
  VOUCH_ASSIGN(Layer layer, two(node, LayerKind::kAdd, {1, -1}));
  return node.finish(std::move(layer), activation_of<SubOptions>(node));
}

Result<void> read_mul(Node& node) {
  VOUCH_ASSIGN(Layer layer, two(node, LayerKind::kMultiply));
  return node.finish(std::move(layer), activation_of<MulOptions>(node));
}

Result<void> read_div(Node& node) {
  VOUCH_ASSIGN(Layer layer, two(node, LayerKind::kDivide));
  return node.finish(std::move(layer), activation_of<DivOptions>(node));
}

Result<void> read_extreme(Node& node) {
  const bool most = node.type() == BuiltinOperator::MAXIMUM;
  VOUCH_ASSIGN(Layer layer, two(node, most ? LayerKind::kMaximum : LayerKind::kMinimum));
  return node.finish(std::move(layer));
}

Result<void> finish_square(const Node& node, uint32_t x) {
  Layer layer;
  layer.kind = LayerKind::kMultiply;
  layer.inputs = {x, x};
  return node.finish(std::move(layer));
}

Result<void> read_square(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  return finish_square(node, x);
}

Result<void> read_squared_difference(Node& node) {
  VOUCH_ASSIGN(Layer layer, two(node, LayerKind::kAdd, {1, -1}));
  VOUCH_ASSIGN(const uint32_t difference, node.builder().layer(std::move(layer)));
  return finish_square(node, difference);
}

Result<void> read_quantize(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  Layer layer;
  layer.inputs = {x};
  return node.finish(std::move(layer));
}

// Reals and the codes that they are made of are one tensor.
Result<void> read_dequantize(Node& node) {
  const FileTensor& to = node.builder().files()[node.output()];
  if (to.type != TensorType::FLOAT32) {
    return Error{"its output is " + type_name(to.type) + ", not FLOAT32"};
  }
  VOUCH_ASSIGN(const uint32_t x, node.operand(0));
  return node.builder().define(node.output(), x);
}

}  // namespace

void add_elements(OperatorTable& table) {
  for (const Function& known : kFunctions) {
    table[known.type] = {read_function, {Becomes::kTable, "", ""}};
  }
  table[BuiltinOperator::LEAKY_RELU] = {read_leaky_relu, {Becomes::kTable, "alpha", ""}};
  table[BuiltinOperator::GELU] = {read_gelu, {Becomes::kTable, "approximate", ""}};
  table[BuiltinOperator::PRELU] = {read_prelu, {Becomes::kMaximum, "", "slopes are constants"}};
  table[BuiltinOperator::ADD] = {read_add, {Becomes::kSum, "fused_activation", ""}};
  table[BuiltinOperator::SUB] = {read_sub, {Becomes::kSum, "fused_activation", ""}};
  table[BuiltinOperator::MUL] = {
      read_mul, {Becomes::kProduct, "fused_activation", "by a constant it is a convolution"}};
  table[BuiltinOperator::DIV] = {
      read_div,
      {Becomes::kSeveral, "fused_activation",
       "a table of the reciprocal and a product; by a constant a convolution"}};
  table[BuiltinOperator::MAXIMUM] = {read_extreme, {Becomes::kMaximum, "", ""}};
  table[BuiltinOperator::MINIMUM] = {read_extreme, {Becomes::kMaximum, "", ""}};
  table[BuiltinOperator::SQUARE] = {read_square, {Becomes::kTable, "", ""}};
  table[BuiltinOperator::SQUARED_DIFFERENCE] = {
      read_squared_difference, {Becomes::kSeveral, "", "a linear map and a table"}};
  table[BuiltinOperator::QUANTIZE] = {read_quantize, {Becomes::kCodes, "", ""}};
  table[BuiltinOperator::DEQUANTIZE] = {read_dequantize, {Becomes::kCodes, "", ""}};
}

}  // namespace vouch::tflite
