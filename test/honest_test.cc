// Two provers, one verifier: honest proofs of both are accepted.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/parallel.h"
#include "circuit/pictures.h"
#include "exact_case.h"
#include "predicate_case.h"
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

// Predicates of networks whose classes fill several rows of Y, of one input and of several, with
// both roundings: both provers' Y, q, results and lengths are the same.
struct HiddenShape {
  uint32_t classes;
  uint16_t inputs;
  uint8_t top;
  bool exact;
};
class HiddenOutputs : public ::testing::TestWithParam<HiddenShape> {
 protected:
  static Circuit circuit() {
    Circuit c = mirror_circuit(GetParam().classes);
    if (GetParam().exact) {
      c.rounding = Rounding::kExact;
      c.shift = Limbs::kMinBits;
      c.tables.clear();
      c.windows = {{Boundaries::kFloor, 0, 0, 255, 8, 8}};
    }
    return c;
  }
  static Weights weights() {
    Weights w = mirror_weights(GetParam().classes);
    for (int64_t& x : w[0].weights) {
      x *= GetParam().exact ? int64_t{1} << (2 * Limbs::kMinBits - 4) : 1;
    }
    return w;
  }
  // Many equal codes.
  static std::vector<Bytes> inputs() {
    std::vector<Bytes> all;
    for (uint16_t p = 0; p < GetParam().inputs; ++p) {
      all.push_back(random_codes(GetParam().classes, p + 1U));
      for (uint8_t& x : all.back()) {
        x = static_cast<uint8_t>(x / 32 * 36);
      }
    }
    return all;
  }
  static std::vector<HiddenOutput> predicates() {
    std::vector<HiddenOutput> all(1);
    for (const bool count : {false, true}) {
      for (Predicate p :
           {contains(count), score(count), public_labels(count), hidden_labels(count)}) {
        p.top = p.ranks() ? GetParam().top : 1;
        p.label.resize(p.label.empty() ? 0 : GetParam().inputs, 3);
        HiddenOutput hidden;
        for (uint16_t i = 0; p.commits_labels() && i < GetParam().inputs; ++i) {
          hidden.labels.push_back(
              {static_cast<uint16_t>(i % GetParam().classes), Salt{static_cast<uint8_t>(i), 1}});
        }
        hidden.predicate = std::move(p);
        all.push_back(std::move(hidden));
      }
    }
    all[0].predicate.top = GetParam().top;
    if (GetParam().exact) {  // whose proofs take four times as long
      all.erase(all.begin() + 1, all.end() - 1);
    }
    return all;
  }
};

TEST_P(HiddenOutputs, BothProversAgree) {
  const ProofShape shape{6, {7, 3}, GetParam().inputs};
  const ProverModel fast_model(circuit(), weights(), {1, 2, 3}, test_generators());
  const std::vector<Bytes> codes = inputs();
  for (const HiddenOutput& hidden : predicates()) {
    const DenseModel model(circuit(), weights(), shape, test_generators(), nullptr,
                           hidden.predicate);
    DenseWitness w = run(model.circuit, model.columns, model.weights,
                         join_pictures({GetParam().classes, 1, 1, 1}, codes));
    std::vector<uint16_t> labels;
    for (const OpenedLabel& opened : hidden.labels) {
      labels.push_back(opened.label);
    }
    hide_output(model, w, labels);
    Forgery forgery(model, w);
    for (const OpenedLabel& opened : hidden.labels) {
      forgery.label_salts.push_back(opened.salt);
    }
    const DenseProof dense = prove_densely(model, forgery, test_generators());
    EXPECT_EQ(dense.false_checks, Labels{});
    const LoadedModel loaded = load_commitment(model.commitment);
    const Verification v = verify(*loaded.model, encode_proof(dense.proof), {}, test_generators());
    ASSERT_TRUE(v.verdict.accepted()) << v.verdict.detail;

    ProveOptions options;
    options.shape = shape;
    options.hidden_output = hidden;
    options.audit = [](const std::vector<std::string>& wrong) { EXPECT_EQ(wrong, Labels{}); };
    const auto fast = prove(fast_model, codes, options, test_generators());
    ASSERT_TRUE(fast.ok()) << fast.error().message;
    EXPECT_EQ(fast.value().proof.output, dense.proof.output);
    EXPECT_EQ(fast.value().proof.messages.size(), dense.proof.messages.size());
    EXPECT_EQ(fast.value().proof.y.size(), dense.proof.y.size());
    const LoadedModel of_fast = load_commitment(fast_model.commitment());
    const Verification again =
        verify(*of_fast.model, encode_proof(fast.value().proof), {}, test_generators());
    ASSERT_TRUE(again.verdict.accepted()) << again.verdict.detail;
    EXPECT_EQ(again.claim->hidden->labels, v.claim->hidden->labels);

    const PredicateWitness witness(hidden.predicate, model.columns.predicate(),
                                   model.circuit.output_tensor().shape, output_of(model.columns, w),
                                   labels);
    const auto compare = [](const Layout& layout, const std::vector<Scalar>& dense_values,
                            const auto& values_of) {
      for (size_t b = 0; b < layout.bricks().size(); ++b) {
        const auto elements = elements_of(layout.bricks()[b].extents);
        ASSERT_EQ(values_of(b).size(), elements.size());
        for (size_t i = 0; i < elements.size(); ++i) {
          EXPECT_EQ(Scalar::from_i64(values_of(b)[i]),
                    dense_values[slot_of(layout.bricks()[b], elements[i])]);
        }
      }
    };
    compare(
        model.columns.layout(Column::kY),
        w[Column::kY], [&](size_t b) -> const auto& { return witness.part(b); });
    compare(
        model.columns.predicate().lookups(),
        w.q, [&](size_t b) -> const auto& { return witness.lookup(b); });
  }
}

INSTANTIATE_TEST_SUITE_P(Honest, HiddenOutputs,
                         ::testing::Values(HiddenShape{6, 1, 6, false}, HiddenShape{20, 2, 5, true},
                                           HiddenShape{12, 4, 1, false}));

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
