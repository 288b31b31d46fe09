#include "model/onnx/reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model/onnx/model_maker.h"
#include "network/float_executor.h"
#include "network/validate.h"

namespace vouch {
namespace {

using onnx::ModelMaker;
using onnx::NodeProto;
using onnx::set;
using Ints = std::vector<int64_t>;
using Reals = std::vector<float>;

Network read(const ModelMaker& maker) {
  Result<Network> network = read_onnx(maker.bytes());
  if (!network.ok()) {
    ADD_FAILURE() << network.error().message;
    return {};
  }
  EXPECT_TRUE(validate(network.value()).ok());
  return std::move(network).value();
}

Reals run(const Network& network, const Reals& x) {
  const Result<FloatExecutor> executor = FloatExecutor::prepare(network);
  if (!executor.ok()) {
    ADD_FAILURE() << executor.error().message;
    return {};
  }
  const std::vector<Reals> inputs = {x};
  const auto outputs = executor.value().run(inputs);
  return outputs.ok() ? outputs.value()[0] : Reals{};
}

// x of this shape through one node.
ModelMaker one_node(const std::string& type, const ModelMaker::Shape& shape,
                    const ModelMaker::Names& more, const std::function<void(NodeProto&)>& change,
                    int64_t opset = 13) {
  ModelMaker m(opset);
  m.input("x", shape);
  ModelMaker::Names inputs = {"x"};
  inputs.insert(inputs.end(), more.begin(), more.end());
  change(m.node(type, inputs, {"y"}));
  m.output("y");
  return m;
}

TEST(ReadOnnx, FoldsNormalisationAndShapes) {
  const Network network = read(onnx::small_classifier());
  std::vector<LayerKind> kinds;
  for (const Layer& layer : network.layers) {
    kinds.push_back(layer.kind);
  }
  EXPECT_EQ(kinds,
            (std::vector<LayerKind>{LayerKind::kConvolution, LayerKind::kUnary, LayerKind::kMaxPool,
                                    LayerKind::kReshape, LayerKind::kMatMul, LayerKind::kSoftmax}));
  ASSERT_EQ(network.notes.size(), 1U);
  EXPECT_NE(network.notes[0].find("taken as 1"), std::string::npos);
  EXPECT_EQ(network.tensors[network.outputs[0]].shape, (Dimensions{1, 3}));
  // Every weight of the Gemm is the same, so only its biases tell outputs apart.
  const Reals y = run(network, Reals(16, 1.0F));
  ASSERT_EQ(y.size(), 3U);
  EXPECT_NEAR(y[1] / y[0], 2.71828F, 1e-3F);
  EXPECT_NEAR(y[2] / y[1], 2.71828F, 1e-3F);
}

TEST(ReadOnnx, LayersReadAndWriteCodes) {
  const Network network = read(onnx::small_quantised());
  ASSERT_EQ(network.layers.size(), 1U);
  const Layer& conv = network.layers[0];
  EXPECT_EQ(network.tensors[conv.inputs[0]].codes, (CodeScale{0.5F, 3, false}));
  EXPECT_EQ(network.tensors[conv.output].codes, (CodeScale{0.5F, 3, false}));
  const Constant& weights = network.constants[*network.tensors[conv.inputs[1]].constant];
  EXPECT_EQ(weights.integers, (std::vector<int32_t>{5, -5}));
  EXPECT_EQ(weights.scales, (Reals{0.25F, 0.125F}));
  EXPECT_EQ(weights.axis, 0U);
  const Constant& bias = network.constants[*network.tensors[conv.inputs[2]].constant];
  EXPECT_EQ(bias.integers, (std::vector<int32_t>{100, -100}));
  // 1·1.25 + 12.5, and 1·(−0.625) − 6.25, which is below the least code, −1.5.
  EXPECT_EQ(run(network, {1, 1, 1, 1}), (Reals{14, 14, 14, 14, -1.5F, -1.5F, -1.5F, -1.5F}));
}

TEST(ReadOnnx, QuantisedInputIsTakenAsCodes) {
  ModelMaker m;
  m.input("x", {4});
  m.reals("s", {}, {0.5F});
  m.whole("z", {}, {-1}, 3);
  m.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
  m.node("DequantizeLinear", {"q", "s", "z"}, {"f"});
  m.node("Relu", {"f"}, {"y"});
  m.output("y");
  const Network network = read(m);
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.tensors[network.inputs[0]].codes, (CodeScale{0.5F, 127, true}));
  EXPECT_EQ(network.notes.size(), 1U);
}

TEST(ReadOnnx, SoftmaxBeforeOpset13JoinsAxes) {
  const auto softmax = [](int64_t opset) {
    return run(
        read(one_node(
            "Softmax", {1, 2, 2}, {}, [](NodeProto& n) { set(n, "axis", int64_t{1}); }, opset)),
        {0, 0, 0, 0});
  };
  EXPECT_EQ(softmax(12), Reals(4, 0.25F));
  EXPECT_EQ(softmax(13), Reals(4, 0.5F));
}

TEST(ReadOnnx, SliceRunsBackwards) {
  ModelMaker m = one_node("Slice", {5}, {"first", "end", "axes", "steps"}, [](NodeProto&) {});
  m.whole("first", {1}, {-1});
  m.whole("end", {1}, {-100});
  m.whole("axes", {1}, {0});
  m.whole("steps", {1}, {-2});
  EXPECT_EQ(run(read(m), {0, 1, 2, 3, 4}), (Reals{4, 2, 0}));
}

TEST(ReadOnnx, TransposedConvolutionOfAskedExtent) {
  ModelMaker m = one_node("ConvTranspose", {1, 1, 2}, {"w"}, [](NodeProto& n) {
    set(n, "strides", Ints{2});
    set(n, "output_shape", Ints{5});
  });
  m.reals("w", {1, 1, 2}, {1, 10});
  EXPECT_EQ(run(read(m), {1, 2}), (Reals{1, 10, 2, 20, 0}));
}

TEST(ReadOnnx, PoolWithCeilCountsThePadsOfTheFileOnly) {
  // [0 1 2 3] in windows of 3 every 2: the last reaches one beyond the pads.
  ModelMaker m = one_node("AveragePool", {1, 1, 4}, {}, [](NodeProto& n) {
    set(n, "kernel_shape", Ints{3});
    set(n, "strides", Ints{2});
    set(n, "pads", Ints{1, 0});
    set(n, "ceil_mode", int64_t{1});
    set(n, "count_include_pad", int64_t{1});
  });
  const Reals y = run(read(m), {3, 6, 9, 12});
  EXPECT_EQ(y, (Reals{3, 9}));
}

// x of these numbers through one node with a constant c.
Reals run_with(
    const std::string& type, const ModelMaker::Shape& shape, const Reals& x,
    const ModelMaker::Shape& constant, const Reals& c,
    const std::function<void(NodeProto&)>& change = [](NodeProto&) {}) {
  ModelMaker m = one_node(type, shape, {"c"}, change);
  m.reals("c", constant, c);
  return run(read(m), x);
}

TEST(ReadOnnx, ProductsWithABatchOfMatrices) {
  // [1 2]·[1 2; 3 4] and [3 4]·[5 6; 7 8]
  EXPECT_EQ(run_with("MatMul", {2, 1, 2}, {1, 2, 3, 4}, {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}),
            (Reals{7, 10, 43, 50}));
  EXPECT_EQ(run_with("MatMul", {1, 2}, {1, 2}, {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}),
            (Reals{7, 10, 19, 22}));
  ModelMaker m;
  m.input("x", {2, 2, 1});
  m.reals("c", {2, 1, 2}, {1, 2, 3, 4});
  m.node("MatMul", {"c", "x"}, {"y"});
  m.output("y");
  EXPECT_EQ(run(read(m), {1, 2, 3, 4}), (Reals{5, 25}));
}

TEST(ReadOnnx, WindowsOverThreeAxes) {
  const Reals x = {1, 2, 3, 4, 5, 6, 7, 8};  // two planes of 2 × 2
  const auto window = [](NodeProto& n) {
    set(n, "kernel_shape", Ints{2, 2, 1});
    set(n, "pads", Ints{1, 0, 0, 0, 0, 0});
  };
  EXPECT_EQ(run(read(one_node("MaxPool", {1, 1, 2, 2, 2}, {}, window)), x), (Reals{3, 4, 7, 8}));
  EXPECT_EQ(run(read(one_node("AveragePool", {1, 1, 2, 2, 2}, {}, window)), x),
            (Reals{2, 3, 4, 5}));
  const auto counting = [&](NodeProto& n) {
    window(n);
    set(n, "count_include_pad", int64_t{1});
  };
  EXPECT_EQ(run(read(one_node("AveragePool", {1, 1, 2, 2, 2}, {}, counting)), x),
            (Reals{1, 1.5F, 4, 5}));
  // Weight 1 on the plane before, 10 on the same: of one channel to two.
  EXPECT_EQ(run_with("Conv", {1, 1, 2, 1, 2}, {1, 2, 3, 4}, {2, 1, 2, 1, 1}, {1, 10, -1, 0},
                     [](NodeProto& n) {
                       set(n, "pads", Ints{1, 0, 0, 0, 0, 0});
                     }),
            (Reals{10, 20, 31, 42, 0, 0, -1, -2}));
}

TEST(ReadOnnx, QuantisedWeightsOverThreeAxesKeepTheirScales) {
  ModelMaker m;
  m.input("x", {1, 1, 2, 1, 1});
  m.whole("w", {2, 1, 2, 1, 1}, {1, 2, 3, 4}, 3);
  m.reals("s", {2}, {0.5F, 0.25F});
  m.whole("z", {2}, {0, 0}, 3);
  m.whole("b", {2}, {8, 16}, 6);
  set(m.node("DequantizeLinear", {"w", "s", "z"}, {"wf"}), "axis", int64_t{0});
  set(m.node("DequantizeLinear", {"b", "s"}, {"bf"}), "axis", int64_t{0});
  set(m.node("Conv", {"x", "wf", "bf"}, {"y"}), "pads", Ints{1, 0, 0, 0, 0, 0});
  m.output("y");
  const Network network = read(m);
  const Layer* conv = nullptr;
  for (const Layer& layer : network.layers) {
    conv = layer.kind == LayerKind::kConvolution ? &layer : conv;
  }
  ASSERT_NE(conv, nullptr);
  const Constant& weights = network.constants[*network.tensors[conv->inputs[1]].constant];
  EXPECT_EQ(weights.scales, (Reals{0.5F, 0.5F, 0.25F, 0.25F}));
  EXPECT_EQ(weights.integers, (std::vector<int32_t>{2, 0, 1, 2, 4, 0, 3, 4}));
  EXPECT_EQ(run(network, {1, 10}), (Reals{5, 14.5F, 5, 14.75F}));
}

// Whole numbers of any type are real ones.
class WholeNumbers : public testing::TestWithParam<int32_t> {};

TEST_P(WholeNumbers, AreRealOnes) {
  ModelMaker m;
  m.input("x", {1, 2, 2}, GetParam());
  m.whole("two", {}, {2}, GetParam());
  if (GetParam() > 7) {  // held elsewhere
    m.graph().mutable_initializer(0)->clear_int32_data();
    m.graph().mutable_initializer(0)->add_uint64_data(2);
  }
  m.whole("pads", {6}, {0, 0, 1, 0, 0, 0});
  m.node("Mul", {"x", "two"}, {"m"});
  m.node("Max", {"m", "x"}, {"n"});
  m.node("Pad", {"n", "pads"}, {"p"});
  set(m.node("Concat", {"p", "p"}, {"q"}), "axis", int64_t{1});
  m.node("Sub", {"q", "two"}, {"d"});
  m.node("ReduceMax", {"d"}, {"r"});
  m.output("r");
  m.output("d");
  const Network network = read(m);
  EXPECT_EQ(network.notes.back(),
            "Whole numbers are computed as real ones: beyond the range of their type they do not "
            "wrap around");
  const bool codes = GetParam() == 2 || GetParam() == 3;
  EXPECT_EQ(network.notes.size(), codes ? 1U : 2U);
  const auto& input = network.tensors[network.inputs[0]].codes;
  EXPECT_EQ(input.has_value(), codes);
  EXPECT_FALSE(network.tensors[network.outputs[1]].codes.has_value());
  if (codes) {
    const bool is_signed = GetParam() == 3;
    EXPECT_EQ(*input, (CodeScale{1.0F, static_cast<uint8_t>(is_signed ? 128 : 0), is_signed}));
  }
  EXPECT_EQ(run(network, {1, 2, 3, 100}), (Reals{198}));
}

INSTANTIATE_TEST_SUITE_P(Types, WholeNumbers, testing::Values(2, 3, 4, 5, 6, 7, 12, 13));

TEST(ReadOnnx, CodesThatAreCastStandForThemselves) {
  ModelMaker m = one_node("Cast", {2}, {}, [](NodeProto& n) { set(n, "to", int64_t{1}); });
  m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(2);
  m.node("Neg", {"y"}, {"z"});
  m.graph().mutable_output(0)->set_name("z");
  const Network network = read(m);
  EXPECT_EQ(network.tensors[network.inputs[0]].codes, (CodeScale{1.0F, 0, false}));
  EXPECT_TRUE(network.notes.empty());
  EXPECT_EQ(run(network, {7, 255}), (Reals{-7, -255}));
}

TEST(ReadOnnx, WholeNumbersAreDequantised) {
  ModelMaker m;
  m.input("x", {2, 2}, 6);
  m.reals("s", {2}, {0.5F, 0.25F});
  m.whole("z", {2}, {10, -2}, 6);
  set(m.node("DequantizeLinear", {"x", "s", "z"}, {"y"}), "axis", int64_t{1});
  m.output("y");
  EXPECT_EQ(run(read(m), {20, 2, 10, -6}), (Reals{5, 1, 0, -1}));
}

TEST(ReadOnnx, TopKGivesValuesAndIndices) {
  ModelMaker m =
      one_node("TopK", {1, 4}, {"k"}, [](NodeProto& n) { set(n, "largest", int64_t{0}); });
  m.whole("k", {1}, {2});
  m.graph().mutable_node(0)->add_output("i");
  m.output("i");
  const Network network = read(m);
  ASSERT_EQ(network.layers.size(), 2U);
  const auto executor = FloatExecutor::prepare(network);
  ASSERT_TRUE(executor.ok());
  const std::vector<Reals> x = {{3, 1, 1, 2}};
  EXPECT_EQ(executor.value().run(x).value(), (std::vector<Reals>{{1, 1}, {1, 2}}));
}

TEST(ReadOnnx, ArgMaxOfTheLastOfEquals) {
  const auto arg = [](const char* type, bool last) {
    return run(read(one_node(type, {1, 4}, {},
                             [&](NodeProto& n) {
                               set(n, "axis", int64_t{1});
                               set(n, "select_last_index", int64_t{last});
                             })),
               {3, 1, 1, 3});
  };
  EXPECT_EQ(arg("ArgMax", false), (Reals{0}));
  EXPECT_EQ(arg("ArgMax", true), (Reals{3}));
  EXPECT_EQ(arg("ArgMin", false), (Reals{1}));
  EXPECT_EQ(arg("ArgMin", true), (Reals{2}));
}

TEST(ReadOnnx, DropsOpenBatchAndFurtherOutputs) {
  ModelMaker m;
  m.input("x", {-1, 4});
  m.node("Dropout", {"x"}, {"d", "mask"});
  m.node("Neg", {"d"}, {"y"});
  m.output("y");
  EXPECT_EQ(run(read(m), {1, 2, 3, 4}), (Reals{-1, -2, -3, -4}));
  m.output("mask");
  EXPECT_FALSE(read_onnx(m.bytes()).ok());
}

TEST(ReadOnnx, ConstantsByName) {
  ModelMaker m = one_node("Add", {2}, {"c"}, [](NodeProto&) {});
  m.input("c", {2});
  OnnxTensor c{"c", OnnxType::kFloat, {2}, {5, 6}, {}, {}, 0};
  const Result<Network> network = read_onnx(m.bytes(), {{"c", c}});
  ASSERT_TRUE(network.ok());
  EXPECT_EQ(network.value().inputs.size(), 1U);
  EXPECT_EQ(run(network.value(), {1, 2}), (Reals{6, 8}));
}

struct Bad {
  const char* name;
  const char* says;  // part of the error
  std::function<void(ModelMaker&)> make;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class ReadOnnxRefuses : public testing::TestWithParam<Bad> {};

TEST_P(ReadOnnxRefuses, InOneSentence) {
  ModelMaker m = onnx::small_classifier();
  GetParam().make(m);
  const Result<Network> network = read_onnx(m.bytes());
  ASSERT_FALSE(network.ok());
  EXPECT_NE(network.error().message.find(GetParam().says), std::string::npos)
      << network.error().message;
}

NodeProto& node(ModelMaker& m, int i) { return *m.graph().mutable_node(i); }

const Bad kBad[] = {
    {"NoNodes", "empty", [](auto& m) { m.graph().clear_node(); }},
    {"OldOpset", "operator set is 5",
     [](auto& m) { m.proto.mutable_opset_import(0)->set_version(5); }},
    {"NewOpset", "operator set is 99",
     [](auto& m) { m.proto.mutable_opset_import(0)->set_version(99); }},
    {"NoOutput", "no output", [](auto& m) { m.graph().clear_output(); }},
    {"UnknownOutput", "not computed", [](auto& m) { m.output("nothing"); }},
    {"ConstantOutput", "does not depend", [](auto& m) { m.output("flat"); }},
    {"UnknownInput", "'nothing' is not computed",
     [](auto& m) { node(m, 2).set_input(0, "nothing"); }},
    {"LaterInput", "'y' is not computed", [](auto& m) { node(m, 2).set_input(0, "y"); }},
    {"TwoValues", "a value already", [](auto& m) { node(m, 2).set_output(0, "c"); }},
    {"TwoInitialValues", "two initial values", [](auto& m) { m.reals("w", {1}, {1}); }},
    {"UnknownOperator", "this operator is not supported",
     [](auto& m) { node(m, 2).set_op_type("Frob"); }},
    {"OtherDomain", "operators of 'acme'", [](auto& m) { node(m, 2).set_domain("acme"); }},
    {"LayerNormalization", "normalising",
     [](auto& m) { node(m, 2).set_op_type("LayerNormalization"); }},
    {"Loop", "loops", [](auto& m) { node(m, 2).set_op_type("Loop"); }},
    {"UnknownAttribute", "attribute 'frob'", [](auto& m) { set(node(m, 2), "frob", int64_t{1}); }},
    {"AttributeOfOtherType", "another type",
     [](auto& m) { set(node(m, 0), "strides", int64_t{1}); }},
    {"ZeroStride", "'strides' has 0",
     [](auto& m) {
       set(node(m, 0), "strides", Ints{0, 1});
     }},
    {"HugeStride", "outside 1…65535",
     [](auto& m) {
       set(node(m, 0), "strides", Ints{1, INT64_MAX});
     }},
    {"TooManyPads", "'pads' has 5 values",
     [](auto& m) { node(m, 0).mutable_attribute(0)->add_ints(1); }},
    {"NegativePads", "outside 0…65535",
     [](auto& m) { node(m, 0).mutable_attribute(0)->set_ints(0, -1); }},
    {"ZeroGroups", "'group' is 0", [](auto& m) { set(node(m, 0), "group", int64_t{0}); }},
    {"GroupsThatDoNotFit", "groups do not fit",
     [](auto& m) { set(node(m, 0), "group", int64_t{3}); }},
    {"WrongAutoPad", "'auto_pad' is 'EVEN'",
     [](auto& m) { set(node(m, 0), "auto_pad", std::string("EVEN")); }},
    {"WeightsOfTheInput", "constant weights", [](auto& m) { node(m, 0).set_input(1, "x"); }},
    {"PoolWithoutKernel", "'kernel_shape' is missing",
     [](auto& m) { node(m, 3).clear_attribute(); }},
    {"OpenRows", "is open",
     [](auto& m) {
       m.graph()
           .mutable_input(0)
           ->mutable_type()
           ->mutable_tensor_type()
           ->mutable_shape()
           ->mutable_dim(2)
           ->clear_dim_value();
     }},
    {"HugeInput", "2^28",
     [](auto& m) {
       m.graph()
           .mutable_input(0)
           ->mutable_type()
           ->mutable_tensor_type()
           ->mutable_shape()
           ->mutable_dim(2)
           ->set_dim_value(int64_t{1} << 40);
     }},
    {"TextInput", "inputs can only be floats",
     [](auto& m) {
       m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(8);
     }},
    {"ExternalWeights", "one ONNX file",
     [](auto& m) { m.graph().mutable_initializer(0)->set_data_location(1); }},
    {"TooFewWeights", "its shape needs 18",
     [](auto& m) { m.graph().mutable_initializer(0)->mutable_float_data()->Truncate(7); }},
    {"NegativeExtent", "outside 0…2^28",
     [](auto& m) { m.graph().mutable_initializer(0)->set_dims(0, -2); }},
    {"HugeTensor", "2^28",
     [](auto& m) {
       m.graph().mutable_initializer(0)->set_dims(0, 1 << 20);
       m.graph().mutable_initializer(0)->set_dims(1, 1 << 20);
     }},
    {"InfiniteWeight", "no finite number",
     [](auto& m) { m.graph().mutable_initializer(0)->set_float_data(0, HUGE_VALF); }},
    {"StringWeights", "string is not supported",
     [](auto& m) { m.graph().mutable_initializer(0)->set_data_type(8); }},
    {"IndexOutside", "index 9",
     [](auto& m) {
       for (auto& t : *m.graph().mutable_initializer()) {
         if (t.name() == "zero") t.set_int64_data(0, 9);
       }
     }},
    {"HugeConstant", "far larger",
     [](auto& m) {
       m.whole("extents", {1}, {1 << 27});
       m.node("ConstantOfShape", {"extents"}, {"huge"});
       m.node("Add", {"y", "huge"}, {"z"});
     }},
    {"EmptyConstant", "has none",
     [](auto& m) {
       m.whole("nothing", {0}, {});
       m.node("Add", {"nothing", "zero"}, {"z"});
     }},
    {"DynamicScale", "dynamic quantisation",
     [](auto& m) {
       m.node("QuantizeLinear", {"y", "y"}, {"z"});
     }},
    {"NegativeScale", "above 0",
     [](auto& m) {
       m.reals("scale", {}, {-1});
       m.node("QuantizeLinear", {"y", "scale"}, {"z"});
     }},
    {"ComputedAxes", "depends on the model's input",
     [](auto& m) {
       m.node("ReduceSum", {"y", "y"}, {"z"});
     }},
};

INSTANTIATE_TEST_SUITE_P(Models, ReadOnnxRefuses, testing::ValuesIn(kBad),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(ReadOnnx, RefusesMoreMessagesThanItWouldHold) {
  // Empty nodes, two bytes each.
  std::string graph;
  for (int i = 0; i < 1 << 21; ++i) {
    graph += std::string("\x0a\x00", 2);
  }
  onnx::ModelProto proto;
  proto.add_opset_import()->set_version(13);
  std::string file = proto.SerializeAsString() + "\x3a";
  for (size_t n = graph.size(); n != 0; n >>= 7U) {
    file += static_cast<char>(n >= 128 ? (n & 127U) | 128U : n);
  }
  file += graph;
  const Result<Network> network = read_onnx(Bytes(file.begin(), file.end()));
  ASSERT_FALSE(network.ok());
  EXPECT_NE(network.error().message.find("1048576"), std::string::npos) << network.error().message;
}

TEST(ReadOnnx, RefusesEveryCutAndOtherFiles) {
  const Bytes file = onnx::small_quantised().bytes();
  for (size_t n = 0; n < file.size(); ++n) {
    EXPECT_FALSE(read_onnx(ByteSpan(file).first(n)).ok()) << n;
  }
  const std::string text = "no model at all";
  EXPECT_FALSE(read_onnx(Bytes(text.begin(), text.end())).ok());
}

TEST(ReadOnnxTensor, Types) {
  onnx::TensorProto proto;
  proto.add_dims(2);
  proto.set_data_type(10);
  proto.set_raw_data(std::string("\x00\x3c\x01\x80", 4));  // float16: 1, and the least below 0
  const auto parsed = [&] {
    const std::string text = proto.SerializeAsString();
    return read_onnx_tensor(Bytes(text.begin(), text.end()));
  };
  ASSERT_TRUE(parsed().ok());
  EXPECT_EQ(parsed().value().reals, (Reals{1.0F, -0x1p-24F}));
  proto.set_data_type(4);
  EXPECT_EQ(parsed().value().integers, (Ints{0x3c00, 0x8001}));
  proto.set_data_type(5);
  EXPECT_EQ(parsed().value().integers, (Ints{0x3c00, -0x7fff}));
  proto.set_data_type(7);
  EXPECT_FALSE(parsed().ok());
}

}  // namespace
}  // namespace vouch
