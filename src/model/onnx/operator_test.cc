// Real models, and the tests that the ONNX project has of its operators: what is read computes what
// they say, and the rest is refused.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "model/onnx/reader.h"
#include "model/onnx/wire.h"
#include "network/float_executor.h"
#include "network/validate.h"
#include "picture/shared_data.h"

namespace vouch {
namespace {

using Reals = std::vector<float>;

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
                    ModelCase{"nanoGPT/network.onnx", "it is int64", 0}));

// The tensors of a test, prefix_0.pb, prefix_1.pb …, as far as there are any.
std::vector<Result<OnnxTensor>> tensors_of(const std::filesystem::path& directory,
                                           const std::string& prefix) {
  std::vector<Result<OnnxTensor>> tensors;
  for (;;) {
    const auto path = directory / (prefix + std::to_string(tensors.size()) + ".pb");
    const Result<Bytes> file = read_file(path.string(), size_t{64} << 20U);
    if (!file.ok()) return tensors;
    tensors.push_back(read_onnx_tensor(file.value()));
  }
}

// The reals that the file's numbers are in a tensor of the network.
Reals reals_in(const OnnxTensor& from, const NetworkTensor& tensor) {
  Reals reals = onnx::reals_of(from);
  if (tensor.codes && onnx::is_code(from.type)) {
    for (float& x : reals) {
      const float code = x + (tensor.codes->is_signed ? 128.0F : 0.0F);
      x = tensor.codes->scale * (code - static_cast<float>(tensor.codes->zero_point));
    }
  }
  return reals;
}

enum class Outcome : uint8_t { kRight, kWrong, kRefused };

class OperatorTest {
 public:
  explicit OperatorTest(const std::filesystem::path& directory)
      : file_(read_file((directory / "model.onnx").string(), size_t{64} << 20U)),
        inputs_(tensors_of(directory / "test_data_set_0", "input_")),
        outputs_(tensors_of(directory / "test_data_set_0", "output_")) {}

  // Weights, axes and scales may have to be constants: first those that are no floats, then all but
  // the first input.
  Outcome run() {
    const Result<onnx::ModelProto> model = onnx::parse_model(file_.value());
    if (!model.ok()) return Outcome::kRefused;
    for (const auto& input : inputs_) {
      if (!input.ok()) return Outcome::kRefused;
    }
    const auto& named = model.value().graph().input();
    for (const bool all : {false, true}) {
      OnnxConstants constants;
      std::vector<const OnnxTensor*> free;
      for (size_t i = 0; i < inputs_.size() && static_cast<int>(i) < named.size(); ++i) {
        const OnnxTensor& input = inputs_[i].value();
        if (i > 0 && (all || !onnx::is_real(input.type))) {
          constants[named[static_cast<int>(i)].name()] = input;
        } else {
          free.push_back(&input);
        }
      }
      const Result<Network> network = read_onnx(file_.value(), constants);
      if (network.ok()) return compare(network.value(), free);
    }
    return Outcome::kRefused;
  }

 private:
  [[nodiscard]] Outcome compare(const Network& network,
                                const std::vector<const OnnxTensor*>& free) const {
    if (free.size() != network.inputs.size() || outputs_.size() != network.outputs.size()) {
      return Outcome::kWrong;
    }
    std::vector<Reals> inputs;
    for (size_t i = 0; i < free.size(); ++i) {
      inputs.push_back(reals_in(*free[i], network.tensors[network.inputs[i]]));
    }
    const Result<FloatExecutor> executor = FloatExecutor::prepare(network);
    if (!executor.ok()) return Outcome::kWrong;
    const auto got = executor.value().run(inputs);
    if (!got.ok()) return Outcome::kWrong;
    for (size_t i = 0; i < outputs_.size(); ++i) {
      const NetworkTensor& tensor = network.tensors[network.outputs[i]];
      if (!outputs_[i].ok() || outputs_[i].value().shape != tensor.shape) return Outcome::kWrong;
      const Reals wanted = reals_in(outputs_[i].value(), tensor);
      for (size_t j = 0; j < wanted.size(); ++j) {
        const float x = got.value()[i][j];
        const float far = std::abs(x - wanted[j]);
        if (x != wanted[j] && !(far <= 1e-4F + 1e-3F * std::abs(wanted[j]))) return Outcome::kWrong;
      }
    }
    return Outcome::kRight;
  }

  Result<Bytes> file_;
  std::vector<Result<OnnxTensor>> inputs_;
  std::vector<Result<OnnxTensor>> outputs_;
};

TEST(OnnxOperators, ComputeWhatTheirTestsSay) {
  VOUCH_SHARED_DATA(archive, "vectors/onnx-operator-tests.tar.xz");
  const auto directory =
      std::filesystem::temp_directory_path() / ("vouch-onnx-" + std::to_string(getpid()));
  std::filesystem::create_directories(directory);
  const auto packed = (directory / "tests.tar.xz").string();
  ASSERT_TRUE(write_file(packed, archive, FileAccess::kPublic).ok());
  const std::string unpack = "tar -C '" + directory.string() + "' -xJf '" + packed + "'";
  const bool unpacked = std::system(unpack.c_str()) == 0;
  size_t right = 0;
  size_t refused = 0;
  if (unpacked) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
      const std::string name = entry.path().filename().string();
      // Casts to narrower floats round: a network is of real numbers.
      if (!entry.is_directory() || !std::filesystem::exists(entry.path() / "model.onnx") ||
          name.rfind("test_cast", 0) == 0) {
        continue;
      }
      const Outcome outcome = OperatorTest(entry.path()).run();
      EXPECT_NE(outcome, Outcome::kWrong) << name;
      right += outcome == Outcome::kRight ? 1 : 0;
      refused += outcome == Outcome::kRefused ? 1 : 0;
    }
  }
  std::filesystem::remove_all(directory);
  if (!unpacked) GTEST_SKIP() << "tar cannot unpack the operators' tests";
  RecordProperty("right", static_cast<int>(right));
  RecordProperty("refused", static_cast<int>(refused));
  EXPECT_GE(right, 265U);
}

}  // namespace
}  // namespace vouch
