// Every kind of layer, and every operator of the ONNX project's tests that passes, through
// commitment, proof and verification: one small network of each.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "model/lower/decompose.h"
#include "model/onnx/operator_tests.h"
#include "network/float_executor.h"
#include "network/shapes.h"
#include "network/simplify.h"
#include "picture/shared_data.h"
#include "prove/operator_models.h"
#include "prove/prove.h"
#include "prove/quantised_network.h"
#include "prove/random_layers.h"
#include "prove/test_generators.h"
#include "verify/verify.h"

namespace vouch {
namespace {

constexpr uint8_t kShift = 8;  // small tables

Result<QuantisedNetwork> quantised(Network network, const Sample& sample) {
  simplify(network);
  decompose(network);
  return QuantisedNetwork::make(std::move(network), std::vector<Sample>{sample},
                                RangeChoice::kMinMax, kShift);
}

// The network's own output, proven and accepted; with another output it is rejected.
void expect_proven(const QuantisedNetwork& network, const Sample& sample) {
  const LoweredNetwork& lowered = network.lowered();
  Circuit circuit = lowered.circuit;
  circuit.model_kappa = 6;
  circuit.input_kappa = 5;
  ASSERT_TRUE(validate(circuit).ok()) << validate(circuit).error().message;
  const ProverModel model(std::move(circuit), lowered.weights, ProverModel::Seed{1, 2, 3},
                          test_generators());
  const std::vector<Bytes> inputs{network.codes_of(sample).value().codes};
  ProveOptions options;
  options.shape = {9, {}, 1};
  const auto proven = prove(model, inputs, options, test_generators());
  ASSERT_TRUE(proven.ok()) << proven.error().message;
  const LoadedModel loaded = load_commitment(model.commitment());
  ASSERT_TRUE(loaded.model.has_value()) << loaded.verdict.detail;
  const auto accepted = [&](const Proof& proof) {
    return verify(*loaded.model, encode_proof(proof), {inputs, {}, {}}, test_generators())
        .verdict.accepted();
  };
  EXPECT_TRUE(accepted(proven.value().proof));
  Proof other = proven.value().proof;
  other.output[0] ^= 1U;
  EXPECT_FALSE(accepted(other));
}

TEST(OperatorProofs, OfEveryKindOfLayer) {
  for (const auto& [name, make] : layer_makers()) {
    SCOPED_TRACE(name);
    std::mt19937 random(7);
    NetworkBuilder b;
    b.network.outputs = {make(b, random, b.input({1, 2, 4, 3}))};
    const Sample sample{random_reals(random, 24)};
    const auto network = quantised(std::move(b.network), sample);
    ASSERT_TRUE(network.ok()) << network.error().message;
    expect_proven(network.value(), sample);
  }
}

// Every output that is computed inside is within its bound of what floats give.
void expect_within_bounds_of(const FloatExecutor& executor, const QuantisedNetwork& network,
                             const Sample& sample) {
  const auto wanted = executor.run(sample);
  const auto got = network.run(sample);
  ASSERT_TRUE(wanted.ok() && got.ok());
  for (size_t i = 0; i < got.value().size(); ++i) {
    const QuantisedOutput& output = got.value()[i];
    if (output.tensor != network.network().outputs[i]) continue;  // ranked outside
    for (size_t e = 0; e < output.values.size(); ++e) {
      const double x = wanted.value()[i][e];
      EXPECT_LE(std::abs(double{output.values[e]} - x),
                output.bounds[e] + 1e-5 * std::abs(x) + 1e-6)
          << "output " << i << "[" << e << "]";
    }
  }
}

TEST(OperatorProofs, OfOperatorsThatOnnxDoesNotTest) {
  const std::pair<const char*, onnx::ModelMaker> models[] = {
      {"functions", onnx::functions_model()},
      {"reductions", onnx::reductions_model()},
      {"constants", onnx::constants_model()},
      {"upsample", onnx::upsample_model()},
      {"quantised", onnx::quantised_operators_model()}};
  for (const auto& [name, model] : models) {
    SCOPED_TRACE(name);
    Result<Network> read = read_onnx(model.bytes());
    ASSERT_TRUE(read.ok()) << read.error().message;
    const Network network = std::move(read).value();
    Sample sample(1);
    const NetworkTensor& input = network.tensors[network.inputs[0]];
    for (size_t i = 0; i < element_count(input.shape); ++i) {
      sample[0].push_back(0.9F - 0.4375F * static_cast<float>(i % 5));
    }
    if (std::string(name) == "reductions") {
      for (float& x : sample[0]) x += 1.5F;
    }
    const auto executor = FloatExecutor::prepare(network);
    ASSERT_TRUE(executor.ok()) << executor.error().message;
    const auto made = quantised(network, sample);
    ASSERT_TRUE(made.ok()) << made.error().message;
    expect_within_bounds_of(executor.value(), made.value(), sample);
    expect_proven(made.value(), sample);
  }
}

// A test's network, lowered, and how much it costs.
struct Case {
  std::string name;
  QuantisedNetwork network;
  Sample sample;
  uint64_t elements = 0;
};

uint64_t elements_of(const Circuit& circuit) {
  uint64_t all = 0;
  for (const Tensor& tensor : circuit.tensors) all += tensor.shape.elements();
  return all;
}

std::optional<Case> case_of(const std::string& name, const OperatorTest& test) {
  for (const auto which : {OperatorTest::kNone, OperatorTest::kWhole, OperatorTest::kAllButFirst}) {
    Result<OperatorReading> reading = test.read(which);
    if (!reading.ok()) continue;
    Sample sample = reading.value().sample;
    auto network = quantised(std::move(reading).value().network, sample);
    if (!network.ok()) continue;
    const uint64_t elements = elements_of(network.value().lowered().circuit);
    return Case{name, std::move(network).value(), std::move(sample), elements};
  }
  return std::nullopt;
}

TEST(OperatorProofs, OfEveryOperatorOfOnnx) {
  VOUCH_SHARED_DATA(archive, "vectors/onnx-operator-tests.tar.xz");
  const OperatorTests tests(archive);
  if (tests.by_name().empty()) GTEST_SKIP() << "tar cannot unpack the operators' tests";
  const OperatorOutcomes outcomes = read_operator_outcomes();
  std::map<std::string, Case> smallest;  // by operator
  std::set<std::string> known_operators;
  for (const auto& [name, directory] : tests.by_name()) {
    const auto outcome = outcomes.find(name);
    if (outcome == outcomes.end() || outcome->second.line != "passed") continue;
    const OperatorTest test(directory);
    known_operators.merge(test.operators());
    std::optional<Case> found;
    for (const std::string& type : test.operators()) {
      const auto known = smallest.find(type);
      if (known != smallest.end() && known->second.elements < 100) continue;  // small enough
      if (!found) found = case_of(name, test);
      if (!found) break;
      if (known == smallest.end() || found->elements < known->second.elements) {
        smallest.insert_or_assign(type, *found);
      }
    }
  }
  std::set<std::string> proven;
  for (const auto& [type, one] : smallest) {
    SCOPED_TRACE(type + ", " + one.name);
    if (proven.insert(one.name).second) {
      expect_proven(one.network, one.sample);
    }
  }
  for (const std::string& type : known_operators) {
    EXPECT_TRUE(smallest.find(type) != smallest.end()) << type;
  }
}

}  // namespace
}  // namespace vouch
