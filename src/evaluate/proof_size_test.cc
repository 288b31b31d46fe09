// Sizes that are told before a proof is made, against proofs.
#include "evaluate/proof_size.h"

#include <gtest/gtest.h>

#include "evaluate/estimate.h"
#include "prove/prove.h"
#include "prove/random_network.h"
#include "prove/test_generators.h"
#include "prove/weight_bound_prover.h"
#include "verify/files.h"

namespace vouch {
namespace {

TEST(ProofSize, IsExact) {
  for (uint32_t seed = 0; seed < 3; ++seed) {
    WeightedCircuit network = with_small_tables(random_network(seed));
    network.circuit.model_kappa = static_cast<uint8_t>(5 + seed % 4);
    network.circuit.input_kappa = static_cast<uint8_t>(4 + seed % 7);
    const ProverModel model(std::move(network.circuit), std::move(network.weights), {1, 2, 3},
                            test_generators());
    for (const uint16_t pictures : {uint16_t{1}, uint16_t{3}}) {
      const ProofShape shape{static_cast<uint8_t>(9 + seed % 3), {12, 3}, pictures};
      ProveOptions options;
      options.shape = shape;
      options.hide_input = seed % 2 == 1;
      options.context = Bytes(5 * seed);
      const std::vector<Bytes> inputs(pictures,
                                      random_codes(model.circuit().input().shape.elements(), seed));
      const auto result = prove(model, inputs, options, test_generators());
      ASSERT_TRUE(result.ok()) << result.error().message;
      EXPECT_EQ(proof_bytes(model.circuit(), shape, options.context.size(), !options.hide_input),
                encode_proof(result.value().proof).size())
          << seed << " " << pictures;
    }
    const WeightBound bound = prove_weight_bound(model, test_generators());
    EXPECT_EQ(model_public_bytes(model.circuit()),
              encode_model_public({model.commitment(), bound}).size());
  }
}

TEST(Estimate, GrowsWithTheNumberOfInputs) {
  WeightedCircuit network = with_small_tables(random_network(3));
  network.circuit.model_kappa = 6;
  network.circuit.input_kappa = 6;
  const MachineSpeed speed{10, 10, 1000, 100, 10};
  const Estimate one = estimate(network.circuit, {10, {12, 3}, 1}, speed).value();
  const Estimate four = estimate(network.circuit, {10, {12, 3}, 4}, speed).value();
  EXPECT_GT(total_seconds(one.prove_seconds), 0);
  EXPECT_GT(total_seconds(four.prove_seconds), total_seconds(one.prove_seconds));
  EXPECT_GT(total_seconds(four.verify_seconds), 0);
  EXPECT_GT(four.proof_bytes, one.proof_bytes);
  EXPECT_EQ(four.model_public_bytes, one.model_public_bytes);
  EXPECT_GT(four.prove_memory, one.prove_memory);
}

TEST(MachineSpeed, IsMeasured) {
  const MachineSpeed speed = measure_speed();
  for (const double ns :
       {speed.field_ns, speed.group_ns, speed.square_ns, speed.serial_ns, speed.integer_ns}) {
    EXPECT_GT(ns, 0.1);
    EXPECT_LT(ns, 1e6);
  }
}

}  // namespace
}  // namespace vouch
