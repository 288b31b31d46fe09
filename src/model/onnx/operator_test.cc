// Real models, and the tests that the ONNX project has of its operators: what is read computes what
// they say, and the rest is refused.
#include <gtest/gtest.h>

#include <cmath>

#include "model/onnx/operator_tests.h"
#include "model/onnx/reader.h"
#include "network/float_executor.h"
#include "network/validate.h"
#include "picture/shared_data.h"

namespace vouch {
namespace {

struct ModelCase {
  const char* path;
  const char* refused;  // part of the error, or null
  size_t coded;         // activations that are codes
};

class OnnxModels : public testing::TestWithParam<ModelCase> {};

TEST_P(OnnxModels, ReadOrRefused) {
  VOUCH_SHARED_DATA(file, std::string("models/onnx/") + GetParam().path);
  const Result<Network> network = read_onnx(file);
  ASSERT_EQ(network.ok(), GetParam().refused == nullptr)
      << (network.ok() ? "read" : network.error().message);
  if (!network.ok()) {
    EXPECT_NE(network.error().message.find(GetParam().refused), std::string::npos)
        << network.error().message;
    return;
  }
  EXPECT_TRUE(validate(network.value()).ok());
  size_t coded = 0;
  for (const NetworkTensor& tensor : network.value().tensors) {
    coded += tensor.codes ? 1 : 0;
  }
  EXPECT_EQ(coded, GetParam().coded);
}

INSTANTIATE_TEST_SUITE_P(
    Files, OnnxModels,
    testing::Values(ModelCase{"mnist_cnn_float/model.onnx", nullptr, 0},
                    ModelCase{"4l_relu_conv_fc/network.onnx", nullptr, 0},
                    ModelCase{"resnet_cifar10_float/resnet20_bnfolded.onnx", nullptr, 0},
                    ModelCase{"multihead_attention/network.onnx", "as attention does", 0},
                    ModelCase{"pretrainedResnet_quant_qdq.onnx", nullptr, 17},
                    ModelCase{"mcunet_imagenet_best_qdq.onnx", nullptr, 93},
                    ModelCase{"mobilenet_v2_1_0_224_quant_qdq.onnx", nullptr, 67},
                    ModelCase{"tf2_mobilenet_v2_1.0_224_ptq_qdq.onnx", nullptr, 69},
                    ModelCase{"layernorm/network.onnx", "normalising", 0},
                    ModelCase{"self_attention/network.onnx", "Where", 0},
                    ModelCase{"nanoGPT/network.onnx", "NonZero", 0}));

enum class Outcome : uint8_t { kRight, kWrong, kRefused };

Outcome compare(const OperatorReading& reading) {
  const Result<FloatExecutor> executor = FloatExecutor::prepare(reading.network);
  if (!executor.ok()) return Outcome::kWrong;
  const auto got = executor.value().run(reading.sample);
  if (!got.ok()) return Outcome::kWrong;
  for (size_t i = 0; i < reading.wanted.size(); ++i) {
    const std::vector<float>& wanted = reading.wanted[i];
    for (size_t j = 0; j < wanted.size(); ++j) {
      const float x = got.value()[i][j];
      const float far = std::abs(x - wanted[j]);
      if (x != wanted[j] && !(far <= 1e-4F + 1e-3F * std::abs(wanted[j]))) return Outcome::kWrong;
    }
  }
  return Outcome::kRight;
}

// The first reading that is not refused.
Outcome outcome_of(const OperatorTest& test) {
  for (const auto which : {OperatorTest::kNone, OperatorTest::kWhole, OperatorTest::kAllButFirst}) {
    const Result<OperatorReading> reading = test.read(which);
    if (reading.ok()) return compare(reading.value());
  }
  return Outcome::kRefused;
}

TEST(OnnxOperators, ComputeWhatTheirTestsSay) {
  VOUCH_SHARED_DATA(archive, "vectors/onnx-operator-tests.tar.xz");
  const OperatorTests tests(archive);
  if (tests.by_name().empty()) GTEST_SKIP() << "tar cannot unpack the operators' tests";
  size_t right = 0;
  size_t refused = 0;
  for (const auto& [name, directory] : tests.by_name()) {
    // Casts to narrower floats round: a network is of real numbers.
    if (name.rfind("test_cast", 0) == 0) continue;
    const Outcome outcome = outcome_of(OperatorTest(directory));
    EXPECT_NE(outcome, Outcome::kWrong) << name;
    right += outcome == Outcome::kRight ? 1 : 0;
    refused += outcome == Outcome::kRefused ? 1 : 0;
  }
  RecordProperty("right", static_cast<int>(right));
  RecordProperty("refused", static_cast<int>(refused));
  EXPECT_GE(right, 350U);
}

}  // namespace
}  // namespace vouch
