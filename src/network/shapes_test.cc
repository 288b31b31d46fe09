#include "network/shapes.h"

#include <array>
#include <cmath>
#include <limits>

#include "network/network_checks.h"

namespace vouch {
namespace {

// A layer with inputs of these extents, those from `constants` on constant.
struct ShapeCase {
  Layer layer;
  std::vector<Dimensions> inputs;
  size_t constants = 99;
  Dimensions declared;

  [[nodiscard]] std::string told() const {
    NetworkBuilder builder;
    Layer made = layer;
    for (size_t i = 0; i < inputs.size(); ++i) {
      made.inputs.push_back(i >= constants ? builder.constant(inputs[i], Constant{})
                                           : builder.input(inputs[i]));
    }
    made.output = builder.tensor(declared);
    const Result<Dimensions> extents = output_extents(builder.network, made);
    return extents.ok() ? text(extents.value()) : extents.error().message;
  }
};

Layer of_kind(LayerKind kind) {
  Layer layer;
  layer.kind = kind;
  return layer;
}

Layer window_layer(LayerKind kind, uint32_t kernel, uint32_t stride, int32_t begin, int32_t end) {
  Layer layer = of_kind(kind);
  layer.window.kernel_rows = layer.window.kernel_columns = kernel;
  layer.window.stride_rows = layer.window.stride_columns = stride;
  layer.window.pad_top = layer.window.pad_left = begin;
  layer.window.pad_bottom = layer.window.pad_right = end;
  return layer;
}

TEST(Shapes, OfConvolutions) {
  ShapeCase c{
      window_layer(LayerKind::kConvolution, 3, 2, 0, 1), {{1, 4, 224, 112}, {8, 4, 3, 3}}, 1, {}};
  EXPECT_EQ(c.told(), "[1, 8, 112, 56]");
  c.layer.channel_axis = 3;
  c.inputs[0] = {2, 224, 112, 4};
  EXPECT_EQ(c.told(), "[2, 112, 56, 8]");
  c.inputs.push_back({8});
  EXPECT_EQ(c.told(), "[2, 112, 56, 8]");
  c.inputs[2] = {7};
  EXPECT_EQ(c.told(), "a bias [7] for 8 outputs");
  c.inputs.pop_back();
  c.layer.groups = 2;
  EXPECT_EQ(c.told(), "weights [8, 4, 3, 3] in 2 groups do not fit an input [2, 224, 112, 4]");
  c.inputs[1] = {8, 2, 3, 3};
  EXPECT_EQ(c.told(), "[2, 112, 56, 8]");
  c.layer.groups = 0;
  EXPECT_NE(c.told().find("in 0 groups do not fit"), std::string::npos);
  c.layer.groups = 2;
  c.layer.window.dilation_columns = 60;
  EXPECT_EQ(c.told(), "a kernel of 3 and pads of 1 on an extent of 112 leave no output");
  c.layer.window.dilation_columns = 0;
  EXPECT_EQ(c.told(), "a kernel, stride or dilation of 0");
  c.layer.window.dilation_columns = 1;
  c.constants = 2;
  EXPECT_EQ(c.told(), "its weights must be constant");
  c.constants = 1;
  c.layer.channel_axis = 0;
  EXPECT_EQ(c.told(), "channels along axis 0 of [2, 224, 112, 4]");
  c.inputs[0] = {2, 4};
  EXPECT_EQ(c.told(), "an input [2, 4]; supported are one and two spatial axes");
  c.inputs = {{2, 4}};
  EXPECT_EQ(c.told(), "it cannot have 1 inputs");
}

TEST(Shapes, OfTransposedAndOneDimensionalConvolutions) {
  ShapeCase c{
      window_layer(LayerKind::kConvolution, 3, 2, 1, 0), {{1, 4, 7, 5}, {4, 6, 3, 3}}, 1, {}};
  c.layer.transposed = true;
  EXPECT_EQ(c.told(), "[1, 6, 14, 10]");
  c.layer.window.pad_bottom = -1;  // output padding
  EXPECT_EQ(c.told(), "[1, 6, 15, 10]");
  c.layer.groups = 4;
  EXPECT_EQ(c.told(), "[1, 24, 15, 10]");

  ShapeCase line{of_kind(LayerKind::kConvolution), {{1, 4, 9}, {6, 4, 1, 3}}, 1, {}};
  line.layer.window.kernel_columns = 3;
  EXPECT_EQ(line.told(), "[1, 6, 7]");
  line.layer.channel_axis = 2;
  line.inputs[0] = {1, 9, 4};
  EXPECT_EQ(line.told(), "[1, 7, 6]");
  line.layer.window.pad_top = 1;
  EXPECT_EQ(line.told(), "a window with rows for an input [1, 9, 4]");
}

TEST(Shapes, OfPools) {
  ShapeCase c{window_layer(LayerKind::kMaxPool, 3, 2, 1, 1), {{1, 4, 8, 6}}, 99, {}};
  EXPECT_EQ(c.told(), "[1, 4, 4, 3]");
  c.layer.window.pad_bottom = 4;
  EXPECT_EQ(c.told(), "a window that covers pads only");
  c.layer.window.pad_bottom = 1;
  c.layer.window.pad_left = 3;
  EXPECT_EQ(c.told(), "a window that covers pads only");
  c.layer.count_pads = true;
  EXPECT_EQ(c.told(), "[1, 4, 4, 4]");
  // A dilated window may step over a small input.
  ShapeCase over{window_layer(LayerKind::kAveragePool, 2, 1, 1, 1), {{1, 1, 1, 3}}, 99, {}};
  over.layer.window.dilation_rows = 2;
  EXPECT_EQ(over.told(), "a window that covers pads only");
}

TEST(Shapes, OfProducts) {
  const Layer product = of_kind(LayerKind::kMatMul);
  EXPECT_EQ((ShapeCase{product, {{2, 3, 4}, {4, 5}}, 1, {}}.told()), "[2, 3, 5]");
  EXPECT_EQ((ShapeCase{product, {{4}, {4, 5}, {5}}, 1, {}}.told()), "[5]");
  EXPECT_EQ((ShapeCase{product, {{4}, {4, 5}, {4}}, 1, {}}.told()), "a bias [4] for 5 outputs");
  EXPECT_EQ((ShapeCase{product, {{2, 1, 3, 4}, {5, 4, 6}}, 99, {}}.told()), "[2, 5, 3, 6]");
  EXPECT_EQ((ShapeCase{product, {{2, 3, 4}, {3, 4, 6}}, 99, {}}.told()),
            "[2] and [3] do not broadcast");
  EXPECT_EQ((ShapeCase{product, {{3, 4}, {3, 6}}, 99, {}}.told()),
            "no product of [3, 4] and [3, 6]");
  EXPECT_EQ((ShapeCase{product, {{4}, {4, 6}}, 99, {}}.told()), "no product of [4] and [4, 6]");
  EXPECT_EQ((ShapeCase{product, {{3, 4}, {4, 6}, {6}}, 2, {}}.told()),
            "a bias of a product of two activations");
}

TEST(Shapes, OfArithmetic) {
  Layer sum = of_kind(LayerKind::kAdd);
  sum.coefficients = {1, 1};
  EXPECT_EQ((ShapeCase{sum, {{2, 1, 4}, {3, 1}}, 99, {}}.told()), "[2, 3, 4]");
  EXPECT_EQ((ShapeCase{sum, {{2, 4}, {3}}, 99, {}}.told()), "[2, 4] and [3] do not broadcast");
  EXPECT_EQ((ShapeCase{sum, {{2}, {2}, {2}}, 99, {}}.told()), "2 coefficients for 3 inputs");
  sum.coefficients[1] = std::numeric_limits<float>::infinity();
  EXPECT_EQ((ShapeCase{sum, {{2}, {2}}, 99, {}}.told()), "a coefficient that is no finite number");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kDivide), {{2}, {2}, {2}}, 99, {}}.told()),
            "it cannot have 3 inputs");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kMaximum), {{3}, {}, {2, 1}}, 1, {}}.told()), "[2, 3]");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kPRelu), {{2, 3, 4}, {3, 1}}, 1, {}}.told()),
            "[2, 3, 4]");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kPRelu), {{3, 1}, {2, 3, 1}}, 1, {}}.told()),
            "slopes [2, 3, 1] for an input [3, 1]");
  Layer clip = of_kind(LayerKind::kUnary);
  clip.function = Unary::kClip;
  clip.b = std::numeric_limits<float>::infinity();
  EXPECT_EQ((ShapeCase{clip, {{2}}, 99, {}}.told()), "[2]");
  clip.a = std::nanf("");
  EXPECT_EQ((ShapeCase{clip, {{2}}, 99, {}}.told()), "a parameter that is no finite number");
}

