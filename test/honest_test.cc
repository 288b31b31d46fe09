// Two provers, one verifier: honest proofs of both are accepted.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/parallel.h"
#include "exact_case.h"
#include "prove/prove.h"
#include "prove/random_network.h"
#include "prove/witness.h"

namespace vouch::dense {
namespace {

TEST(Honest, NothingIsFalseAndTheProofIsAccepted) {
  Forgery honest(small_model(), small_run());
  const DenseProof made = prove_small(honest);
  EXPECT_EQ(made.false_checks, std::vector<std::string>{});
  const Verdict verdict = judge(small_model(), made.proof);
  EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << ": " << verdict.detail;
}

// The tests' network is worth attacking: no lookup or constraint is trivially satisfied in it.
TEST(Honest, TheNetworkHasClampsStepsPadsAndVariedValues) {
  const DenseWitness& w = small_run();
  size_t clamped = 0;
  for (const Scalar& e : w[Column::kE]) {
    clamped += e.is_zero() ? 0 : 1;
  }
  EXPECT_GT(clamped, 10U);
  EXPECT_LT(clamped, 300U);
  EXPECT_EQ(small_model().columns.tables(), 3U);
  EXPECT_EQ(small_model().columns.products(), 3U);
  // Codes of the table that is no clamp come from more than one of its ramps.
  std::set<size_t> ramps;
  const ActivationTable& steps = small_model().circuit.tables[kSteps];
  for (const SmallOp op : {kDilated, kTransposed, kSquare, kJoin}) {
    for (const Element& e :
         elements_of(small_model().columns.layout(Column::kX).bricks()[op].extents)) {
      const uint64_t slot = output_slot(op, e);
      const int64_t V = integer_of(w[Column::kX][slot]) + integer_of(w[Column::kE][slot]);
      ramps.insert(static_cast<size_t>(std::count_if(
          steps.ramps.begin(), steps.ramps.end(), [V](const Ramp& ramp) { return ramp.at <= V; })));
    }
  }
  EXPECT_GE(ramps.size(), 2U);
  const Bytes output = output_of(small_model().columns, w);
  EXPECT_NE(output[0], output[1]);
}

TEST(Honest, HiddenInputAndContextAreAccepted) {
  Forgery honest(small_model(), small_run());
  honest.input_public = false;
  honest.context = {1, 2, 3};
  EXPECT_TRUE(judge(small_model(), prove_small(honest).proof).accepted());
}

TEST(Honest, ExactRoundingIsAccepted) {
  Forgery honest = honest_exact();
  const DenseProof made = prove_small(honest);
  EXPECT_EQ(made.false_checks, std::vector<std::string>{});
  const Verdict verdict = judge(exact_model(), made.proof);
  EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << ": " << verdict.detail;
}

// The program's own proofs of the exact network: edges and all.
TEST(Honest, BothProversAgreeOnExactRounding) {
  const ProverModel model(exact_model().circuit, exact_model().weights, {1, 2, 3},
                          test_generators());
  ProveOptions options;
  options.shape = kSmallShape;
  options.audit = [](const std::vector<std::string>& labels) { EXPECT_EQ(labels, Labels{}); };
  const Proof proof =
      prove(model, std::vector<Bytes>{small_picture(1)}, options, test_generators()).value().proof;
  EXPECT_EQ(proof.output, output_of(exact_model().columns, exact_run()));
  const LoadedModel loaded = load_commitment(model.commitment());
  const Verdict verdict =
      verify(loaded.model.value(), encode_proof(proof), {}, test_generators()).verdict;
  EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << ": " << verdict.detail;
  // Codes, windows, limbs and multiplicities are those of the definition.
  const Witness witness(model.circuit(), exact_model().columns, model.weights(),
                        model.executor().run(small_picture(1), true).value());
  DenseWitness other = exact_run();
  for (size_t i = 0; i < witness.multiplicities().size(); ++i) {
    other[Column::kM][i] = Scalar::from_u64(witness.multiplicities()[i]);
  }
  for (const Column column : {Column::kX, Column::kE, Column::kL}) {
    const auto& bricks = exact_model().columns.layout(column).bricks();
    for (size_t b = 0; b < bricks.size(); ++b) {
      const auto elements = elements_of(bricks[b].extents);
      std::vector<int64_t> values(elements.size());
      witness.read(column, b, 0, values.size(), values.data());
      for (size_t i = 0; i < values.size(); ++i) {
        other[column][slot_of(bricks[b], elements[i])] = Scalar::from_i64(values[i]);
      }
    }
  }
  EXPECT_GT(witness.further_errors().size(), 15U);
  for (const SlotValue& edge : witness.further_errors()) {
    EXPECT_TRUE(other[Column::kE][edge.slot].is_zero());
    other[Column::kE][edge.slot] = edge.value;
  }
  for (const Column column : {Column::kX, Column::kE, Column::kL}) {
    EXPECT_EQ(other[column], exact_run()[column]) << column_name(column);
  }
  // An edge that floor has in two rows may be counted in either.
  EXPECT_EQ(count_lookups(model.circuit(), exact_model().columns, other), exact_run()[Column::kM]);
}

// Rows of the model may be wider than the proof's, or narrower.
TEST(Honest, RowsOfAnySizeAreAccepted) {
  for (const auto& [model_kappa, proof_kappa] : {std::pair{4, 8}, {8, 4}, {6, 6}, {4, 4}}) {
    Circuit circuit = small_circuit();
    circuit.model_kappa = static_cast<uint8_t>(model_kappa);
    const ProofShape shape{static_cast<uint8_t>(proof_kappa), {}, 1};
    const DenseModel model(circuit, small_weights(circuit, 5), shape, test_generators());
    Forgery honest(model, run(circuit, model.columns, model.weights, small_picture(3)));
    const DenseProof made = prove_densely(model, honest, test_generators());
    EXPECT_EQ(made.false_checks, std::vector<std::string>{});
    EXPECT_TRUE(judge(model, made.proof).accepted()) << model_kappa << " " << proof_kappa;
  }
}

// Messages of at most 1…6 variables, tables of a few values and of many.
TEST(Honest, SharedMessagesOfAnySizeAreAccepted) {
  const Circuit circuit = small_circuit();
  for (uint8_t most = 1; most <= 6; ++most) {
    for (const uint8_t budget : std::to_array<uint8_t>({5, 10})) {
      const DenseModel model(circuit, small_weights(circuit, 5), {6, {budget, most}, 1},
                             test_generators());
      Forgery honest(model, run(circuit, model.columns, model.weights, small_picture(3)));
      const DenseProof made = prove_densely(model, honest, test_generators());
      EXPECT_EQ(made.false_checks, std::vector<std::string>{});
      const Verdict verdict = judge(model, made.proof);
      EXPECT_TRUE(verdict.accepted()) << int{budget} << " " << int{most} << ": " << verdict.detail;
    }
  }
}

class RandomNetworks : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomNetworks, BothProversAgree) {
  const uint32_t seed = GetParam();
  WeightedCircuit network = with_small_tables(random_network(seed));
  network.circuit.model_kappa = static_cast<uint8_t>(5 + seed % 4);
  network.circuit.input_kappa = static_cast<uint8_t>(4 + seed % 3);
  ProveOptions options;
  options.shape = {static_cast<uint8_t>(6 + seed % 5),
                   {static_cast<uint8_t>(4 + 3 * (seed % 4)), static_cast<uint8_t>(1 + seed % 6)},
                   1};
  const DenseModel model(network.circuit, network.weights, options.shape, test_generators());
  const auto picture = random_codes(model.circuit.input().shape.elements(), seed);

  Forgery honest(model, run(model.circuit, model.columns, model.weights, picture));
  const DenseProof dense = prove_densely(model, honest, test_generators());
  EXPECT_EQ(dense.false_checks, std::vector<std::string>{});
  const Verdict verdict = judge(model, dense.proof);
  EXPECT_TRUE(verdict.accepted()) << reason_name(verdict.reason) << ": " << verdict.detail;

  const ProverModel fast_model(network.circuit, network.weights, {1, 2, 3}, test_generators());
  const auto fast = prove(fast_model, std::vector<Bytes>{picture}, options, test_generators());
  ASSERT_TRUE(fast.ok()) << fast.error().message;
  EXPECT_EQ(fast.value().proof.output, dense.proof.output);
  EXPECT_EQ(fast.value().proof.messages.size(), dense.proof.messages.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetworks, ::testing::Range(0U, 4U));

}  // namespace
}  // namespace vouch::dense
