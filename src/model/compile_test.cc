#include "model/compile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "model/graph_builder.h"
#include "model/onnx/model_maker.h"
#include "model/plain_network.h"
#include "model/random_graph.h"
#include "model/tflite/writer.h"

namespace vouch {
namespace {

// Row-major codes in the circuit's order, and back.
std::vector<uint8_t> into_circuit(const std::vector<uint8_t>& x, const View& view) {
  const std::vector<size_t> at = element_indices(view);
  std::vector<uint8_t> out(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    out[at[i]] = x[i];
  }
  return out;
}

std::vector<uint8_t> from_circuit(const std::vector<uint8_t>& x, const View& view) {
  const std::vector<size_t> at = element_indices(view);
  std::vector<uint8_t> out(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    out[i] = x[at[i]];
  }
  return out;
}

// Whole networks against their definition in the reals. Folded weights are rounded to 2^−20, so a
// code flips where the real value is that near to a tie, and a flip may move later ones.
TEST(Compile, ComputesWhatTheGraphMeans) {
  uint64_t codes = 0;
  uint64_t different = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const RandomGraph random(seed);
    const Bytes file = write_tflite(random.graph(), "random");
    const auto model = compile_model(file, {});
    ASSERT_TRUE(model.ok()) << seed << ": " << model.error().message;
    const Circuit& circuit = model.value().circuit;
    SplitMix64 noise(seed);
    std::vector<uint8_t> input(circuit.input().shape.elements());
    for (uint8_t& code : input) {
      code = static_cast<uint8_t>(noise.within(0, 255));
    }
    const auto expected = run_graph(random.graph(), input);
    const auto placed = into_circuit(input, model.value().inputs[0].view);
    const auto actual = from_circuit(run_plain(circuit, model.value().weights, placed).output,
                                     model.value().outputs[0].view);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      const int distance = std::abs(int{actual[i]} - int{expected[i]});
      ASSERT_LE(distance, 1) << "seed " << seed << ", output " << i;
      different += distance == 0 ? 0 : 1;
    }
    codes += actual.size();
  }
  EXPECT_GT(codes, 10000U);
  EXPECT_LT(different, codes / 100) << different << " of " << codes;
}

// ---- float models

// The input's scale that samples of these pixels lead to, or the error.
Result<CompiledModel> compiled_by(const std::vector<float>& pixels, CompileOptions options = {}) {
  options.samples = [&](const Network&) {
    return Result<std::vector<Sample>>(std::vector<Sample>{{pixels}});
  };
  return compile_model(onnx::small_classifier().bytes(), options);
}

TEST(CompileFloat, PixelsFollowTheSamples) {
  std::vector<float> pixels(16, 0.5F);
  EXPECT_FLOAT_EQ(compiled_by(pixels).value().inputs[0].codes.scale, 1.0F / 255);
  pixels.assign(16, 200);
  EXPECT_EQ(compiled_by(pixels).value().inputs[0].codes.scale, 1.0F);
  CompileOptions small;
  small.pixel_scale = 1.0F / 255;
  EXPECT_FALSE(compiled_by(pixels, small).ok());
  pixels[3] = 2.5F;
  const auto refused = compiled_by(pixels);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("reach from 0 to 200, but pixels stand for 0 to 1"),
            std::string::npos)
      << refused.error().message;
  CompileOptions codes;
  codes.input = InputKind::kCodes;
  EXPECT_TRUE(compiled_by(pixels, codes).ok());
}

TEST(CompileFloat, FewSamplesAreTold) {
  const CompiledModel model = compiled_by(std::vector<float>(16, 0.5F)).value();
  EXPECT_TRUE(std::any_of(model.notes.begin(), model.notes.end(), [](const std::string& note) {
    return note.rfind("few samples", 0) == 0;
  }));
}

// ---- single graphs

