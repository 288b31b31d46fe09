// What is refused is refused in one sentence: where, why, and what to do.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model/onnx/model_maker.h"
#include "model/onnx/reader.h"
#include "picture/shared_data.h"

namespace vouch::onnx {
namespace {

struct Refusal {
  const char* name;
  const char* says;
  std::function<void(ModelMaker&)> make;  // of small_classifier
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class OnnxRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(OnnxRefusals, InOneSentence) {
  ModelMaker m = small_classifier();
  GetParam().make(m);
  const Result<Network> network = read_onnx(m.bytes());
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().message, GetParam().says);
}

NodeProto& node_of(ModelMaker& m, int i) { return *m.graph().mutable_node(i); }

void end_in(ModelMaker& m, const std::string& type, const ModelMaker::Names& inputs) {
  m.node(type, inputs, {"z"});
  m.graph().mutable_output(0)->set_name("z");
}

void of_type(ModelMaker& m, int32_t type) {
  m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(type);
}

// One node, whose input x is int32.
void whole_only(ModelMaker& m, const std::string& type, const ModelMaker::Names& inputs) {
  of_type(m, 6);
  m.whole("two", {}, {2}, 6);
  m.graph().clear_node();
  end_in(m, type, inputs);
}

// Nodes 0 … 7: Conv, BatchNormalization, Relu, MaxPool, Shape, Gather, Concat, Reshape; then Gemm
// and Softmax.
const Refusal kRefusals[] = {
    {"Opset", "its operator set is 99; export the model with one of 6 to 27",
     [](auto& m) { m.proto.mutable_opset_import(0)->set_version(99); }},
    {"BoundThatIsNoNumber", "Clip 'z': its minimum is no number; export the model again",
     [](auto& m) {
       m.reals("nan", {}, {NAN});
       end_in(m, "Clip", {"x", "nan"});
     }},
    {"SparseWeights", "sparse weights are not supported; save the model with dense ones",
     [](auto& m) { m.graph().set_sparse_initializer(""); }},
    {"ExternalWeights",
     "Conv 'c': the constant 'w': its data is in a file of its own; save the model with its "
     "weights in the one ONNX file",
     [](auto& m) { m.graph().mutable_initializer(0)->set_data_location(1); }},
    {"TooFewWeights",
     "Conv 'c': the constant 'w': it has 7 values, its shape needs 18; export the model again",
     [](auto& m) { m.graph().mutable_initializer(0)->mutable_float_data()->Truncate(7); }},
    {"InfiniteWeight",
     "Conv 'c': its constant 'w' holds a value that is no finite number; mend the model's weights",
     [](auto& m) { m.graph().mutable_initializer(0)->set_float_data(0, HUGE_VALF); }},
    {"BoolInput",
     "input 'x': it is bool; inputs can only be floats or whole numbers: begin the model behind "
     "what reads others",
     [](auto& m) { of_type(m, 9); }},
    {"IntegerConvolution",
     "Conv 'c': its input 'x' is int64; have the model cast it to float before",
     [](auto& m) { of_type(m, 7); }},
    {"IntegerDivision",
     "Div 'z': it divides int32, which rounds to whole numbers; have the model cast them to float "
     "before",
     [](auto& m) {
       whole_only(m, "Div", {"x", "two"});
     }},
    {"IntegerMean",
     "ReduceMean 'z': its input 'x' is int32; have the model cast it to float before",
     [](auto& m) { whole_only(m, "ReduceMean", {"x"}); }},
    {"IntegerRoot",
     "Pow 'z': its power of int32 is no whole number; have the model cast it to float before",
     [](auto& m) {
       m.reals("half", {}, {0.5F});
       whole_only(m, "Pow", {"x", "half"});
     }},
    {"IntegersAndFloats", "Add 'z': its inputs are int32 and float; export the model again",
     [](auto& m) {
       whole_only(m, "Add", {"x", "gamma"});
     }},
    {"IntegersToBool",
     "Cast 'z': a cast of an activation from int32 to bool is not supported; leave the cast "
     "out, or cut the model before it",
     [](auto& m) {
       whole_only(m, "Cast", {"x"});
       set(node_of(m, 0), "to", int64_t{9});
     }},
    {"Embedding",
     "Gather 'z': its indices depend on the model's input, as an embedding's do; begin the model "
     "behind it",
     [](auto& m) {
       whole_only(m, "Gather", {"gamma", "x"});
     }},
    {"CodesOfAnotherScale",
     "Add 'z': the codes of 'q' are read with another scale or zero-point than they have; "
     "requantise them by DequantizeLinear and QuantizeLinear",
     [](auto& m) {
       m.reals("half", {}, {0.5F});
       m.node("QuantizeLinear", {"r", "half"}, {"q"});
       end_in(m, "Add", {"q", "q"});
     }},
    {"PlanesOfATransposedConvolution",
     "ConvTranspose 'z': its input [1, 3, 1, 1, 1] must have a batch, channels, and one or two "
     "more axes; reshape it to such",
     [](auto& m) {
       m.whole("five", {5}, {1, 3, 1, 1, 1});
       m.node("Reshape", {"g", "five"}, {"g5"});
       m.reals("w5", {3, 1, 1, 1, 1}, {1, 2, 3});
       end_in(m, "ConvTranspose", {"g5", "w5"});
     }},
    {"KernelOfMorePlanes",
     "Conv 'z': its kernel is larger than its input with pads; export the model again",
     [](auto& m) {
       m.whole("five", {5}, {1, 3, 1, 1, 1});
       m.node("Reshape", {"g", "five"}, {"g5"});
       m.reals("w5", {1, 3, 2, 1, 1}, {1, 2, 3, 4, 5, 6});
       end_in(m, "Conv", {"g5", "w5"});
     }},
    {"OpenRows",
     "input 'x': its extent 2 is open; export the model with fixed extents, but for the batch",
     [](auto& m) {
       auto* type = m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
       type->mutable_shape()->mutable_dim(2)->clear_dim_value();
     }},
    {"EmptyRows",
     "input 'x': its extent 2 is 0, so it is empty; export the model with extents of 1 or more",
     [](auto& m) {
       auto* type = m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
       type->mutable_shape()->mutable_dim(2)->set_dim_value(0);
     }},
    {"NegativeVariance",
     "BatchNormalization 'n': its variance of channel 1 is not above 0; mend the model's weights",
     [](auto& m) {
       m.reals("variances", {2}, {1, -1});
       node_of(m, 1).set_input(4, "variances");
     }},
    {"Unsupported",
     "Det 'r': this operator is not supported; express it by others before the export",
     [](auto& m) { node_of(m, 2).set_op_type("Det"); }},
    {"OtherDomain",
     "Relu 'r': operators of 'acme' are not supported; export the model with those of ONNX",
     [](auto& m) { node_of(m, 2).set_domain("acme"); }},
    {"Exponents",
     "Pow 'z': its exponents differ from element to element; export it with one exponent for all",
     [](auto& m) {
       m.reals("powers", {3}, {1, 2, 3});
       end_in(m, "Pow", {"y", "powers"});
     }},
    {"PadMode", "Pad 'z': its mode 'mirror' is not supported; use constant, reflect, edge or wrap",
     [](auto& m) {
       m.whole("pads", {4}, {0, 1, 0, 1});
       end_in(m, "Pad", {"y", "pads"});
       set(node_of(m, m.graph().node_size() - 1), "mode", std::string("mirror"));
     }},
    {"Loop", "Loop 'r': branches and loops are not supported; export the model unrolled",
     [](auto& m) { node_of(m, 2).set_op_type("Loop"); }},
    {"Recurrent", "LSTM 'r': recurrent layers are not supported; export a model without state",
     [](auto& m) { node_of(m, 2).set_op_type("LSTM"); }},
    {"Normalisation",
     "LayerNormalization 'r': normalising by values that the network computes is not supported; "
     "train it with BatchNormalization instead",
     [](auto& m) { node_of(m, 2).set_op_type("LayerNormalization"); }},
    {"Dynamic", "MatMulInteger 'r': dynamic quantisation is not supported; quantise it statically",
     [](auto& m) { node_of(m, 2).set_op_type("MatMulInteger"); }},
    {"DynamicScale",
     "QuantizeLinear 'z': its scale or zero-point depends on the model's input (dynamic "
     "quantisation); quantise the model statically",
     [](auto& m) {
       end_in(m, "QuantizeLinear", {"y", "y"});
     }},
    {"UnknownAttribute", "Relu 'r': its attribute 'frob' is not known; export the model without it",
     [](auto& m) { set(node_of(m, 2), "frob", int64_t{1}); }},
    {"ZeroStride",
     "Conv 'c': its attribute 'strides' has 0, outside 1…65535; export the model again",
     [](auto& m) {
       set(node_of(m, 0), "strides", std::vector<int64_t>{0, 1});
     }},
    {"WeightsOfTheInput",
     "Conv 'c': its weights depend on the model's input; export the model with constant weights",
     [](auto& m) { node_of(m, 0).set_input(1, "x"); }},
    {"OtherChannels",
     "Conv 'c': weights [2, 1, 3, 3] in 1 groups do not fit an input [1, 3, 4, 4]; export the "
     "model again",
     [](auto& m) {
       auto* type = m.graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
       type->mutable_shape()->mutable_dim(1)->set_dim_value(3);
     }},
    {"ComputedAxes",
     "ReduceSum 'z': its axes 'y' depends on the model's input; export the model with a constant "
     "there",
     [](auto& m) {
       end_in(m, "ReduceSum", {"y", "y"});
     }},
    {"LaterInput", "Relu 'r': 'y' is not computed before it is used; export the model again",
     [](auto& m) { node_of(m, 2).set_input(0, "y"); }},
    {"SoftmaxInTheMiddle",
     "Softmax 'y': Mul 'z' computes with its result, as attention does; it is only supported at "
     "the end of a model, so cut the model before it",
     [](auto& m) {
       end_in(m, "Mul", {"y", "y"});
     }},
    {"ConstantOutput", "the model's output does not depend on its input; export the model again",
     [](auto& m) { m.graph().mutable_output(0)->set_name("flat"); }},
};

INSTANTIATE_TEST_SUITE_P(Models, OnnxRefusals, testing::ValuesIn(kRefusals),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(OnnxRefusals, Damage) {
  const Bytes file = small_classifier().bytes();
  EXPECT_EQ(read_onnx(ByteSpan(file).first(file.size() - 3)).error().message,
            "this is neither an ONNX file nor a TensorFlow Lite one (its bytes 4…7 are not "
            "'TFL3'), or it is damaged; export the model again");
}

// Real models that are beyond what is supported.
TEST(OnnxRefusals, RealModels) {
  const std::pair<const char*, const char*> refused[] = {
      {"layernorm",
       "LayerNormalization '/ln/LayerNormalization': normalising by values that the network "
       "computes is not supported; train it with BatchNormalization instead"},
      {"self_attention",
       "Where '/attention/Where': its second choice '/attention/Mul_output_0' depends on the "
       "model's input; export the model with a constant there"},
      {"multihead_attention",
       "Softmax '/layers.0/attention/Softmax': MatMul '/layers.0/attention/MatMul_1' computes with "
       "its result, as attention does; it is only supported at the end of a model, so cut the "
       "model "
       "before it"},
      {"nanoGPT",
       "NonZero '/NonZero': how large its output is depends on values, so that no circuit has its "
       "shape; let the exporter fold it (with fixed input shapes), or cut the model before it"}};
  for (const auto& [name, says] : refused) {
    VOUCH_SHARED_DATA(file, std::string("models/onnx/") + name + "/network.onnx");
    const Result<Network> network = read_onnx(file);
    ASSERT_FALSE(network.ok()) << name;
    EXPECT_EQ(network.error().message, says);
  }
}

}  // namespace
}  // namespace vouch::onnx
