// The tests that the ONNX project has of its operators, quantised by their own inputs, lowered and
// run as circuits: every output is within the bound that follows from the steps of its codes.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "model/lower/decompose.h"
#include "model/onnx/reader.h"
#include "network/float_executor.h"
#include "network/simplify.h"
#include "picture/shared_data.h"
#include "prove/quantised_network.h"

namespace vouch {
namespace {

using Reals = std::vector<float>;
namespace fs = std::filesystem;

struct Outcome {
  enum Kind : uint8_t { kPassed, kRefused, kFailed, kNotRead } kind;
  std::string why;
};

std::vector<Result<OnnxTensor>> tensors_of(const fs::path& directory, const std::string& prefix) {
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
  const bool codes = from.type == OnnxType::kUint8 || from.type == OnnxType::kInt8;
  if (tensor.codes && codes) {
    for (float& x : reals) {
      const float code = x + (tensor.codes->is_signed ? 128.0F : 0.0F);
      x = tensor.codes->scale * (code - static_cast<float>(tensor.codes->zero_point));
    }
  }
  return reals;
}

class OperatorTest {
 public:
  explicit OperatorTest(const fs::path& directory)
      : file_(read_file((directory / "model.onnx").string(), size_t{64} << 20U)),
        inputs_(tensors_of(directory / "test_data_set_0", "input_")),
        outputs_(tensors_of(directory / "test_data_set_0", "output_")) {}

  // Weights, axes and scales may have to be constants: first those that are no floats, then all but
  // the first input.
  Outcome run() {
    const auto names = input_names();
    if (!names.ok()) return {Outcome::kNotRead, names.error().message};
    Outcome last{Outcome::kNotRead, ""};
    for (const bool all : {false, true}) {
      OnnxConstants constants;
      std::vector<const OnnxTensor*> free;
      for (size_t i = 0; i < inputs_.size() && i < names.value().size(); ++i) {
        if (!inputs_[i].ok()) return {Outcome::kNotRead, inputs_[i].error().message};
        const OnnxTensor& input = inputs_[i].value();
        if (i > 0 && (all || !onnx::is_real(input.type))) {
          constants[names.value()[i]] = input;
        } else {
          free.push_back(&input);
        }
      }
      Result<Network> network = read_onnx(file_.value(), constants);
      if (!network.ok()) {
        if (last.kind == Outcome::kNotRead) last.why = network.error().message;
        continue;
      }
      const Outcome outcome = compare(std::move(network).value(), free);
      if (outcome.kind != Outcome::kRefused) return outcome;
      last = outcome;
    }
    return last;
  }

 private:
  [[nodiscard]] Result<std::vector<std::string>> input_names() const;

  [[nodiscard]] Outcome compare(Network network, const std::vector<const OnnxTensor*>& free) const {
    simplify(network);
    decompose(network);
    Sample sample;
    for (size_t i = 0; i < free.size(); ++i) {
      sample.push_back(reals_in(*free[i], network.tensors[network.inputs[i]]));
    }
    const auto quantised = QuantisedNetwork::make(std::move(network), std::vector<Sample>{sample},
                                                  RangeChoice::kMinMax, 20);
    if (!quantised.ok()) return {Outcome::kRefused, quantised.error().message};
    const auto outputs = quantised.value().run(sample);
    if (!outputs.ok()) return {Outcome::kFailed, outputs.error().message};
    const Network& net = quantised.value().network();
    for (size_t i = 0; i < outputs.value().size(); ++i) {
      const std::string wrong = compare_output(net, sample, outputs.value()[i], i);
      if (!wrong.empty()) return {Outcome::kFailed, wrong};
    }
    return {Outcome::kPassed, ""};
  }