struct Net {
  GraphBuilder b;
  uint32_t u8(std::vector<uint32_t> shape, float scale = 1.0F, int32_t zero = 0) {
    return b.activation("t", ElementType::kUint8, std::move(shape), scale, zero);
  }
  GraphOp op(GraphOpKind kind, std::vector<uint32_t> inputs, uint32_t output) {
    GraphOp o;
    o.kind = kind;
    o.inputs = std::move(inputs);
    o.output = output;
    return o;
  }
  // x → FULLY_CONNECTED of `n` inputs and 2 outputs
  uint32_t head(uint32_t x, uint32_t n) {
    const uint32_t w =
        b.weights("w", ElementType::kUint8, {2, n}, {{0.1F}, {0}, 0}, Bytes(2 * n, 1));
    const uint32_t y = u8({1, 2});
    b.op(op(GraphOpKind::kFullyConnected, {x, w, GraphOp::kAbsent}, y));
    return y;
  }
  uint32_t convolution(uint32_t x, std::vector<uint32_t> weights, std::vector<uint32_t> shape,
                       GraphOp attributes = {}) {
    size_t n = 1;
    for (const uint32_t extent : weights) {
      n *= extent;
    }
    const uint32_t w =
        b.weights("w", ElementType::kUint8, std::move(weights), {{0.1F}, {0}, 0}, Bytes(n, 1));
    attributes.kind = GraphOpKind::kConv2d;
    attributes.inputs = {x, w, GraphOp::kAbsent};
    attributes.output = u8(std::move(shape));
    b.op(attributes);
    return attributes.output;
  }
  Result<CompiledModel> compile(uint32_t input, uint32_t output, CompileOptions options = {}) {
    const Bytes file = write_tflite(b.take(input, output), "test");
    return compile_model(file, options);
  }
};

void expect_refused(const Result<CompiledModel>& model, const char* why) {
  ASSERT_FALSE(model.ok()) << why;
  EXPECT_NE(model.error().message.find(why), std::string::npos) << model.error().message;
  // What to do stands behind a semicolon, or a colon.
  EXPECT_TRUE(model.error().message.find("; ") != std::string::npos ||
              model.error().message.find(": give ") != std::string::npos)
      << model.error().message;
}

TEST(Compile, AliasesMakeNoOperator) {
  Net n;
  const uint32_t input = n.u8({1, 6});
  const uint32_t as_signed = n.b.activation("s", ElementType::kInt8, {1, 6}, 1.0F, -128);
  n.b.op(n.op(GraphOpKind::kQuantize, {input}, as_signed));
  const uint32_t again = n.u8({1, 6});
  n.b.op(n.op(GraphOpKind::kQuantize, {as_signed}, again));
  const uint32_t picture = n.u8({1, 2, 3, 1});
  n.b.op(n.op(GraphOpKind::kReshape, {again}, picture));
  const uint32_t logits = n.convolution(picture, {8, 2, 3, 1}, {1, 1, 1, 8});
  const uint32_t flat = n.u8({1, 8});
  n.b.op(n.op(GraphOpKind::kReshape, {logits}, flat));
  const uint32_t output = n.u8({1, 8}, 1.0F / 256, 0);
  n.b.op(n.op(GraphOpKind::kSoftmax, {flat}, output));
  const uint32_t other = n.b.activation("o", ElementType::kInt8, {1, 8}, 1.0F / 256, -128);
  n.b.op(n.op(GraphOpKind::kQuantize, {output}, other));
  const auto model = n.compile(input, other);
  ASSERT_TRUE(model.ok()) << model.error().message;
  const Circuit& c = model.value().circuit;
  ASSERT_EQ(c.ops.size(), 1U);
  EXPECT_EQ(c.input().shape, (Shape{1, 1, 2, 3}));  // the RESHAPE's
  EXPECT_EQ(c.output_tensor().shape, (Shape{8}));
  EXPECT_TRUE(c.output.softmax);
  EXPECT_EQ(c.output.scale, 1.0F);
  EXPECT_EQ(c.preparation, (Preparation{0, 0, 0}));  // 2 × 3 × 1 is no picture
  EXPECT_EQ(model.value().layer_names, std::vector<std::string>{"t"});
}

TEST(Compile, PadsGoIntoWindows) {
  Net n;
  const uint32_t input = n.u8({1, 4, 4, 1}, 1.0F, 7);
  const uint32_t padded = n.u8({1, 7, 5, 1}, 1.0F, 7);
  const uint32_t pads = n.b.integers("p", {4, 2}, {0, 0, 1, 2, 0, 1, 0, 0});
  n.b.op(n.op(GraphOpKind::kPad, {input, pads}, padded));
  const uint32_t y = n.convolution(padded, {1, 3, 3, 1}, {1, 5, 3, 1});
  const auto model = n.compile(input, y);
  ASSERT_TRUE(model.ok()) << model.error().message;
  ASSERT_EQ(model.value().circuit.ops.size(), 1U);
  EXPECT_EQ(model.value().circuit.ops[0].window, (Window{3, 3, 1, 1, 1, 2, 0, 1}));
}

