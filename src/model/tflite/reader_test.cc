#include "model/tflite/reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/tflite/model_maker.h"
#include "network/float_executor.h"
#include "network/validate.h"

namespace vouch::tflite {
namespace {

using Reals = std::vector<float>;
using Shape = ModelMaker::Shape;

Network read(const ModelMaker& maker) {
  Result<Network> network = read_tflite(maker.bytes());
  if (!network.ok()) {
    ADD_FAILURE() << network.error().message;
    return {};
  }
  EXPECT_TRUE(validate(network.value()).ok());
  return std::move(network).value();
}

std::vector<Reals> run(const Network& network, const Reals& x) {
  const Result<FloatExecutor> executor = FloatExecutor::prepare(network);
  if (!executor.ok()) {
    ADD_FAILURE() << executor.error().message;
    return {{}};
  }
  const std::vector<Reals> inputs = {x};
  const auto outputs = executor.value().run(inputs);
  if (!outputs.ok()) {
    ADD_FAILURE() << outputs.error().message;
    return {{}};
  }
  return outputs.value();
}

// One operator between x, a float of this shape and values, and y.
class OneOperator {
 public:
  OneOperator(const Shape& shape, Reals values)
      : x_(m.real("x", shape)), values_(std::move(values)) {
    m.inputs = {x_};
  }

  /// Its inputs are x and `more`.
  template <class Table, class Make>
  void op(BuiltinOperator type, const std::vector<int32_t>& more, const Shape& to, Make make) {
    m.outputs = {m.real("y", to)};
    std::vector<int32_t> from = {x_};
    from.insert(from.end(), more.begin(), more.end());
    m.op<Table>(type, from, m.outputs, make);
  }
  void op(BuiltinOperator type, const std::vector<int32_t>& more, const Shape& to) {
    m.outputs = {m.real("y", to)};
    std::vector<int32_t> from = {x_};
    from.insert(from.end(), more.begin(), more.end());
    m.op(type, from, m.outputs);
  }
  void expect(const Reals& y) const {
    const Reals got = run(read(m), values_)[0];
    ASSERT_EQ(got.size(), y.size());
    for (size_t i = 0; i < y.size(); ++i) {
      EXPECT_NEAR(got[i], y[i], 1e-5F * (1 + std::abs(y[i]))) << i;
    }
  }

  ModelMaker m;

