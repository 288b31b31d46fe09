// Bounds that are known before a circuit runs, against runs of random networks of every kind of
// layer.
#include "model/lower/step_bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "model/lower/decompose.h"
#include "network/float_executor.h"
#include "network/network_builder.h"
#include "network/validate.h"
#include "prove/quantised_network.h"
#include "prove/random_layers.h"

namespace vouch {
namespace {

// Runs the network on a sample with its codes' ranges but no roundings, and compares every tensor
// that the circuit computes with its codes.
void expect_within_step_bounds(Network network, std::mt19937& random, const std::string& what) {
  decompose(network);
  ASSERT_TRUE(validate(network).ok()) << what;
  Sample sample;
  std::uniform_real_distribution<float> reals(-2, 2);
  for (const uint32_t input : network.inputs) {
    std::vector<float>& values = sample.emplace_back(element_count(network.tensors[input].shape));
    std::generate(values.begin(), values.end(), [&] { return reals(random); });
  }
  const auto made =
      QuantisedNetwork::make(network, std::vector<Sample>{sample}, RangeChoice::kMinMax, 20);
  ASSERT_TRUE(made.ok()) << what << made.error().message;
  const LoweredNetwork& lowered = made.value().lowered();
  const std::vector<StepBound> bounds =
      step_bounds(lowered.circuit, lowered.weights, lowered.means, true);
  const InputCodes codes = made.value().codes_of(sample).value();
  const Trace trace = Executor(lowered.circuit, lowered.weights).run(codes.codes, true).value();
  const FloatExecutor exact =
      FloatExecutor::prepare(made.value().network(), FloatRounding::kToRanges).value();
  const auto compare = [&](uint32_t tensor, std::span<const float> values) {
    for (const Computed& computed : lowered.computed) {
      if (computed.tensor != tensor) {
        continue;
      }
      const std::vector<size_t> at = element_indices(computed.view);
      ASSERT_EQ(at.size(), values.size());
      const size_t positions = computed.view.shape.positions();
      for (size_t e = 0; e < at.size(); ++e) {
        const double code =
            double{values[e]} / double{computed.codes.scale} + computed.codes.zero_point;
        const double error = std::abs(trace.tensors[computed.op + 1].X[at[e]] - code);
        EXPECT_LE(error, bounds[computed.op + 1].worst[at[e] / positions] + 1e-3)
            << what << lowered.names[computed.op];
      }
    }
  };
  ASSERT_TRUE(exact.run(sample, compare).ok());
}

class StepBounds : public testing::TestWithParam<size_t> {};

TEST_P(StepBounds, HoldForEveryKindOfLayer) {
  const auto& [name, make] = layer_makers()[GetParam()];
  for (uint32_t seed = 0; seed < 12; ++seed) {
    std::mt19937 random(1000 * static_cast<uint32_t>(GetParam()) + seed);
    NetworkBuilder b;
    uint32_t x = b.input({1, pick(random, 1, 4), pick(random, 5, 7), pick(random, 5, 7)});
    if (seed % 2 == 1) {
      x = layer_maker("Unary")(b, random, x);
    }
    b.network.outputs = {make(b, random, x)};
    expect_within_step_bounds(b.network, random, name + " " + std::to_string(seed) + ": ");
    if (HasFatalFailure()) {
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, StepBounds, testing::Range<size_t>(0, 29),
                         [](const auto& test) { return layer_makers()[test.param].first; });

// y = 3·x in the codes of x: three times what x is off by, and half a step.
TEST(StepBound, OfOneScalingIsWhatItsStepsSay) {
  Circuit circuit;
  circuit.shift = 20;
  circuit.tables = {ActivationTable::clamp(17, 0, 255)};
  circuit.tensors = {{{2, 1, 3, 3}, 0, 0}, {{2, 1, 3, 3}, 0, 0}};
  Op op;
  op.kind = OpKind::kLinearMap;
  op.inputs = {0};
  op.terms = {{}};
  circuit.ops = {op};
  const Weights weights = {{{int64_t{3} << 20}, {0}}};
  const std::vector<OperatorMeaning> means = {{1.0, {1.0F, 0, false}, {}, 0}};
  const StepBound exact = step_bounds(circuit, weights, means, false)[1];
  EXPECT_NEAR(exact.largest(), 0.5, 1e-3);
  EXPECT_NEAR(exact.deviation(), std::sqrt(1.0 / 12), 1e-3);
  const StepBound rounded = step_bounds(circuit, weights, means, true)[1];
  EXPECT_NEAR(rounded.largest(), 3 * 0.5 + 0.5, 1e-3);
  EXPECT_NEAR(rounded.deviation(), std::sqrt(10.0 / 12), 1e-3);
  EXPECT_EQ(rounded.largest_deviation(), rounded.deviation());
}

}  // namespace
}  // namespace vouch