TEST(Compile, DeadOperatorsAreDropped) {
  Net n;
  const uint32_t input = n.u8({1, 6});
  const uint32_t unused = n.b.activation("f", ElementType::kFloat32, {1, 6});
  n.b.op(n.op(GraphOpKind::kDequantize, {input}, unused));
  n.head(input, 6);
  const uint32_t y = n.head(input, 6);
  const auto model = n.compile(input, y);
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model.value().circuit.ops.size(), 1U);
}

TEST(Compile, FloatEndsStayOutside) {
  Net n;
  const uint32_t input = n.b.activation("f", ElementType::kFloat32, {1, 6});
  const uint32_t codes = n.u8({1, 6}, 0.5F, 3);
  n.b.op(n.op(GraphOpKind::kQuantize, {input}, codes));
  const uint32_t y = n.head(codes, 6);
  const uint32_t real = n.b.activation("f", ElementType::kFloat32, {1, 2});
  n.b.op(n.op(GraphOpKind::kDequantize, {y}, real));
  const auto model = n.compile(input, real);
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ(model.value().circuit.input().zero_point, 3);
  EXPECT_EQ(model.value().notes.size(), 1U);
}

TEST(Compile, PicturesAreRecognised) {
  const auto preparation = [](std::vector<uint32_t> shape, InputKind kind) {
    Net n;
    const uint32_t channels = shape[3];
    const std::vector<uint32_t> kernel = {1, 1, 1, channels};
    std::vector<uint32_t> out = shape;
    out[3] = 1;
    const uint32_t input = n.u8(std::move(shape));
    const uint32_t y = n.convolution(input, kernel, out);
    CompileOptions options;
    options.input = kind;
    options.crop_permille = 900;
    const auto model = n.compile(input, y, options);
    return model.ok() ? model.value().circuit.preparation : Preparation{1, 1, 1};
  };
  const Preparation none = {0, 0, 0};
  EXPECT_EQ(preparation({1, 4, 5, 3}, InputKind::kAuto), (Preparation{4, 5, 900}));
  EXPECT_EQ(preparation({1, 4, 4, 1}, InputKind::kAuto), (Preparation{4, 4, 900}));
  EXPECT_EQ(preparation({1, 4, 5, 1}, InputKind::kAuto), none);
  EXPECT_EQ(preparation({1, 4, 5, 1}, InputKind::kPicture), (Preparation{4, 5, 900}));
  EXPECT_EQ(preparation({1, 4, 5, 2}, InputKind::kAuto), none);
  EXPECT_EQ(preparation({1, 4, 5, 3}, InputKind::kCodes), none);
  EXPECT_EQ(preparation({1, 4, 5, 2}, InputKind::kPicture), (Preparation{1, 1, 1}));  // refused
}

TEST(Compile, LargerTablesAreNoted) {
  const auto with_scale = [](float scale) {
    Net n;
    const uint32_t input = n.u8({1, 6});
    const uint32_t w =
        n.b.weights("w", ElementType::kUint8, {1, 6}, {{scale}, {0}, 0}, Bytes(6, 255));
    const uint32_t y = n.u8({1, 1});
    n.b.op(n.op(GraphOpKind::kFullyConnected, {input, w, GraphOp::kAbsent}, y));
    return n.compile(input, y);
  };
  const auto usual = with_scale(0.1F);  // 6·255·255·0.1 = 39015
  ASSERT_TRUE(usual.ok());
  EXPECT_EQ(usual.value().circuit.tables, std::vector{ActivationTable::clamp(17, 0, 255)});
  EXPECT_TRUE(usual.value().notes.empty());
  const auto large = with_scale(1.0F);
  ASSERT_TRUE(large.ok());
  EXPECT_EQ(large.value().circuit.tables, std::vector{ActivationTable::clamp(19, 0, 255)});
  ASSERT_EQ(large.value().notes.size(), 1U);
  EXPECT_NE(large.value().notes[0].find("2^19"), std::string::npos);
  expect_refused(with_scale(100.0F), "FULLY_CONNECTED 't': its values");
}

