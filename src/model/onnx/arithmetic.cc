// Operators that work element by element.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/fold.h"
#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

struct Arithmetic {
  LayerKind kind;
  std::vector<float> coefficients;  // of kAdd
  int64_t (*integers)(int64_t, int64_t);
  double (*reals)(double, double);
};

// Whole numbers wrap around, as the format's do.
int64_t wrapped(uint64_t x) { return static_cast<int64_t>(x); }
int64_t add_whole(int64_t a, int64_t b) {
  return wrapped(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t subtract_whole(int64_t a, int64_t b) {
  return wrapped(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
int64_t multiply_whole(int64_t a, int64_t b) {
  return wrapped(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}
int64_t divide_whole(int64_t a, int64_t b) { return b == -1 ? subtract_whole(0, a) : a / b; }

Arithmetic arithmetic_of(const std::string& type) {
  if (type == "Sub") {
    return {LayerKind::kAdd, {1, -1}, subtract_whole, [](double a, double b) { return a - b; }};
  }
  if (type == "Mul") {
    return {LayerKind::kMultiply, {}, multiply_whole, [](double a, double b) { return a * b; }};
  }
  if (type == "Div") {
    return {LayerKind::kDivide, {}, divide_whole, [](double a, double b) { return a / b; }};
  }
  if (type == "Max") {
    return {LayerKind::kMaximum,
            {},
            [](int64_t a, int64_t b) { return std::max(a, b); },
            [](double a, double b) { return std::max(a, b); }};
  }
  if (type == "Min") {
    return {LayerKind::kMinimum,
            {},
            [](int64_t a, int64_t b) { return std::min(a, b); },
            [](double a, double b) { return std::min(a, b); }};
  }
  return {LayerKind::kAdd, {1, 1}, add_whole, [](double a, double b) { return a + b; }};
}

// Both are constants.
Result<Value> fold(Builder& builder, const Arithmetic& arithmetic, const Value& a, const Value& b) {
  if (is_real(a.type) != is_real(b.type)) {
    return Error{"its inputs are " + type_name(a.type) + " and " + type_name(b.type)};
  }
  const std::vector<int64_t>& divisors = b.constant->integers;
  if (arithmetic.kind == LayerKind::kDivide && !is_real(b.type) &&
      std::find(divisors.begin(), divisors.end(), 0) != divisors.end()) {
    return Error{"it divides by 0; mend the constant"};
  }
  VOUCH_ASSIGN(const Dimensions shape, broadcast(a.shape, b.shape));
  VOUCH_TRY(builder.spend(element_count(shape)));
  return constant_value(fold_elements(*a.constant, *b.constant, shape, a.type, arithmetic.integers,
                                      arithmetic.reals));
}

Result<Value> combined(Builder& builder, const Arithmetic& arithmetic, const Value& a,
                       const Value& b) {
  if (a.is_constant() && b.is_constant()) {
    return fold(builder, arithmetic, a, b);
  }
  Layer layer;
  layer.kind = arithmetic.kind;
  layer.coefficients = arithmetic.coefficients;
  return builder.layer(std::move(layer), {a, b});
}

// Before opset 7 the second input starts at an axis of the first, and has no more than it.
Result<Value> placed_at_axis(Node& node, const Value& a, const Value& b) {
  VOUCH_ASSIGN(const bool broadcasts, node.flag("broadcast", false));
  VOUCH_ASSIGN(const int64_t axis, node.attribute("axis", int64_t{-1}));
  if (!broadcasts || axis == -1) {
    return b;
  }
  const int64_t behind =
      static_cast<int64_t>(a.shape.size()) - axis - static_cast<int64_t>(b.shape.size());
  if (axis < 0 || behind < 0) {
    return Error{"axis " + std::to_string(axis) + " does not fit its inputs"};
  }
  Dimensions shape = b.shape;
  shape.insert(shape.end(), static_cast<size_t>(behind), 1);
  return node.builder().reshaped(b, std::move(shape));
}

// Floats, or whole numbers of one type.
Result<Values> operands(Node& node, size_t least, size_t most) {
  if (node.input_count() < least || node.input_count() > most) {
    return Error{"it has " + std::to_string(node.input_count()) + " inputs"};
  }
  Values values;
  bool constant = true;
  for (size_t i = 0; i < node.input_count(); ++i) {
    VOUCH_ASSIGN(Value value, node.input(i));
    constant = constant && value.is_constant();
    values.push_back(std::move(value));
  }
  for (size_t i = 0; i < values.size() && !constant; ++i) {
    VOUCH_TRY(node.numbers(i));
    if (is_real(values[i].type) != is_real(values[0].type)) {
      return Error{"its inputs are " + type_name(values[0].type) + " and " +
                   type_name(values[i].type)};
    }
  }
  return values;
}

// What divides whole numbers rounds.
Result<void> expect_floats_to_divide(const Values& in) {
  for (const Value& x : in) {
    if (!x.is_constant() && is_whole(x.type)) {
      return Error{"it divides " + type_name(x.type) +
                   ", which rounds to whole numbers; have the model cast them to float before"};
    }
  }
  return {};
}

Result<Values> read_two(Node& node) {
  VOUCH_ASSIGN(Values in, operands(node, 2, 2));
  if (node.opset() < 7) {
    VOUCH_ASSIGN(in[1], placed_at_axis(node, in[0], in[1]));
  }
  if (node.type() == "Div") {
    VOUCH_TRY(expect_floats_to_divide(in));
  }
  if (node.type() == "Div" && in[1].is_constant() && !in[0].is_constant()) {
    const Arithmetic divide = arithmetic_of("Div");
    const Value one = constant_value({"1", OnnxType::kFloat, {}, {1.0F}, {}, {}, 0});
    VOUCH_ASSIGN(const Value inverse, fold(node.builder(), divide, one, in[1]));
    VOUCH_ASSIGN(Value out, combined(node.builder(), arithmetic_of("Mul"), in[0], inverse));
    return Values{std::move(out)};
  }
  VOUCH_ASSIGN(Value out, combined(node.builder(), arithmetic_of(node.type()), in[0], in[1]));
  return Values{node.builder().computed_like(std::move(out), in[0])};
}

Result<Values> read_many(Node& node) {
  VOUCH_ASSIGN(const Values in, operands(node, 1, 1024));
  if (node.type() == "Mean") {
    VOUCH_TRY(expect_floats_to_divide(in));
  }
  const float share = node.type() == "Mean" ? 1.0F / static_cast<float>(node.input_count()) : 1.0F;
  const bool constant = std::all_of(in.begin(), in.end(), [](auto& v) { return v.is_constant(); });
  Arithmetic arithmetic = arithmetic_of(node.type());
  if (constant && share == 1.0F) {
    Value out = in[0];
    for (size_t i = 1; i < in.size(); ++i) {
      VOUCH_ASSIGN(out, fold(node.builder(), arithmetic, out, in[i]));
    }
    return Values{std::move(out)};
  }
  if (in.size() == 1) {
    return in;
  }
  Layer layer;
  layer.kind = arithmetic.kind;
  if (layer.kind == LayerKind::kAdd) {
    layer.coefficients.assign(in.size(), share);
  }
  VOUCH_ASSIGN(Value out, node.builder().layer(std::move(layer), in));
  return Values{node.builder().computed_like(std::move(out), in[0])};
}

Result<Values> read_pow(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  if (node.opset() < 7) {
    node.ignore({"broadcast", "axis"});
  }
  VOUCH_ASSIGN(const Value exponent, node.constant(1, "exponent"));
  if (x.is_constant() && is_real(x.type)) {
    VOUCH_ASSIGN(const Dimensions shape, broadcast(x.shape, exponent.shape));
    VOUCH_TRY(node.builder().spend(element_count(shape)));
    OnnxTensor reals = *exponent.constant;
    reals.reals = reals_of(reals);
    reals.type = OnnxType::kFloat;
    reals.integers.clear();
    reals.scales.clear();
    return Values{constant_value(fold_elements(*x.constant, reals, shape, x.type, add_whole,
                                               [](double a, double b) { return std::pow(a, b); }))};
  }
  VOUCH_TRY(node.numbers(0));
  const std::vector<float> reals = reals_of(*exponent.constant);
  for (const float r : reals) {
    if (r != reals[0] || !std::isfinite(r)) {
      return Error{
          "its exponents differ from element to element; export it with one exponent for all"};
    }
  }
  if (reals.empty() || exponent.shape.size() > x.shape.size()) {
    return Error{"its exponent " + text(exponent.shape) +
                 " does not fit its input; export it with one exponent for all elements"};
  }
  VOUCH_ASSIGN(const Dimensions shape, broadcast(x.shape, exponent.shape));
  if (shape != x.shape) {
    return Error{"its exponent " + text(exponent.shape) +
                 " does not fit its input; export it with one exponent for all elements"};
  }
  if (is_whole(x.type) && (reals[0] < 1 || reals[0] != std::floor(reals[0]))) {
    return Error{"its power of " + type_name(x.type) +
                 " is no whole number; have the model cast it to float before"};
  }
  if (reals[0] == 1.0F) {
    return Values{x};
  }
  VOUCH_ASSIGN(Value out, reals[0] == 2.0F ? multiply(node.builder(), x, x)
                                           : unary(node.builder(), x, Unary::kPower, reals[0]));
  return Values{node.builder().computed_like(std::move(out), x)};
}

struct Function {
  const char* type;
  Unary function;
  const char* a = nullptr;  // attributes, and what they are where the file is silent
  float a_otherwise = 0;
  const char* b = nullptr;
  float b_otherwise = 0;
};

constexpr Function kFunctions[] = {
    {"Relu", Unary::kRelu},
    {"LeakyRelu", Unary::kLeakyRelu, "alpha", 0.01F},
    {"Elu", Unary::kElu, "alpha", 1.0F},
    {"Selu", Unary::kSelu, "alpha", 1.6732632F, "gamma", 1.050701F},
    {"Celu", Unary::kCelu, "alpha", 1.0F},
    {"ThresholdedRelu", Unary::kThresholdedRelu, "alpha", 1.0F},
    {"Sigmoid", Unary::kSigmoid},
    {"HardSigmoid", Unary::kHardSigmoid, "alpha", 0.2F, "beta", 0.5F},
    {"Tanh", Unary::kTanh},
    {"HardSwish", Unary::kHardSwish},
    {"Swish", Unary::kSilu, "alpha", 1.0F},
    {"Softplus", Unary::kSoftplus},
    {"Softsign", Unary::kSoftsign},
    {"Mish", Unary::kMish},
    {"Exp", Unary::kExp},
    {"Log", Unary::kLog},
    {"Sqrt", Unary::kSqrt},
    {"Reciprocal", Unary::kReciprocal},
    {"Abs", Unary::kAbs},
    {"Neg", Unary::kNegative},
    {"Erf", Unary::kErf},
    {"Sin", Unary::kSin},
    {"Cos", Unary::kCos},
    {"Tan", Unary::kTan},
    {"Asin", Unary::kAsin},
    {"Acos", Unary::kAcos},
    {"Atan", Unary::kAtan},
    {"Sinh", Unary::kSinh},
    {"Cosh", Unary::kCosh},
    {"Asinh", Unary::kAsinh},
    {"Acosh", Unary::kAcosh},
    {"Atanh", Unary::kAtanh},
    {"Floor", Unary::kFloor},
    {"Ceil", Unary::kCeil},
    {"Round", Unary::kRound},
    {"Sign", Unary::kSign},
    {"Shrink", Unary::kShrink, "lambd", 0.5F, "bias", 0.0F},
};

// Of whole numbers.
bool gives_whole_numbers(Unary function) {
  return function == Unary::kRelu || function == Unary::kAbs || function == Unary::kNegative ||
         function == Unary::kSign;
}

Result<Values> read_function(Node& node) {
  const Function* function = kFunctions;
  while (node.type() != function->type) {
    ++function;
  }
  VOUCH_ASSIGN(const Values in, operands(node, 1, 1));
  if (!in[0].is_constant() && !gives_whole_numbers(function->function)) {
    VOUCH_TRY(node.real(0));
  }
  float a = 0;
  float b = 0;
  if (function->a != nullptr) {
    VOUCH_ASSIGN(a, node.attribute(function->a, function->a_otherwise));
  }
  if (function->b != nullptr) {
    VOUCH_ASSIGN(b, node.attribute(function->b, function->b_otherwise));
  }
  VOUCH_ASSIGN(Value out, unary(node.builder(), in[0], function->function, a, b));
  return Values{node.builder().computed_like(std::move(out), in[0])};
}

Result<Values> read_gelu(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const std::string approximation, node.attribute("approximate", "none"));
  const bool tanh = approximation == "tanh";
  if (!tanh && approximation != "none") {
    return Error{"its approximation '" + file_text(approximation) +
                 "' is neither 'none' nor 'tanh'"};
  }
  VOUCH_ASSIGN(Value out, unary(node.builder(), x, tanh ? Unary::kGeluTanh : Unary::kGelu));
  return Values{std::move(out)};
}

Result<Values> read_clip(Node& node) {
  VOUCH_ASSIGN(const Value x, node.numbers(0));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  float least = -kInfinity;
  float most = kInfinity;
  if (node.opset() < 11) {
    VOUCH_ASSIGN(least, node.attribute("min", -kInfinity));
    VOUCH_ASSIGN(most, node.attribute("max", kInfinity));
  } else {
    if (node.has(1)) {
      VOUCH_ASSIGN(least, node.number(1, "minimum"));
    }
    if (node.has(2)) {
      VOUCH_ASSIGN(most, node.number(2, "maximum"));
    }
  }
  if (least == -kInfinity && most == kInfinity) {
    return Values{x};
  }
  VOUCH_ASSIGN(Value out, unary(node.builder(), x, Unary::kClip, least, most));
  return Values{node.builder().computed_like(std::move(out), x)};
}

Result<Values> read_prelu(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(Value slopes, node.constant(1, "slopes"));
  if (node.opset() < 7 && slopes.shape.size() == 1 && x.shape.size() > 1) {
    Dimensions shape(x.shape.size() - 1, 1);
    shape[0] = slopes.shape[0];
    VOUCH_ASSIGN(slopes, node.builder().reshaped(slopes, std::move(shape)));
  }
  Layer layer;
  layer.kind = LayerKind::kPRelu;
  VOUCH_ASSIGN(Value out, node.builder().layer(std::move(layer), {x, slopes}));
  return Values{std::move(out)};
}

}  // namespace

Result<Value> add(Builder& builder, const Values& inputs, std::vector<float> coefficients) {
  Layer layer;
  layer.kind = LayerKind::kAdd;
  layer.coefficients = std::move(coefficients);
  return builder.layer(std::move(layer), inputs);
}

Result<Value> multiply(Builder& builder, const Value& a, const Value& b) {
  return combined(builder, arithmetic_of("Mul"), a, b);
}

Result<Value> unary(Builder& builder, const Value& x, Unary function, float a, float b) {
  Layer layer;
  layer.kind = LayerKind::kUnary;
  layer.function = function;
  layer.a = a;
  layer.b = b;
  return builder.layer(std::move(layer), {x}, {}, x.is_constant() ? x.type : OnnxType::kFloat);
}

void add_arithmetic(OperatorTable& table) {
  for (const char* type : {"Add", "Sub"}) {
    table[type] = {read_two, {Becomes::kSum, "axis broadcast", ""}};
  }
  table["Mul"] = {read_two,
                  {Becomes::kProduct, "axis broadcast", "by a constant it is a convolution"}};
  table["Div"] = {read_two,
                  {Becomes::kSeveral, "axis broadcast",
                   "a table of the reciprocal and a product; by a constant a convolution"}};
  for (const char* type : {"Sum", "Mean"}) {
    table[type] = {read_many, {Becomes::kSum, "", ""}};
  }
  for (const char* type : {"Max", "Min"}) {
    table[type] = {read_many, {Becomes::kMaximum, "", ""}};
  }
  for (const Function& function : kFunctions) {
    std::string attributes = function.a == nullptr ? "" : function.a;
    attributes += function.b == nullptr ? "" : std::string(" ") + function.b;
    table[function.type] = {read_function, {Becomes::kTable, attributes, ""}};
  }
  table["Pow"] = {read_pow, {Becomes::kTable, "axis broadcast", "one constant exponent"}};
  table["Gelu"] = {read_gelu, {Becomes::kTable, "approximate", ""}};
  table["Clip"] = {read_clip,
                   {Becomes::kTable, "max min",
                    "bounds are constants; costs nothing behind what computes its argument"}};
  table["PRelu"] = {read_prelu, {Becomes::kMaximum, "", "slopes are constants"}};
}

}  // namespace vouch::onnx
