// Exact rounding as an option, and the softmax behind it.
#include "cli/answer.h"
#include "cli/test_commands.h"
#include "model/onnx/model_maker.h"
#include "model/tflite/model_maker.h"

namespace vouch {
namespace {

namespace fs = std::filesystem;

TEST_F(Commands, ExactRoundingIsAnOption) {
  const Words exact = {"compile",           path("net.tflite"), "-o",
                       path("exact.vouch"), "--rounding",       "exact"};
  expect_done(exact);
  const Json circuit = expect_done({"inspect", path("exact.vouch")})["circuit"];
  EXPECT_EQ(circuit["shift"], 20);
  // Codes of the softmax, which fast models have not.
  const Json answer = expect_done({"run", path("exact.vouch"), path("cat.png")})["pictures"][0];
  EXPECT_EQ(answer["softmax_codes"].get<std::string>().size(), 2 * 7U);
  EXPECT_FALSE(expect_done({"run", path("m.vouch"), path("cat.png")})["pictures"][0].contains(
      "softmax_codes"));
  // What it was made from says the same again.
  fs::create_directory(path("set"));
  fs::copy_file(path("cat.png"), path("set/cat.png"));
  expect_done(
      {"evaluate", path("exact.vouch"), "--data", path("set"), "--original", path("net.tflite")});
  for (const Words& wrong :
       {Words{"--rounding", "exact", "--shift", "18"}, Words{"--rounding", "no"}}) {
    for (const Words& command : {Words{"compile", path("net.tflite"), "-o", path("none.vouch")},
                                 Words{"estimate", path("net.tflite")}}) {
      Words words = command;
      words.insert(words.end(), wrong.begin(), wrong.end());
      expect_error(words, "--");
    }
  }
  EXPECT_FALSE(fs::exists(path("none.vouch")));
}

// A fully connected layer of codes for each of `outputs`, and a softmax behind it.
Bytes softmaxes_of_lite(int outputs) {
  using namespace tflite;
  ModelMaker m;
  m.inputs = {m.codes("x", {1, 4}, 0.1F, 0)};
  for (int i = 0; i < outputs; ++i) {
    const std::string n = std::to_string(i);
    const std::vector<int8_t> weights(8, static_cast<int8_t>(i + 1));
    const auto w = m.constant("w" + n, TensorType::INT8, {2, 4}, weights, {0.5F}, {0});
    const auto y = m.codes("y" + n, {1, 2}, 0.3F, 0);
    m.op<FullyConnectedOptions>(BuiltinOperator::FULLY_CONNECTED, {m.inputs[0], w, -1}, {y},
                                [](auto& f) { return CreateFullyConnectedOptions(f); });
    m.outputs.push_back(m.codes("s" + n, {1, 2}, 1.0F / 256, -128));
    m.op<SoftmaxOptions>(BuiltinOperator::SOFTMAX, {y}, {m.outputs.back()},
                         [](auto& f) { return CreateSoftmaxOptions(f, 1.0F); });
  }
  return m.bytes();
}

Bytes softmax_of_onnx() {
  onnx::ModelMaker m;
  m.input("x", {1, 4}, 2);
  m.reals("s", {}, {0.1F});
  m.whole("z", {}, {3}, 2);
  m.whole("w", {4, 2}, {1, 2, 3, 4, 5, 6, 7, 8}, 3);
  m.whole("w z", {}, {0}, 3);
  m.node("DequantizeLinear", {"x", "s", "z"}, {"x f"});
  m.node("DequantizeLinear", {"w", "s", "w z"}, {"w f"});
  m.node("MatMul", {"x f", "w f"}, {"r"});
  m.node("QuantizeLinear", {"r", "s", "z"}, {"q"});
  m.node("DequantizeLinear", {"q", "s", "z"}, {"q f"});
  m.node("Softmax", {"q f"}, {"y"});
  m.output("y");
  return m.bytes();
}

// Only TensorFlow Lite's kernel is known, and one output has one softmax.
TEST_F(Commands, SoftmaxCodesAreOfOneSoftmaxOfTensorFlowLite) {
  write("codes.bin", "1234");
  const auto tells = [&](const std::string& name, const Bytes& file) {
    write(name, std::string(file.begin(), file.end()));
    expect_done({"compile", path(name), "-o", path("soft.vouch"), "--rounding", "exact", "--input",
                 "codes", "--replace"});
    const Json answer = expect_done({"run", path("soft.vouch"), path("codes.bin")});
    return answer["pictures"][0].contains("softmax_codes");
  };
  EXPECT_TRUE(tells("one.tflite", softmaxes_of_lite(1)));
  EXPECT_FALSE(tells("two.tflite", softmaxes_of_lite(2)));
  EXPECT_FALSE(tells("one.onnx", softmax_of_onnx()));
}

// Against what TensorFlow Lite's own kernel computes: float32, codes of 1/256.
TEST(SoftmaxCodes, AreTensorFlowLites) {
  const Bytes codes = {200, 190, 200, 3, 185};
  const Bytes expected = {112, 23, 112, 0, 10};
  EXPECT_EQ(softmax_codes(codes, 0.16F), expected);
  EXPECT_EQ(softmax_codes(Bytes{255}, 1.0F), Bytes{255});
  EXPECT_EQ(softmax_codes({}, 1.0F), Bytes{});
}

}  // namespace
}  // namespace vouch