TEST(Compile, RefusalsSayWhatAndWhere) {
  {
    Net n;
    const uint32_t input = n.u8({1, 4, 4, 1});
    expect_refused(n.compile(input, n.convolution(input, {1, 3, 3, 1}, {1, 4, 4, 1})),
                   "the file says [1, 4, 4, 1]");
  }
  {
    Net n;  // something after SOFTMAX
    const uint32_t input = n.u8({1, 4});
    const uint32_t x = n.u8({1, 2});
    n.b.op(n.op(GraphOpKind::kSoftmax, {n.head(input, 4)}, x));
    expect_refused(n.compile(input, n.head(x, 2)), "SOFTMAX");
  }
  {
    Net n;  // more rows than a circuit has, before a pool and by pads
    const uint32_t input = n.u8({1, 100000, 1, 1});
    GraphOp pool = n.op(GraphOpKind::kAveragePool2d, {input}, n.u8({1, 100000, 1, 1}));
    n.b.op(pool);
    expect_refused(n.compile(input, pool.output), "more than 4096 rows");
  }
  {
    Net n;  // weights 2^36 times as large as the codes
    const uint32_t input = n.u8({1, 6});
    const uint32_t w =
        n.b.weights("w", ElementType::kUint8, {1, 6}, {{1e9F}, {0}, 0}, Bytes(6, 255));
    const uint32_t y = n.u8({1, 1}, 0.1F);
    n.b.op(n.op(GraphOpKind::kFullyConnected, {input, w, GraphOp::kAbsent}, y));
    expect_refused(n.compile(input, y),
                   "FULLY_CONNECTED 't': a weight is too large for the circuit, its scales are too "
                   "far apart; quantise it");
  }
  const std::string text = "model: mobilenet\nversion: 2\n";
  expect_refused(compile_model(Bytes(text.begin(), text.end()), {}), "nor a TensorFlow Lite one");
  CompileOptions options;
  options.shift = 25;
  expect_refused(compile_model({}, options), "shift must be 4…24: give another --shift");
}

// Of the reals that samples lead to, and of what no circuit has room for.
TEST(Compile, RefusalsOfFloatModels) {
  const auto compiled = [](onnx::ModelMaker& m, const std::vector<float>& x) {
    CompileOptions options;
    options.input = InputKind::kCodes;
    if (!x.empty()) {
      options.samples = [&](const Network&) { return Result(std::vector<Sample>{{x}}); };
    }
    return compile_model(m.bytes(), options);
  };
  {
    onnx::ModelMaker m = onnx::small_classifier();
    expect_refused(compile_model(m.bytes(), {}), "give samples of the input (--samples)");
  }
  {
    onnx::ModelMaker m;
    m.input("x", {1, 2});
    m.node("Reciprocal", {"x"}, {"y"});
    m.node("Mul", {"y", "y"}, {"z"});
    m.output("z");
    expect_refused(compiled(m, {0, 1}),
                   "is not finite on some sample; give samples like the inputs");
  }
  {
    onnx::ModelMaker m;
    m.input("x", {1, 70000, 1});
    m.node("Relu", {"x"}, {"y"});
    m.output("y");
    expect_refused(compiled(m, std::vector<float>(70000, 1.0F)), "; ");
  }
  {
    onnx::ModelMaker m;
    m.input("x", {1, 2});
    m.reals("c", {2}, {0.5F, 1});
    m.node("Relu", {"x"}, {"r"});
    m.node("Max", {"x", "r", "c"}, {"y"});
    m.output("y");
    expect_refused(
        compiled(m, {0, 1}),
        "Max 'y': it compares several activations and a constant that is not one number; "
        "compare with the constant in a layer of its own");
  }
  {
    onnx::ModelMaker m;  // 300 × 300 outputs
    m.input("x", {1, 1, 300, 300});
    m.node("Relu", {"x"}, {"y"});
    m.output("y");
    expect_refused(compiled(m, std::vector<float>(90000, 1.0F)),
                   "the network's output: 'y' has 90000 elements, a proof tells 65536; cut them");
  }
  {
    onnx::ModelMaker m;  // along the batch
    m.input("x", {2, 2, 3, 3});
    m.reals("w", {2, 2, 1, 1}, {1, 2, 3, 4});
    m.node("Conv", {"x", "w"}, {"c"});
    m.node("Concat", {"c", "c"}, {"y"});
    onnx::set(*m.graph().mutable_node(1), "axis", int64_t{0});
    m.output("y");
    expect_refused(compiled(m, std::vector<float>(36, 1.0F)),
                   "Concat 'y': it would repeat or join the entries of a batch; export the model "
                   "with a batch of 1");
  }
}

}  // namespace
}  // namespace vouch
