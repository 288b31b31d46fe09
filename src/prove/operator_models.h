// Small ONNX models of operators that the ONNX project's tests have not, or not alone: for tests.
#pragma once

#include "model/onnx/model_maker.h"

namespace vouch::onnx {

/// Every function of one number, an output each. x [1, 5] within ±0.9.
inline ModelMaker functions_model() {
  ModelMaker m;
  m.input("x", {1, 5});
  m.reals("two", {}, {2});
  m.node("Add", {"x", "two"}, {"above"});
  for (const char* type :
       {"Sin",    "Cos",   "Tan",   "Asin",     "Acos", "Atan", "Sinh", "Cosh",
        "Asinh",  "Atanh", "Acosh", "Erf",      "Sign", "Celu", "Selu", "ThresholdedRelu",
        "Shrink", "Swish", "Gelu",  "Softsign", "Tanh", "Elu",  "Mish", "Softplus"}) {
    const bool above_one = std::string(type) == "Acosh";
    m.node(type, {above_one ? "above" : "x"}, {type});
    m.output(type);
  }
  return m;
}

/// Sums of functions over an axis, and what ranks. x [1, 2, 3] above 0.
inline ModelMaker reductions_model() {
  ModelMaker m;
  m.input("x", {1, 2, 3});
  for (const char* type :
       {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"}) {
    set(m.node(type, {"x"}, {type}), "axes", std::vector<int64_t>{2});
    m.output(type);
  }
  set(m.node("ArgMin", {"x"}, {"ArgMin"}), "axis", int64_t{2});
  m.output("ArgMin");
  return m;
}

/// What graphs compute of shapes and constants. x [1, 2, 3].
inline ModelMaker constants_model() {
  ModelMaker m;
  m.input("x", {1, 2, 3});
  m.reals("a", {3}, {1, 2, 3});
  m.reals("b", {3}, {3, 2, 1});
  m.whole("zero", {}, {0});
  m.whole("one", {}, {1});
  for (const char* type : {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"}) {
    m.node(type, {"a", "b"}, {type});
  }
  m.node("And", {"Less", "LessOrEqual"}, {"And"});
  m.node("Or", {"Equal", "Greater"}, {"Or"});
  m.node("Not", {"GreaterOrEqual"}, {"Not"});
  m.node("And", {"And", "Not"}, {"first"});
  m.node("Or", {"first", "Or"}, {"any"});
  m.node("Where", {"any", "a", "b"}, {"chosen"});
  m.node("Size", {"x"}, {"count"});
  m.node("Range", {"zero", "count", "one"}, {"range"});
  m.node("CastLike", {"range", "x"}, {"numbers"});
  m.node("Shape", {"x"}, {"shape"});
  m.node("Reshape", {"numbers", "shape"}, {"factors"});
  m.node("ConstantOfShape", {"shape"}, {"zeros"});
  m.node("Add", {"x", "chosen"}, {"sum"});
  m.node("Mul", {"sum", "factors"}, {"product"});
  m.node("Add", {"product", "zeros"}, {"same"});
  m.node("Dropout", {"same"}, {"y"});
  m.output("y");
  return m;
}

/// x [1, 1, 2, 2].
inline ModelMaker upsample_model() {
  ModelMaker m(9);
  m.input("x", {1, 1, 2, 2});
  m.reals("scales", {4}, {1, 1, 2, 2});
  m.node("Upsample", {"x", "scales"}, {"y"});
  m.output("y");
  return m;
}

/// ONNX Runtime's operators of codes. x [1, 2, 2, 2], uint8 of scale 1/32 about 128.
inline ModelMaker quantised_operators_model() {
  ModelMaker m;
  m.input("x", {1, 2, 2, 2}, 2);
  m.reals("s", {}, {1.0F / 32});
  m.whole("z", {}, {128}, 2);
  m.reals("t", {}, {1.0F / 256});
  m.whole("u", {}, {0}, 2);
  m.whole("w", {4, 3}, {1, -2, 3, 4, 5, -6, 7, 8, 9, -10, 11, 12}, 3);
  m.whole("wz", {}, {0}, 3);
  m.whole("b", {3}, {10, -20, 30}, 6);
  const auto own = [&](const char* type, const ModelMaker::Names& in, const char* out) -> auto& {
    NodeProto& node = m.node(type, in, {out});
    node.set_domain("com.microsoft");
    return node;
  };
  own("QLinearAdd", {"x", "s", "z", "x", "s", "z", "s", "z"}, "sum");
  own("QLinearMul", {"sum", "s", "z", "x", "s", "z", "s", "z"}, "product");
  own("QLinearLeakyRelu", {"product", "s", "z", "s", "z"}, "leaky");
  own("QLinearSigmoid", {"leaky", "s", "z", "t", "u"}, "soft");
  set(own("QLinearConcat", {"s", "z", "soft", "t", "u", "product", "s", "z"}, "joined"), "axis",
      int64_t{1});
  set(own("QLinearAveragePool", {"joined", "s", "z", "s", "z"}, "pooled"), "kernel_shape",
      std::vector<int64_t>{2, 1});
  own("QLinearGlobalAveragePool", {"pooled", "s", "z", "s", "z"}, "means");
  m.node("Flatten", {"means"}, {"flat"});
  own("QGemm", {"flat", "s", "z", "w", "t", "wz", "b", "s", "z"}, "codes");
  m.node("DequantizeLinear", {"codes", "s", "z"}, {"y"});
  m.output("y");
  return m;
}

}  // namespace vouch::onnx