 private:
  int32_t x_;
  Reals values_;
};

TEST(ReadTflite, Classifier) {
  const Network network = read(small_float_classifier());
  std::vector<LayerKind> kinds;
  for (const Layer& layer : network.layers) {
    kinds.push_back(layer.kind);
  }
  ASSERT_EQ(kinds,
            (std::vector<LayerKind>{LayerKind::kConvolution, LayerKind::kUnary, LayerKind::kMaxPool,
                                    LayerKind::kReshape, LayerKind::kMatMul, LayerKind::kSoftmax}));
  EXPECT_EQ(network.layers[0].type_name, "CONV_2D");
  EXPECT_EQ(network.layers[0].name, "c");
  EXPECT_EQ(network.source, "TensorFlow Lite, schema 3, 5 operators");
  Network logits = network;
  logits.outputs = {network.layers.back().inputs[0]};
  EXPECT_EQ(run(logits, Reals(16, 1.0F))[0], (Reals{22, 1, 2}));
}

TEST(ReadTflite, LayersReadAndWriteCodes) {
  const Network network = read(small_quantised_convolutions());
  ASSERT_EQ(network.layers.size(), 3U);  // the codes of d reach beyond 6
  ASSERT_EQ(network.notes.size(), 1U);
  EXPECT_NE(network.notes[0].find("'x' first"), std::string::npos);
  EXPECT_EQ(network.tensors[network.inputs[0]].codes, (CodeScale{0.5F, 127, true}));
  const Layer& depthwise = network.layers[0];
  EXPECT_EQ(network.layers[1].function, Unary::kClip);
  EXPECT_EQ(network.tensors[network.layers[1].output].codes, (CodeScale{0.5F, 0, true}));
  const NetworkTensor& weights = network.tensors[depthwise.inputs[1]];
  EXPECT_EQ(weights.shape, (Dimensions{2, 1, 1, 1}));
  EXPECT_EQ(network.constants[*weights.constant].scales, (Reals{0.25F, 0.5F}));
  EXPECT_EQ(network.constants[*weights.constant].axis, 0U);
  const Constant& bias = network.constants[*network.tensors[depthwise.inputs[2]].constant];
  EXPECT_EQ(bias.integers, (std::vector<int32_t>{8, 16}));
  EXPECT_EQ(bias.scales, (Reals{0.125F, 0.25F}));
  EXPECT_EQ(run(network, {1, 2, -1, 4})[0], (Reals{6, 3, 12, 5}));
}

TEST(ReadTflite, ActivationsThatCutOffNoCodeAreLeftOut) {
  ModelMaker m = small_quantised_convolutions();
  for (auto& tensor : m.tensors) {
    if (tensor.name == "d") tensor.scales = {6.0F / 255};
  }
  EXPECT_EQ(read(m).layers.size(), 2U);
}

TEST(ReadTflite, Uint8WeightsOfAZeroPoint) {
  ModelMaker m;
  const auto x = m.codes("x", {1, 2}, 1.0F, 128, TensorType::UINT8);
  const auto w = m.constant<uint8_t>("w", TensorType::UINT8, {1, 2}, {3, 250}, {0.5F}, {100});
  const auto b = m.constant<int32_t>("b", TensorType::INT32, {1}, {7}, {0.5F}, {0});
  const auto y = m.codes("y", {1, 1}, 0.5F, 10, TensorType::UINT8);
  m.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED, {x, w, b}, {y},
                              [](auto& f) { return CreateFullyConnectedOptions(f); });
  m.inputs = {x};
  m.outputs = {y};
  EXPECT_EQ(run(read(m), {1, 1})[0], (Reals{30}));  // 0.5·(−97 + 150 + 7)
}

TEST(ReadTflite, DilatedDepthwise) {
  OneOperator t({1, 1, 5, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const auto w = t.m.reals("w", {1, 1, 2, 2}, {1, 10, 100, 1000});
  t.op<DepthwiseConv2DOptions>(BuiltinOperator::DEPTHWISE_CONV_2D, {w}, {1, 1, 2, 2}, [](auto& f) {
    return CreateDepthwiseConv2DOptions(f, Padding::VALID, 1, 1, 1, Activation::NONE, 3, 1);
  });
  t.expect({701, 8020, 903, 10040});
}

TEST(ReadTflite, GroupedConvolution) {
  OneOperator t({1, 1, 1, 4}, {1, 2, 3, 4});
  const auto w = t.m.reals("w", {2, 1, 1, 2}, {1, 10, 100, 1000});
  t.op<Conv2DOptions>(BuiltinOperator::CONV_2D, {w}, {1, 1, 1, 2},
                      [](auto& f) { return CreateConv2DOptions(f, Padding::SAME, 1, 1); });
  t.expect({21, 4300});
}

TEST(ReadTflite, TransposedConvolution) {
  for (const bool same : {true, false}) {
    ModelMaker m;
    const auto x = m.real("x", {1, 1, 2, 1});
    const int32_t columns = same ? 4 : 5;
    const auto y = m.real("y", {1, 1, columns, 1});
    const auto w = m.reals("w", {1, 1, 3, 1}, {1, 10, 100});
    m.op<TransposeConvOptions>(BuiltinOperator::TRANSPOSE_CONV,
                               {m.whole("shape", {1, 1, columns, 1}), w, x}, {y}, [&](auto& f) {
                                 return CreateTransposeConvOptions(
                                     f, same ? Padding::SAME : Padding::VALID, 2, 1);
                               });
    m.inputs = {x};
    m.outputs = {y};
    EXPECT_EQ(run(read(m), {1, 2})[0],
              same ? (Reals{1, 10, 102, 20}) : (Reals{1, 10, 102, 20, 200}));
  }
}

TEST(ReadTflite, AveragesLeavePadsOut) {
  OneOperator t({1, 1, 3, 1}, {3, 5, 10});
  t.op<Pool2DOptions>(BuiltinOperator::AVERAGE_POOL_2D, {}, {1, 1, 3, 1}, [](auto& f) {
    return CreatePool2DOptions(f, Padding::SAME, 1, 1, 3, 1, Activation::RELU6);
  });
  t.expect({4, 6, 6});
}

TEST(ReadTflite, FullyConnectedInputs) {
  for (const bool keeps : {false, true}) {
    OneOperator t({2, 1, 2}, {1, 2, 3, 4});
    const auto w = t.m.reals("w", {1, 2}, {1, 10});
    t.op<FullyConnectedOptions>(
        BuiltinOperator::FULLY_CONNECTED, {w, -1}, keeps ? Shape{2, 1, 1} : Shape{2, 1},
        [&](auto& f) { return CreateFullyConnectedOptions(f, Activation::NONE, 0, keeps); });
    t.expect({21, 43});
  }
}

TEST(ReadTflite, WeightsAloneAreQuantised) {
  OneOperator t({1, 2}, {1, 2});
  const auto w = t.m.constant<int8_t>("w", TensorType::INT8, {1, 2}, {1, 3}, {0.5F}, {0});
  t.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED, {w, t.m.reals("b", {1}, {10})},
                              {1, 1}, [](auto& f) { return CreateFullyConnectedOptions(f); });
  t.expect({13.5F});
}

TEST(ReadTflite, WeightsOfHalfPrecision) {
  OneOperator t({1, 2}, {1, 2});
  const auto half =
      t.m.constant<uint16_t>("half", TensorType::FLOAT16, {1, 2}, {0x3C00, 0xC100});  // 1, −2.5
  const auto w = t.m.real("w", {1, 2});
  t.m.op(BuiltinOperator::DEQUANTIZE, {half}, {w});
  t.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED, {w}, {1, 1},
                              [](auto& f) { return CreateFullyConnectedOptions(f); });
  t.expect({-4});
}

struct Function {
  BuiltinOperator type;
  Reals y;  // of −2, 0.5, 8
};

TEST(ReadTflite, Functions) {
  const Function all[] = {
      {BuiltinOperator::RELU, {0, 0.5F, 8}},
      {BuiltinOperator::RELU6, {0, 0.5F, 6}},
      {BuiltinOperator::RELU_N1_TO_1, {-1, 0.5F, 1}},
      {BuiltinOperator::RELU_0_TO_1, {0, 0.5F, 1}},
      {BuiltinOperator::LOGISTIC, {0.1192029F, 0.6224593F, 0.9996647F}},
      {BuiltinOperator::TANH, {-0.9640276F, 0.4621172F, 0.9999998F}},
      {BuiltinOperator::HARD_SWISH, {-0.3333333F, 0.2916667F, 8}},
      {BuiltinOperator::ELU, {-0.8646647F, 0.5F, 8}},
      {BuiltinOperator::GELU, {-0.0455003F, 0.3457312F, 8}},
      {BuiltinOperator::EXP, {0.1353353F, 1.6487213F, 2980.958F}},
      {BuiltinOperator::ABS, {2, 0.5F, 8}},
      {BuiltinOperator::NEG, {2, -0.5F, -8}},
      {BuiltinOperator::SQUARE, {4, 0.25F, 64}},
      {BuiltinOperator::ROUND, {-2, 0, 8}},
      {BuiltinOperator::FLOOR, {-2, 0, 8}},
      {BuiltinOperator::CEIL, {-2, 1, 8}},
      {BuiltinOperator::SIGN, {-1, 1, 1}},
      {BuiltinOperator::LEAKY_RELU, {0, 0.5F, 8}},
  };
  for (const Function& each : all) {
    SCOPED_TRACE(EnumNameBuiltinOperator(each.type));
    OneOperator t({3}, {-2, 0.5F, 8});
    t.op(each.type, {}, {3});
    t.expect(each.y);
  }
  for (const bool root : {true, false}) {
    OneOperator t({2}, {0.25F, 16});
    t.op(root ? BuiltinOperator::SQRT : BuiltinOperator::RSQRT, {}, {2});
    t.expect(root ? Reals{0.5F, 4} : Reals{2, 0.25F});
  }
  OneOperator t({2}, {-2, 3});
  t.op<LeakyReluOptions>(BuiltinOperator::LEAKY_RELU, {}, {2},
                         [](auto& f) { return CreateLeakyReluOptions(f, 0.25F); });
  t.expect({-0.5F, 3});
}

TEST(ReadTflite, TwoInputs) {
  struct Two {
    BuiltinOperator type;
    Reals y;  // of [−2, 3] and [4, 0.5]
  };
  const Two all[] = {
      {BuiltinOperator::ADD, {2, 3.5F}},  {BuiltinOperator::SUB, {-6, 2.5F}},
      {BuiltinOperator::MUL, {-8, 1.5F}}, {BuiltinOperator::DIV, {-0.5F, 6}},
      {BuiltinOperator::MAXIMUM, {4, 3}}, {BuiltinOperator::MINIMUM, {-2, 0.5F}},
      {BuiltinOperator::PRELU, {-8, 3}},  {BuiltinOperator::SQUARED_DIFFERENCE, {36, 6.25F}},
  };
  for (const Two& each : all) {
    SCOPED_TRACE(EnumNameBuiltinOperator(each.type));
    OneOperator t({1, 2}, {-2, 3});
    t.op(each.type, {t.m.reals("c", {2}, {4, 0.5F})}, {1, 2});
    t.expect(each.y);
  }
  OneOperator t({2}, {-2, 3});
  t.op<SubOptions>(BuiltinOperator::SUB, {t.m.reals("c", {2}, {4, 0.5F})}, {2},
                   [](auto& f) { return CreateSubOptions(f, Activation::RELU); });
  t.expect({0, 2.5F});
}

TEST(ReadTflite, Reductions) {
  struct Reduction {
    BuiltinOperator type;
    Reals y;  // of [1 2 3; 4 5 9] over rows
  };
  const Reduction all[] = {{BuiltinOperator::MEAN, {2, 6}},
                           {BuiltinOperator::SUM, {6, 18}},
                           {BuiltinOperator::REDUCE_MAX, {3, 9}},
                           {BuiltinOperator::REDUCE_MIN, {1, 4}}};
  for (const Reduction& each : all) {
    for (const Shape& to : {Shape{2}, Shape{2, 1}}) {
      OneOperator t({2, 3}, {1, 2, 3, 4, 5, 9});
      t.op<ReducerOptions>(each.type, {t.m.whole("axes", {-1, 1})}, to,
                           [&](auto& f) { return CreateReducerOptions(f, to.size() == 2); });
      t.expect(each.y);
    }
  }
}

TEST(ReadTflite, ArgMaxIsWholeNumbers) {
  ModelMaker m;
  const auto x = m.codes("x", {1, 3}, 1.0F, 0);
  const auto y = m.tensor({"y", TensorType::INT64, {1}, {}, {}, {}});
  m.op(BuiltinOperator::ARG_MAX, {x, m.whole("axis", {1})}, {y});
  m.inputs = {x};
  m.outputs = {y};
  EXPECT_EQ(run(read(m), {3, 7, 7})[0], (Reals{1}));
}

TEST(ReadTflite, SoftmaxOfABeta) {
  OneOperator t({1, 2}, {0, 1});
  t.op<SoftmaxOptions>(BuiltinOperator::SOFTMAX, {}, {1, 2},
                       [](auto& f) { return CreateSoftmaxOptions(f, 2.0F); });
  t.expect({0.1192029F, 0.8807971F});
}

TEST(ReadTflite, Moves) {
  {
    OneOperator t({2, 3}, {1, 2, 3, 4, 5, 6});
    t.op(BuiltinOperator::TRANSPOSE, {t.m.whole("axes", {1, 0})}, {3, 2});
    t.expect({1, 4, 2, 5, 3, 6});
  }
  for (const BuiltinOperator type :
       {BuiltinOperator::SQUEEZE, BuiltinOperator::RESHAPE, BuiltinOperator::EXPAND_DIMS}) {
    OneOperator t({1, 2}, {1, 2});
    t.op(type, {}, type == BuiltinOperator::EXPAND_DIMS ? Shape{1, 1, 2} : Shape{2});
    t.expect({1, 2});
  }
  {
    OneOperator t({1, 2}, {1, 2});
    t.op<ConcatenationOptions>(BuiltinOperator::CONCATENATION, {t.m.reals("c", {1, 1}, {9}), 0},
                               {1, 5}, [](auto& f) { return CreateConcatenationOptions(f, -1); });
    t.expect({1, 2, 9, 1, 2});
  }
  {
    OneOperator t({2, 3}, {1, 2, 3, 4, 5, 6});
    t.op(BuiltinOperator::SLICE, {t.m.whole("begin", {1, 1}), t.m.whole("size", {1, -1})}, {1, 2});
    t.expect({5, 6});
  }
  {
    OneOperator t({3}, {1, 2, 3});
    t.op(BuiltinOperator::GATHER, {t.m.whole("at", {2, 0, 2})}, {3});
    t.expect({3, 1, 3});
  }
  {
    OneOperator t({2, 3}, {1, 2, 3, 4, 5, 6});
    const auto at = t.m.constant<int32_t>("at", TensorType::INT32, {}, {2});
    t.op<GatherOptions>(BuiltinOperator::GATHER, {at}, {2},
                        [](auto& f) { return CreateGatherOptions(f, 1); });
    t.expect({3, 6});
  }
  {
    OneOperator t({1, 2}, {1, 2});
    t.op(BuiltinOperator::BROADCAST_TO, {t.m.whole("to", {2, 2})}, {2, 2});
    t.expect({1, 2, 1, 2});
  }
  {
    OneOperator t({1, 1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8});
    t.op<DepthToSpaceOptions>(BuiltinOperator::DEPTH_TO_SPACE, {}, {1, 2, 4, 1},
                              [](auto& f) { return CreateDepthToSpaceOptions(f, 2); });
    t.expect({1, 2, 5, 6, 3, 4, 7, 8});
  }
  {
    OneOperator t({1, 2, 4, 1}, {1, 2, 5, 6, 3, 4, 7, 8});
    t.op<SpaceToDepthOptions>(BuiltinOperator::SPACE_TO_DEPTH, {}, {1, 1, 2, 4},
                              [](auto& f) { return CreateSpaceToDepthOptions(f, 2); });
    t.expect({1, 2, 3, 4, 5, 6, 7, 8});
  }
}

TEST(ReadTflite, Pads) {
  OneOperator zero({2}, {1, 2});
  zero.op(BuiltinOperator::PAD, {zero.m.whole("pads", {1, 2})}, {5});
  zero.expect({0, 1, 2, 0, 0});
  OneOperator nine({2}, {1, 2});
  nine.op(BuiltinOperator::PADV2,
          {nine.m.whole("pads", {1, 0}),
           nine.m.constant<int8_t>("c", TensorType::INT8, {}, {8}, {0.5F}, {-10})},
          {3});
  nine.expect({9, 1, 2});
  OneOperator mirror({3}, {1, 2, 3});
  mirror.op(BuiltinOperator::MIRROR_PAD, {mirror.m.whole("pads", {2, 0})}, {5});
  mirror.expect({3, 2, 1, 2, 3});
}

TEST(ReadTflite, StridedSlices) {
  struct Cut {
    int32_t begin[2];
    int32_t end[2];
    int32_t steps[2];
    int begin_mask;
    int end_mask;
    int shrink_mask;
    Shape shape;
    Reals y;
  };
  const Cut all[] = {
      {{0, 1}, {2, 3}, {1, 1}, 0, 0, 0, {2, 2}, {2, 3, 5, 6}},
      {{1, -1}, {2, -4}, {1, -2}, 0, 0, 0, {1, 2}, {6, 4}},
      {{1, 2}, {0, 0}, {1, -1}, 0, 3, 0, {1, 3}, {6, 5, 4}},
      {{-1, 0}, {0, 2}, {1, 1}, 0, 0, 1, {2}, {4, 5}},
      {{1, 1}, {9, 9}, {1, 1}, 2, 0, 0, {1, 3}, {4, 5, 6}},
  };
  for (const Cut& cut : all) {
    OneOperator t({2, 3}, {1, 2, 3, 4, 5, 6});
    const auto list = [&](const int32_t(&v)[2]) { return t.m.whole("list", {v[0], v[1]}); };
    t.op<StridedSliceOptions>(
        BuiltinOperator::STRIDED_SLICE, {list(cut.begin), list(cut.end), list(cut.steps)},
        cut.shape, [&](auto& f) {
          return CreateStridedSliceOptions(f, cut.begin_mask, cut.end_mask, 0, 0, cut.shrink_mask);
        });
    t.expect(cut.y);
  }
}

TEST(ReadTflite, Splits) {
  for (const bool sizes : {false, true}) {
    ModelMaker m;
    const auto x = m.codes("x", {1, 4}, 1.0F, 0);
    const auto axis = m.whole("axis", {-1});
    const auto a = m.codes("a", {1, sizes ? 3 : 2}, 1.0F, 0);
    const auto b = m.codes("b", {1, sizes ? 1 : 2}, 1.0F, 0);
    if (sizes) {
      m.op(BuiltinOperator::SPLIT_V, {x, m.whole("sizes", {-1, 1}), axis}, {a, b});
    } else {
      m.op(BuiltinOperator::SPLIT, {axis, x}, {a, b});
    }
    m.inputs = {x};
    m.outputs = {b, a};
    const std::vector<Reals> got = run(read(m), {1, 2, 3, 4});
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0], sizes ? (Reals{4}) : (Reals{3, 4}));
    EXPECT_EQ(got[1], sizes ? (Reals{1, 2, 3}) : (Reals{1, 2}));
  }
}