TEST(Shapes, OfReductions) {
  Layer mean = of_kind(LayerKind::kReduceMean);
  mean.axes = {2, 1};
  EXPECT_EQ((ShapeCase{mean, {{2, 3, 4, 5}}, 99, {1, 1, 1, 1}}.told()), "[2, 1, 1, 5]");
  EXPECT_EQ((ShapeCase{mean, {{2, 3, 4, 5}}, 99, {1, 1}}.told()), "[2, 5]");
  EXPECT_EQ((ShapeCase{mean, {{2, 3}}, 99, {}}.told()),
            "axis 2 of an input [2, 3] that has no such");
  mean.axes = {1, 1};
  EXPECT_EQ((ShapeCase{mean, {{2, 3}}, 99, {}}.told()), "axis 1 of an input [2, 3], named twice");
  Layer top = of_kind(LayerKind::kTopK);
  EXPECT_EQ((ShapeCase{top, {{2, 3}}, 99, {}}.told()), "it works along one axis, not along 0");
  top.axes = {1};
  top.count = 3;
  EXPECT_EQ((ShapeCase{top, {{2, 5}}, 99, {}}.told()), "[2, 3]");
  EXPECT_EQ((ShapeCase{top, {{2, 2}}, 99, {}}.told()), "the largest 3 of 2");
  top.kind = LayerKind::kArgMax;
  EXPECT_EQ((ShapeCase{top, {{2, 5}}, 99, {2}}.told()), "[2, 3]");
  top.count = 1;
  EXPECT_EQ((ShapeCase{top, {{2, 5}}, 99, {2}}.told()), "[2]");
  EXPECT_EQ((ShapeCase{top, {{2, 5}}, 99, {2, 1}}.told()), "[2, 1]");
}

