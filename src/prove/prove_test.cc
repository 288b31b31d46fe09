// Whole proofs of small random networks, honest ones.
#include "prove/prove.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/parallel.h"
#include "prove/random_network.h"
#include "verify/verify.h"

namespace vouch {
namespace {

const Generators& generators() {
  static const Generators instance = Generators::load(1 << 14, parallel_for).value();
  return instance;
}

ProverModel model_of(Network network, uint8_t model_kappa, uint8_t proof_kappa) {
  network.circuit.model_kappa = model_kappa;
  network.circuit.proof_kappa = proof_kappa;
  EXPECT_TRUE(validate(network.circuit).ok());
  return {std::move(network.circuit), std::move(network.weights), ProverModel::Seed{1, 2, 3},
          generators()};
}

class Proofs : public ::testing::TestWithParam<uint32_t> {};

TEST_P(Proofs, OfRandomNetworksAreAccepted) {
  const uint32_t seed = GetParam();
  const uint8_t model_kappa = static_cast<uint8_t>(5 + seed % 4);
  const uint8_t proof_kappa = static_cast<uint8_t>(6 + seed % 5);
  const ProverModel model =
      model_of(with_small_tables(random_network(seed)), model_kappa, proof_kappa);
  const auto input = random_codes(model.circuit().input().shape.elements(), seed);
  ProveOptions options;
  options.audit = [](const std::vector<std::string>& labels) {
    EXPECT_EQ(labels, std::vector<std::string>{});
  };
  auto result = prove(model, input, options, generators());
  ASSERT_TRUE(result.ok()) << result.error().message;
  const LoadedModel loaded = load_model(encode_model_public(model.commitment()));
  ASSERT_TRUE(loaded.model.has_value()) << loaded.verdict.detail;
  const Verification v =
      verify(*loaded.model, encode_proof(result.value().proof), {}, generators());
  EXPECT_TRUE(v.verdict.accepted()) << reason_name(v.verdict.reason) << ": " << v.verdict.detail;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Proofs, ::testing::Range(0U, 12U));

}  // namespace
}  // namespace vouch