TEST(ReadTflite, Resizes) {
  struct Resize {
    bool corners;
    bool centres;
    Reals nearest;   // of [0 4 8] to 2
    Reals bilinear;  // of [0 4 8] to 5
  };
  const Resize all[] = {
      {false, false, {0, 4}, {0, 2.4F, 4.8F, 7.2F, 8}},
      {false, true, {0, 8}, {0, 1.6F, 4, 6.4F, 8}},
      {true, false, {0, 8}, {0, 2, 4, 6, 8}},
  };
  for (const Resize& each : all) {
    OneOperator nearest({1, 1, 3, 1}, {0, 4, 8});
    nearest.op<ResizeNearestNeighborOptions>(
        BuiltinOperator::RESIZE_NEAREST_NEIGHBOR, {nearest.m.whole("size", {1, 2})}, {1, 1, 2, 1},
        [&](auto& f) { return CreateResizeNearestNeighborOptions(f, each.corners, each.centres); });
    nearest.expect(each.nearest);
    OneOperator bilinear({1, 1, 3, 1}, {0, 4, 8});
    bilinear.op<ResizeBilinearOptions>(
        BuiltinOperator::RESIZE_BILINEAR, {bilinear.m.whole("size", {1, 5})}, {1, 1, 5, 1},
        [&](auto& f) { return CreateResizeBilinearOptions(f, each.corners, each.centres); });
    bilinear.expect(each.bilinear);
  }
}

