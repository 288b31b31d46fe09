// The tests that the ONNX project has of its operators: for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "model/onnx/reader.h"
#include "model/onnx/wire.h"

namespace vouch {

/// A test's network with a sample of its inputs, and what its outputs should be: real numbers, as
/// the network's tensors mean them.
struct OperatorReading {
  Network network;
  std::vector<std::vector<float>> sample;
  std::vector<std::vector<float>> wanted;
};

class OperatorTest {
 public:
  /// Which of a model's inputs are constants: none; those that are no floats, but for the first;
  /// all but the first. Weights, axes and scales may have to be.
  enum Constants : uint8_t { kNone, kWhole, kAllButFirst };

  explicit OperatorTest(const std::filesystem::path& directory)
      : file_(read_file((directory / "model.onnx").string(), size_t{64} << 20U)),
        inputs_(tensors_of(directory / "test_data_set_0", "input_")),
        outputs_(tensors_of(directory / "test_data_set_0", "output_")) {}

  [[nodiscard]] Result<OperatorReading> read(Constants which) const {
    VOUCH_ASSIGN(const onnx::ModelProto model, onnx::parse_model(file_.value()));
    const auto& named = model.graph().input();
    OnnxConstants constants;
    std::vector<const OnnxTensor*> free;
    for (size_t i = 0; i < inputs_.size() && static_cast<int>(i) < named.size(); ++i) {
      if (!inputs_[i].ok()) return inputs_[i].error();
      const OnnxTensor& input = inputs_[i].value();
      const bool whole = !onnx::is_real(input.type);
      if (i > 0 && (which == kAllButFirst || (which == kWhole && whole))) {
        constants[named[static_cast<int>(i)].name()] = input;
      } else {
        free.push_back(&input);
      }
    }
    OperatorReading out;
    VOUCH_ASSIGN(out.network, read_onnx(file_.value(), constants));
    const auto& tensors = out.network.tensors;
    for (size_t i = 0; i < free.size() && i < out.network.inputs.size(); ++i) {
      out.sample.push_back(reals_in(*free[i], tensors[out.network.inputs[i]]));
    }
    for (size_t i = 0; i < outputs_.size() && i < out.network.outputs.size(); ++i) {
      if (!outputs_[i].ok()) return outputs_[i].error();
      const NetworkTensor& output = tensors[out.network.outputs[i]];
      EXPECT_EQ(outputs_[i].value().shape, output.shape);
      out.wanted.push_back(reals_in(outputs_[i].value(), output));
    }
    EXPECT_EQ(out.sample.size(), out.network.inputs.size());
    EXPECT_EQ(out.wanted.size(), out.network.outputs.size());
    return out;
  }

  /// True if the model has no other operators.
  [[nodiscard]] bool has_only(const std::set<std::string>& types) const {
    const std::set<std::string> own = operators();
    return !own.empty() && std::includes(types.begin(), types.end(), own.begin(), own.end());
  }

  /// Types of the model's operators.
  [[nodiscard]] std::set<std::string> operators() const {
    std::set<std::string> types;
    const Result<onnx::ModelProto> model = onnx::parse_model(file_.value());
    if (!model.ok()) return types;
    for (const auto& node : model.value().graph().node()) types.insert(node.op_type());
    return types;
  }

 private:
  // prefix_0.pb, prefix_1.pb …, as far as there are any.
  static std::vector<Result<OnnxTensor>> tensors_of(const std::filesystem::path& directory,
                                                    const std::string& prefix) {
    std::vector<Result<OnnxTensor>> tensors;
    for (;;) {
      const auto path = directory / (prefix + std::to_string(tensors.size()) + ".pb");
      const Result<Bytes> file = read_file(path.string(), size_t{64} << 20U);
      if (!file.ok()) return tensors;
      tensors.push_back(read_onnx_tensor(file.value()));
    }
  }

