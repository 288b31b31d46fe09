// Whole proofs of small random networks, honest ones.
#include "prove/prove.h"

#include <gtest/gtest.h>

#include <array>

#include "prove/random_network.h"
#include "prove/test_generators.h"
#include "verify/verify.h"

namespace vouch {
namespace {

ProverModel model_of(WeightedCircuit network, uint8_t model_kappa, uint8_t input_kappa) {
  network.circuit.model_kappa = model_kappa;
  network.circuit.input_kappa = input_kappa;
  EXPECT_TRUE(validate(network.circuit).ok());
  return {std::move(network.circuit), std::move(network.weights), ProverModel::Seed{1, 2, 3},
          test_generators()};
}

ProverModel random_model(uint32_t seed) {
  return model_of(with_small_tables(random_network(seed)), static_cast<uint8_t>(5 + seed % 4),
                  static_cast<uint8_t>(4 + seed % 7));
}

// Proves random inputs in the given shape and verifies; every output is the network's own.
void expect_proven(const ProverModel& model, const ProofShape& shape, uint32_t seed) {
  std::vector<Bytes> inputs;
  for (uint32_t i = 0; i < shape.pictures; ++i) {
    inputs.push_back(random_codes(model.circuit().input().shape.elements(), 100 * i + seed));
  }
  ProveOptions options;
  options.shape = shape;
  options.audit = [](const std::vector<std::string>& labels) {
    EXPECT_EQ(labels, std::vector<std::string>{});
  };
  auto result = prove(model, inputs, options, test_generators());
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result.value().proof.shape, shape);
  const LoadedModel loaded = load_commitment(model.commitment());
  ASSERT_TRUE(loaded.model.has_value()) << loaded.verdict.detail;
  const Bytes proof = encode_proof(result.value().proof);
  EXPECT_EQ(generators_needed(*loaded.model, proof),
            generators_needed(model.circuit(), shape).value());
  const Verification v = verify(*loaded.model, proof, {inputs, {}, {}}, test_generators());
  ASSERT_TRUE(v.verdict.accepted()) << reason_name(v.verdict.reason) << ": " << v.verdict.detail;
  ASSERT_EQ(v.claim->outputs.size(), inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_EQ(v.claim->outputs[i], model.executor().run(inputs[i], false).value().output()) << i;
  }
}

class Proofs : public ::testing::TestWithParam<uint32_t> {};

TEST_P(Proofs, OfRandomNetworksAreAccepted) {
  const uint32_t seed = GetParam();
  expect_proven(random_model(seed), {static_cast<uint8_t>(6 + seed % 5), {}, 1}, seed);
}

// Messages of at most 1…6 variables, tables of a few values and of many.
TEST_P(Proofs, WithSharedMessagesAreAccepted) {
  const uint32_t seed = GetParam();
  constexpr std::array<uint8_t, 6> kBudgets{20, 5, 8, 11, 14, 17};
  const RoundGroups groups{kBudgets[(seed + seed / 6) % 6], static_cast<uint8_t>(1 + seed % 6)};
  expect_proven(random_model(seed), {static_cast<uint8_t>(5 + seed % 6), groups, 1}, seed);
}

TEST_P(Proofs, OfSeveralInputsAreAccepted) {
  const uint32_t seed = GetParam();
  const RoundGroups groups{static_cast<uint8_t>(6 + seed), static_cast<uint8_t>(1 + seed % 4)};
  expect_proven(random_model(seed),
                {static_cast<uint8_t>(6 + seed % 5), groups, static_cast<uint16_t>(2 + seed % 4)},
                seed);
}

TEST_P(Proofs, OfExactNetworksAreAccepted) {
  const uint32_t seed = GetParam();
  WeightedCircuit network = with_exact_rounding(with_small_tables(random_network(seed)));
  const ProverModel model = model_of(std::move(network), static_cast<uint8_t>(5 + seed % 4),
                                     static_cast<uint8_t>(4 + seed % 7));
  const RoundGroups groups{static_cast<uint8_t>(8 + seed), static_cast<uint8_t>(1 + seed % 6)};
  expect_proven(model,
                {static_cast<uint8_t>(6 + seed % 5), groups, static_cast<uint16_t>(1 + seed % 3)},
                seed);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Proofs, ::testing::Range(0U, 12U));

// One network in all groupings: the largest and the smallest budgets.
TEST(Shapes, EveryGroupingIsAccepted) {
  const ProverModel model = random_model(3);
  for (uint8_t most = 1; most <= 6; ++most) {
    for (const uint8_t budget : std::to_array<uint8_t>({1, 10, 20})) {
      expect_proven(model, {7, {budget, most}, 1}, most);
    }
  }
}

TEST(Shapes, RowsOfAnySizeAreAccepted) {
  const ProverModel model = random_model(2);
  for (uint8_t kappa = 5; kappa <= 13; kappa = static_cast<uint8_t>(kappa + 2)) {
    expect_proven(model, {kappa, {12, 4}, 2}, kappa);
  }
}

}  // namespace
}  // namespace vouch
