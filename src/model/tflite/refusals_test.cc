// What is refused is refused in one sentence: where, why, and what to do.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model/tflite/model_maker.h"
#include "model/tflite/reader.h"

namespace vouch::tflite {
namespace {

struct Refusal {
  const char* name;
  const char* says;
  std::function<void(ModelMaker&)> make;  // of small_float_classifier
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class TfliteRefusals : public testing::TestWithParam<Refusal> {};

TEST_P(TfliteRefusals, InOneSentence) {
  ModelMaker m = small_float_classifier();
  GetParam().make(m);
  const Result<Network> network = read_tflite(m.bytes());
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().message, GetParam().says);
}

ModelMaker::TensorText& tensor(ModelMaker& m, const std::string& name) {
  for (auto& each : m.tensors) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << name;
  return m.tensors[0];
}

// Operators 0 … 4: CONV_2D, MAX_POOL_2D, RESHAPE, FULLY_CONNECTED, SOFTMAX.
const Refusal kRefusals[] = {
    {"Version", "its schema is version 2; convert the model to version 3",
     [](auto& m) { m.version = 2; }},
    {"Graphs",
     "it holds 2 graphs; convert a model of one, without branches, loops or several signatures",
     [](auto& m) { m.graphs = 2; }},
    {"OpenExtent", "tensor 0 'x': its extent 1 is -1; convert the model with fixed extents",
     [](auto& m) { tensor(m, "x").shape[1] = -1; }},
    {"HugeTensor", "tensor 0 'x': it has more than 2^28 elements; convert a smaller model",
     [](auto& m) {
       tensor(m, "x").shape = {1 << 20, 1 << 20, 1, 1};
     }},
    {"State", "tensor 3 'c': it keeps a state between runs; convert a model without state",
     [](auto& m) { tensor(m, "c").is_variable = true; }},
    {"Sparse", "tensor 1 'w': it is sparse; convert the model with dense weights",
     [](auto& m) { tensor(m, "w").is_sparse = true; }},
    {"DataBehindTables",
     "tensor 1 'w': its data lies behind the file's tables; convert the model to one below 2 GiB",
     [](auto& m) { tensor(m, "w").buffer_offset = 4096; }},
    {"TooFewWeights",
     "tensor 1 'w': its data has 7 bytes, its shape needs 72; convert the model again",
     [](auto& m) { tensor(m, "w").data.resize(7); }},
    {"InfiniteWeight",
     "CONV_2D 'c': its constant 'w' holds a value that is no finite number; mend the model's "
     "weights",
     [](auto& m) {
       const float infinite = HUGE_VALF;
       std::memcpy(tensor(m, "w").data.data(), &infinite, sizeof infinite);
     }},
    {"ScalesOfNoAxis",
     "tensor 1 'w': it has 3 scales, which is not its extent along axis 0; convert the model again",
     [](auto& m) {
       tensor(m, "w").scales = {1, 1, 1};
       tensor(m, "w").zero_points = {0, 0, 0};
     }},
    {"UnknownInput", "MAX_POOL_2D 'p': input 0 is none of its tensors; convert the model again",
     [](auto& m) { m.operators[1].inputs[0] = 99; }},
    {"LaterInput",
     "MAX_POOL_2D 'p': its input 'y' is not computed before it is used; convert the model again",
     [](auto& m) { m.operators[1].inputs[0] = m.operators[4].outputs[0]; }},
    {"TwoValues", "MAX_POOL_2D 'c': 'c' has a value already; convert the model again",
     [](auto& m) { m.operators[1].outputs[0] = m.operators[0].outputs[0]; }},
    {"IntegerInput",
     "input 'x': 'x' is INT32; convert the model with activations of FLOAT32, UINT8 or INT8",
     [](auto& m) { tensor(m, "x").type = TensorType::INT32; }},
    {"Int16Activations",
     "CONV_2D 'c': 'c' is INT16; convert the model with activations of FLOAT32, UINT8 or INT8",
     [](auto& m) { tensor(m, "c").type = TensorType::INT16; }},
    {"Custom",
     "CUSTOM maker's own 'r': operators of other makers are not supported; convert the model with "
     "built-in ones",
     [](auto& m) { m.operators[2].type = BuiltinOperator::CUSTOM; }},
    {"Lstm",
     "UNIDIRECTIONAL_SEQUENCE_LSTM 'r': recurrent layers are not supported; convert a model "
     "without state",
     [](auto& m) { m.operators[2].type = BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM; }},
    {"Loop", "WHILE 'r': branches and loops are not supported; convert the model unrolled",
     [](auto& m) { m.operators[2].type = BuiltinOperator::WHILE; }},
    {"Normalisation",
     "L2_NORMALIZATION 'r': normalising by values that the network computes is not supported; "
     "train it with batch normalisation instead",
     [](auto& m) { m.operators[2].type = BuiltinOperator::L2_NORMALIZATION; }},
    {"Unsupported",
     "CUMSUM 'r': this operator is not supported; express it by others before the conversion",
     [](auto& m) { m.operators[2].type = BuiltinOperator::CUMSUM; }},
    {"NoOptions", "CONV_2D 'c': its table of options is missing; convert the model again",
     [](auto& m) {
       m.operators[0].options_type = BuiltinOptions::NONE;
       m.operators[0].options = {};
     }},
    {"WeightsOfTheInput",
     "FULLY_CONNECTED 'd': its weights 'r' must be a constant, and the model computes it; convert "
     "the model with a constant there",
     [](auto& m) { m.operators[3].inputs[1] = m.operators[3].inputs[0]; }},
    {"ZeroStride", "CONV_2D 'c': its stride of 0 is outside 1…65535; convert the model again",
     [](auto& m) {
       m.operators[0].options = [](auto& f) {
         return CreateConv2DOptions(f, Padding::SAME, 0, 1).Union();
       };
     }},
    {"TanhActivation", "CONV_2D 'c': its activation is TANH; use RELU, RELU_N1_TO_1 or RELU6",
     [](auto& m) {
       m.operators[0].options = [](auto& f) {
         return CreateConv2DOptions(f, Padding::SAME, 1, 1, Activation::TANH).Union();
       };
     }},
    {"OtherShape",
     "CONV_2D 'c': its output is [1, 4, 4, 2], and the file says [1, 4, 4, 3]; convert the model "
     "again",
     [](auto& m) {
       tensor(m, "c").shape = {1, 4, 4, 3};
     }},
    {"SoftmaxInTheMiddle",
     "SOFTMAX 'y': MUL 'z' computes with its result, as attention does; it is only supported at "
     "the end of a model, so cut the model before it",
     [](auto& m) {
       m.op(BuiltinOperator::MUL, {m.outputs[0], m.outputs[0]}, {m.real("z", {1, 3})});
       m.outputs = {m.operators.back().outputs[0]};
     }},
    {"ConstantOutput",
     "the model's output 'w' is a constant; let the converter compute what depends on constants "
     "alone",
     [](auto& m) { m.outputs = {m.operators[0].inputs[1]}; }},
    {"NoOutput", "the model has no output; convert the model again",
     [](auto& m) { m.outputs = {}; }},
};

INSTANTIATE_TEST_SUITE_P(Models, TfliteRefusals, testing::ValuesIn(kRefusals),
                         [](const auto& each) { return std::string(each.param.name); });

// Codes that are moved as they are, but said to mean something else.
TEST(TfliteRefusals, MovedCodesOfAnotherScale) {
  ModelMaker m;
  const auto x = m.codes("x", {1, 2}, 0.5F, 0);
  const auto y = m.codes("y", {2}, 0.25F, 0);
  m.op(BuiltinOperator::RESHAPE, {x}, {y});
  m.inputs = {x};
  m.outputs = {y};
  const Result<Network> network = read_tflite(m.bytes());
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().message,
            "RESHAPE 'y': 'y' has another type, scale or zero-point than the codes that are moved "
            "there; convert the model again");
}

TEST(TfliteRefusals, ScalesOfActivations) {
  for (const float scale : {0.0F, -1.0F, NAN, HUGE_VALF}) {
    ModelMaker m = small_quantised_convolutions();
    tensor(m, "c").scales = {scale};
    const Result<Network> network = read_tflite(m.bytes());
    ASSERT_FALSE(network.ok());
    EXPECT_EQ(network.error().message,
              "CONV_2D 'c': 'c' has a scale that is no number above 0; convert the model again");
  }
  ModelMaker m = small_quantised_convolutions();
  tensor(m, "c").zero_points = {128};
  EXPECT_EQ(read_tflite(m.bytes()).error().message,
            "CONV_2D 'c': 'c' has a zero-point of 128, which is no INT8; convert the model again");
}

TEST(TfliteRefusals, OtherFilesAndEveryCut) {
  const Bytes file = small_quantised_convolutions().bytes();
  for (size_t n = 0; n < file.size(); ++n) {
    EXPECT_FALSE(read_tflite(ByteSpan(file).first(n)).ok()) << n;
  }
  EXPECT_EQ(read_tflite(ByteSpan(file).first(7)).error().message,
            "this is not a TensorFlow Lite file (its bytes 4…7 are not 'TFL3'); convert the model "
            "to one");
  EXPECT_EQ(read_tflite(ByteSpan(file).first(file.size() / 2)).error().message,
            "the TensorFlow Lite file is damaged: its tables do not fit together; fetch it again");
}

// A short file must not ask for tables without end.
TEST(TfliteRefusals, ResizesWithoutEnd) {
  ModelMaker m;
  const auto x = m.real("x", {1, 1, 1, 1});
  const auto y = m.real("y", {1, 1 << 22, 1, 1});
  m.op<ResizeBilinearOptions>(BuiltinOperator::RESIZE_BILINEAR, {x, m.whole("size", {1 << 22, 1})},
                              {y}, [](auto& f) { return CreateResizeBilinearOptions(f); });
  m.inputs = {x};
  m.outputs = {y};
  const Result<Network> network = read_tflite(m.bytes());
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().message,
            "RESIZE_BILINEAR 'y': the model's constants are far larger than its file; convert it "
            "with constants folded");
}

// Many tensors may share one buffer: what they decode to is bounded by the file's size.
TEST(TfliteRefusals, ConstantsFarLargerThanTheFile) {
  ModelMaker m;
  const auto x = m.real("x", {1, 1 << 16});
  const auto w = m.reals("w", {1, 1 << 16}, std::vector<float>(1 << 16, 1.0F));
  m.inputs = {x};
  for (int i = 0; i < 300; ++i) {
    m.outputs = {m.real("y", {1, 1})};
    m.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED, {x, w}, m.outputs,
                                [](auto& f) { return CreateFullyConnectedOptions(f); });
  }
  const Result<Network> network = read_tflite(m.bytes());
  ASSERT_FALSE(network.ok());
  EXPECT_EQ(network.error().message,
            "FULLY_CONNECTED 'y': the model's constants are far larger than its file; convert it "
            "with constants folded");
}

}  // namespace
}  // namespace vouch::tflite