  std::string compare_output(const Network& network, const Sample& sample,
                             const QuantisedOutput& got, size_t i) const {
    if (!outputs_[i].ok()) return outputs_[i].error().message;
    const uint32_t output = network.outputs[i];
    Reals wanted = reals_in(outputs_[i].value(), network.tensors[output]);
    if (got.tensor != output) {  // ranked outside: what it is ranked by
      const auto executor = FloatExecutor::prepare(network);
      if (!executor.ok()) return executor.error().message;
      const auto ran = executor.value().run(sample, [&](uint32_t tensor, std::span<const float> v) {
        if (tensor == got.tensor) wanted.assign(v.begin(), v.end());
      });
      if (!ran.ok()) return ran.error().message;
    }
    if (wanted.size() != got.values.size()) return "another number of elements";
    for (size_t e = 0; e < wanted.size(); ++e) {
      const double far = std::abs(double{got.values[e]} - double{wanted[e]});
      // Of the floats that the reference is computed in.
      const double slack = 1e-5 * std::abs(double{wanted[e]}) + 1e-6;
      if (!(far <= got.bounds[e] + slack)) {
        return "output " + std::to_string(i) + "[" + std::to_string(e) + "] is " +
               std::to_string(got.values[e]) + " instead of " + std::to_string(wanted[e]) +
               ", bound " + std::to_string(got.bounds[e]);
      }
    }
    return "";
  }

  Result<Bytes> file_;
  std::vector<Result<OnnxTensor>> inputs_;
  std::vector<Result<OnnxTensor>> outputs_;
};

}  // namespace
}  // namespace vouch

#include "model/onnx/wire.h"

namespace vouch {
namespace {

Result<std::vector<std::string>> OperatorTest::input_names() const {
  VOUCH_ASSIGN(const onnx::ModelProto model, onnx::parse_model(file_.value()));
  std::vector<std::string> names;
  for (const auto& input : model.graph().input()) names.push_back(input.name());
  return names;
}

TEST(OnnxOperators, CircuitsAreWithinTheirBounds) {
  VOUCH_SHARED_DATA(archive, "vectors/onnx-operator-tests.tar.xz");
  const auto directory = fs::temp_directory_path() / ("vouch-circuits-" + std::to_string(getpid()));
  fs::create_directories(directory);
  const auto packed = (directory / "tests.tar.xz").string();
  ASSERT_TRUE(write_file(packed, archive, FileAccess::kPublic).ok());
  const std::string unpack = "tar -C '" + directory.string() + "' -xJf '" + packed + "'";
  const bool unpacked = std::system(unpack.c_str()) == 0;
  std::map<std::string, Outcome> outcomes;
  if (unpacked) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      const std::string name = entry.path().filename().string();
      // Casts to narrower floats round: a network is of real numbers.
      if (entry.is_directory() && fs::exists(entry.path() / "model.onnx") &&
          name.rfind("test_cast", 0) != 0) {
        outcomes.emplace(name, OperatorTest(entry.path()).run());
      }
    }
  }
  fs::remove_all(directory);
  if (!unpacked) GTEST_SKIP() << "tar cannot unpack the operators' tests";
  size_t passed = 0;
  size_t refused = 0;
  size_t unread = 0;
  const bool verbose = std::getenv("VOUCH_VERBOSE") != nullptr;
  for (const auto& [name, outcome] : outcomes) {
    EXPECT_NE(outcome.kind, Outcome::kFailed) << name << ": " << outcome.why;
    passed += outcome.kind == Outcome::kPassed ? 1 : 0;
    refused += outcome.kind == Outcome::kRefused ? 1 : 0;
    unread += outcome.kind == Outcome::kNotRead ? 1 : 0;
    if (outcome.kind == Outcome::kRefused || (verbose && outcome.kind == Outcome::kNotRead)) {
      std::printf("%s: %s\n", name.c_str(), outcome.why.c_str());
    }
  }
  std::printf("%zu passed, %zu read and refused, %zu not read\n", passed, refused, unread);
  EXPECT_GE(passed, 240U);
}

}  // namespace
}  // namespace vouch