TEST(Shapes, OfMoves) {
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kReshape), {{2, 6}}, 99, {3, 4}}.told()), "[3, 4]");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kReshape), {{2, 6}}, 99, {3, 5}}.told()),
            "[2, 6] as [3, 5]");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kExpand), {{2, 1}}, 99, {3, 2, 4}}.told()), "[3, 2, 4]");
  EXPECT_EQ((ShapeCase{of_kind(LayerKind::kExpand), {{2, 3}}, 99, {1, 3}}.told()),
            "[2, 3] to [1, 3]");
  Layer transpose = of_kind(LayerKind::kTranspose);
  transpose.axes = {2, 0, 1};
  EXPECT_EQ((ShapeCase{transpose, {{2, 3, 4}}, 99, {}}.told()), "[4, 2, 3]");
  EXPECT_EQ((ShapeCase{transpose, {{2, 3}}, 99, {}}.told()), "3 axes for an input [2, 3]");
  Layer concat = of_kind(LayerKind::kConcat);
  concat.axes = {0};
  EXPECT_EQ((ShapeCase{concat, {{2, 3}, {5, 3}}, 99, {}}.told()), "[7, 3]");
  EXPECT_EQ((ShapeCase{concat, {{2, 3}, {2, 4}}, 99, {}}.told()),
            "inputs [2, 3] and [2, 4] along axis 0");
  EXPECT_EQ((ShapeCase{concat, {{2, 3}, {2}}, 99, {}}.told()), "inputs [2, 3] and [2]");
  Layer gather = of_kind(LayerKind::kGather);
  gather.axes = {1};
  gather.indices = {0, 2, 2, 1};
  EXPECT_EQ((ShapeCase{gather, {{5, 3}}, 99, {}}.told()), "[5, 4]");
  EXPECT_EQ((ShapeCase{gather, {{5, 2}}, 99, {}}.told()), "index 2 along axis 1 of [5, 2]");
  gather.indices = {};
  EXPECT_EQ((ShapeCase{gather, {{5, 2}}, 99, {}}.told()), "0 indices");
}