TEST(ReadTflite, WorkOnShapesIsNotLookedAt) {
  OneOperator t({2, 2}, {1, 2, 3, 4});
  const auto shape = t.m.tensor({"shape", TensorType::INT32, {2}, {}, {}, {}});
  const auto packed = t.m.tensor({"packed", TensorType::INT32, {1}, {}, {}, {}});
  t.m.op(BuiltinOperator::SHAPE, {0}, {shape});
  t.m.op(BuiltinOperator::PACK, {shape}, {packed});
  t.op(BuiltinOperator::RESHAPE, {packed}, {4});
  t.expect({1, 2, 3, 4});
}

// Flipped and cut bytes: an error or a network that validates, never a crash.
TEST(ReadTflite, SurvivesDamage) {
  int read = 0;
  uint32_t random = 1;
  const auto draw = [&](size_t n) {
    random = random * 1664525 + 1013904223;
    return (random >> 8U) % n;
  };
  for (const Bytes& file :
       {small_float_classifier().bytes(), small_quantised_convolutions().bytes()}) {
    for (int i = 0; i < 3000; ++i) {
      Bytes bad = file;
      for (size_t n = 1 + draw(4); n > 0; --n) {
        bad[draw(bad.size())] = static_cast<uint8_t>(draw(3) == 0 ? 0xFF : draw(256));
      }
      if (draw(10) == 0) {
        bad.resize(draw(bad.size()));
      }
      const Result<Network> network = read_tflite(bad);
      if (network.ok()) {
        EXPECT_TRUE(validate(network.value()).ok());
        ++read;
      }
    }
  }
  EXPECT_GT(read, 0);  // a changed weight is no error
}

}  // namespace
}  // namespace vouch::tflite