  static std::vector<float> reals_in(const OnnxTensor& from, const NetworkTensor& tensor) {
    std::vector<float> reals = onnx::reals_of(from);
    if (tensor.codes && onnx::is_code(from.type)) {
      for (float& x : reals) {
        const float code = x + (tensor.codes->is_signed ? 128.0F : 0.0F);
        x = tensor.codes->scale * (code - static_cast<float>(tensor.codes->zero_point));
      }
    }
    return reals;
  }

  Result<Bytes> file_;
  std::vector<Result<OnnxTensor>> inputs_;
  std::vector<Result<OnnxTensor>> outputs_;
};

/// The archive, unpacked for as long as it lives. Empty if tar cannot.
class OperatorTests {
 public:
  explicit OperatorTests(const Bytes& archive)
      : directory_(std::filesystem::temp_directory_path() /
                   ("vouch-operators-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(directory_);
    const auto packed = (directory_ / "tests.tar.xz").string();
    EXPECT_TRUE(write_file(packed, archive, FileAccess::kPublic).ok());
    const std::string unpack = "tar -C '" + directory_.string() + "' -xJf '" + packed + "'";
    if (std::system(unpack.c_str()) != 0) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
      if (entry.is_directory() && std::filesystem::exists(entry.path() / "model.onnx")) {
        by_name_[entry.path().filename().string()] = entry.path();
      }
    }
  }
  ~OperatorTests() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  OperatorTests(const OperatorTests&) = delete;
  OperatorTests& operator=(const OperatorTests&) = delete;

  [[nodiscard]] const std::map<std::string, std::filesystem::path>& by_name() const {
    return by_name_;
  }

 private:
  std::filesystem::path directory_;
  std::map<std::string, std::filesystem::path> by_name_;
};

/// The operators that a convolutional or dense network is made of,
/// constants aside. A test that has these alone is marked in the list.
[[nodiscard]] inline const std::set<std::string>& named_operators() {
  static const std::set<std::string> named = {
      // Products, windows.
      "Conv", "ConvTranspose", "Gemm", "MatMul", "MaxPool", "AveragePool", "GlobalMaxPool",
      "GlobalAveragePool",
      // Element by element, of two tensors.
      "Add", "Sub", "Mul",
      // Of one tensor.
      "Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Swish",
      "Gelu", "Exp", "Sqrt", "Reciprocal", "Abs", "Neg", "Log", "Elu", "Selu", "Celu", "Softplus",
      "Softsign", "Mish", "Floor", "Ceil", "Round", "Erf", "Sin", "Cos", "Tan", "Asin", "Acos",
      "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Sign", "ThresholdedRelu", "Shrink",
      // Moves.
      "Concat", "Split", "Slice", "Pad", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze",
      "Expand", "Gather", "DepthToSpace", "Resize",
      // Over axes.
      "ReduceMean", "ReduceSum", "ReduceMax", "ArgMax", "TopK"};
  return named;
}

struct OperatorOutcome {
  std::string line;    ///< "passed", or "refused: " and why
  bool named = false;  ///< the test has named_operators() alone
  bool operator==(const OperatorOutcome&) const = default;
};

/// By a test's name. Kept in testdata, an asterisk before those of named operators.
using OperatorOutcomes = std::map<std::string, OperatorOutcome>;

inline std::string operator_outcomes_path() {
  const char* root = std::getenv("VOUCH_SOURCE_DIR");
  return std::string(root != nullptr ? root : ".") + "/testdata/onnx_operator_tests.txt";
}

inline OperatorOutcomes read_operator_outcomes() {
  OperatorOutcomes outcomes;
  std::ifstream in(operator_outcomes_path());
  EXPECT_TRUE(in.good()) << operator_outcomes_path() << " (VOUCH_SOURCE_DIR names its root)";
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(": ");
    if (line[0] != '#' && colon != std::string::npos) {
      const size_t name = line[0] == '*' ? 1 : 0;
      outcomes[line.substr(name, colon - name)] = {line.substr(colon + 2), name == 1};
    }
  }
  return outcomes;
}

}  // namespace vouch