TEST(Shapes, OfSlicesPadsAndResizes) {
  Layer slice = of_kind(LayerKind::kSlice);
  slice.first = {4};
  slice.step = {-2};
  EXPECT_EQ((ShapeCase{slice, {{5}}, 99, {3}}.told()), "[3]");
  const std::string leaves = "a slice that leaves its input [5] along axis 0";
  EXPECT_EQ((ShapeCase{slice, {{5}}, 99, {4}}.told()), leaves);
  for (const int64_t step : {int64_t{0}, INT64_MIN, INT64_MAX}) {
    slice.step = {step};
    EXPECT_EQ((ShapeCase{slice, {{5}}, 99, {3}}.told()), leaves);
  }
  slice.step = {1};
  slice.first = {-1};
  EXPECT_EQ((ShapeCase{slice, {{5}}, 99, {3}}.told()), leaves);
  EXPECT_EQ((ShapeCase{slice, {{5, 1}}, 99, {3}}.told()), "a slice of 1 axes of [5, 1]");

  Layer pad = of_kind(LayerKind::kPad);
  pad.begin = {2, -1};
  pad.end = {0, 3};
  EXPECT_EQ((ShapeCase{pad, {{3, 3}}, 99, {}}.told()), "[5, 5]");
  pad.pad_mode = PadMode::kReflect;
  EXPECT_EQ((ShapeCase{pad, {{3, 3}}, 99, {}}.told()), "pads of -1 and 3 along axis 1 of [3, 3]");
  pad.pad_mode = PadMode::kConstant;
  pad.begin[1] = -3;
  EXPECT_EQ((ShapeCase{pad, {{3, 3}}, 99, {}}.told()), "pads of -3 and 3 along axis 1 of [3, 3]");
  for (const int64_t n : {INT64_MIN, INT64_MAX}) {
    pad.begin[1] = n;
    EXPECT_NE((ShapeCase{pad, {{3, 3}}, 99, {}}.told().find("along axis 1")), std::string::npos);
  }

  Layer resize = of_kind(LayerKind::kResize);
  resize.resize.resize(2);
  resize.resize[1].outputs = {{{0, 1}}, {{2, 1}}, {}};
  EXPECT_EQ((ShapeCase{resize, {{4, 3}}, 99, {}}.told()), "[4, 3]");
  EXPECT_EQ((ShapeCase{resize, {{4, 2}}, 99, {}}.told()), "index 2 along axis 1 of [4, 2]");
  EXPECT_EQ((ShapeCase{resize, {{4}}, 99, {}}.told()), "2 axes for an input [4]");
}

TEST(Shapes, HaveLimits) {
  EXPECT_TRUE(check_extents({}).ok());
  EXPECT_TRUE(check_extents({1U << 14, 1U << 14}).ok());
  EXPECT_FALSE(check_extents({1U << 14, (1U << 14) + 1}).ok());
  EXPECT_FALSE(check_extents({3, 0}).ok());
  EXPECT_FALSE(check_extents(Dimensions(9, 1)).ok());
  EXPECT_FALSE(check_extents(Dimensions(8, 0xFFFFFFFF)).ok());
  // What is 0 modulo 2^64 is not small.
  EXPECT_FALSE(check_extents({1U << 31, 1U << 31, 4}).ok());
}

}  // namespace
}  // namespace vouch
