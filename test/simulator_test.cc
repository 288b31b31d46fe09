// The simulator, and that the verifier which accepts its transcripts would refuse false ones.
#include "simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "argument/argument.h"
#include "argument/bound/weight_bound.h"
#include "exact_case.h"
#include "field/random_scalar.h"
#include "group/msm.h"
#include "predicate_case.h"
#include "tiny_case.h"

namespace vouch::dense {
namespace {

VerifierModel public_half(const ModelCommitment& commitment) {
  return load_commitment(commitment).model.value();
}

const VerifierModel& tiny_public() {
  static const VerifierModel model = public_half(tiny_model().commitment);
  return model;
}
const VerifierModel& small_public() {
  static const VerifierModel model = public_half(small_model().commitment);
  return model;
}

struct Asked {
  Statement statement;
  Expectation expectation;
};

// "This output, for this public picture": whoever verifies recomputes D.
Asked about_a_picture(const VerifierModel& model, const ProofShape& shape,
                      const std::vector<uint8_t>& picture, const Bytes& output,
                      SecretRandom& random) {
  Asked out;
  Statement& s = out.statement;
  s.model = &model.commitment;
  s.shape = shape;
  for (size_t i = 0; i < shape.pictures; ++i) {
    random.fill(s.salts.emplace_back());
    const Rows rows = commit_input_vartime(model.circuit, model.columns, picture, s.salts.back(),
                                           test_generators());
    s.input.insert(s.input.end(), rows.begin(), rows.end());
    out.expectation.inputs.push_back(picture);
  }
  s.context = {'n', 'o', 'w'};
  out.expectation.context = s.context;
  s.output = output;
  return out;
}

Bytes any_output(const VerifierModel& model, const ProofShape& shape, SecretRandom& random) {
  Bytes output(model.circuit.output_tensor().shape.elements() * shape.pictures);
  random.fill(output);
  return output;
}

// An output that is none of the network's: a clamp to 200 never gives 255, and the chance that the
// others happen to be right is nil.
void expect_simulated(const VerifierModel& model, const ProofShape& shape,
                      const std::vector<uint8_t>& picture) {
  SecretRandom random = SecretRandom::from_system({}, {});
  Bytes output = any_output(model, shape, random);
  output[0] = 255;
  const Asked asked = about_a_picture(model, shape, picture, output, random);
  const SimulatedProof made = simulate_proof(model, asked.statement, test_generators(), random);
  const Bytes bytes = encode_proof(made.proof);
  const Verdict programmed = verify_programmed(model, bytes, made.simulated.challenges,
                                               asked.expectation, test_generators());
  EXPECT_TRUE(programmed.accepted()) << programmed.detail;
  // Nobody chooses what SHA-512 answers.
  const Verdict real = verify(model, bytes, asked.expectation, test_generators()).verdict;
  EXPECT_EQ(real.reason, Reason::kLinearForm) << real.detail;
}

TEST(Simulator, FalseOutputsAreAcceptedFromAProgrammedOracleOnly) {
  expect_simulated(tiny_public(), tiny_model().shape, tiny_picture);
  expect_simulated(small_public(), kSmallShape, small_picture(1));
  expect_simulated(small_public(), {6, {6, 2}, 2}, small_picture(2));
}

// A fourth tree, a fourth column.
TEST(Simulator, OfExactRounding) {
  const VerifierModel model = public_half(exact_model().commitment);
  expect_simulated(model, kSmallShape, small_picture(1));
  expect_simulated(model, {8, {6, 2}, 2}, small_picture(2));

  Forgery forgery = honest_exact();
  const Proof honest = prove_small(forgery).proof;
  SecretRandom random = SecretRandom::from_system({}, {});
  const Asked asked = about_a_picture(model, honest.shape, small_picture(1), honest.output, random);
  const SimulatedProof made = simulate_proof(model, asked.statement, test_generators(), random);
  EXPECT_EQ(made.proof.l.size(), honest.l.size());
  const Challenges heard = hear(model, honest).challenges;
  ASSERT_EQ(made.simulated.challenges.size(), heard.size());
  for (size_t i = 0; i < heard.size(); ++i) {
    EXPECT_EQ(made.simulated.challenges[i].first, heard[i].first);
  }
}

// Of a hidden output column Y is not there either, but uniform group elements: only the result is,
// and of a count nothing. Committed labels are among them.
TEST(Simulator, OfHiddenOutputs) {
  for (const Predicate& predicate : {members(), contains(true), score(false), public_labels(true),
                                     hidden_labels(false), hidden_labels(true)}) {
    Forgery forgery = honest_hidden(predicate);
    const DenseProof honest_proof = prove_small(forgery);
    const VerifierModel model = public_half(honest_proof.model);
    SecretRandom random = SecretRandom::from_system({}, {});
    Bytes output = honest_proof.proof.output;
    if (!output.empty()) {  // a lie
      output[0] ^= 1;
    }
    const Asked asked = [&] {
      Asked made = about_a_picture(model, kMirrorShape, mirror_inputs()[0], output, random);
      made.statement.predicate = predicate;
      return made;
    }();
    const SimulatedProof made = simulate_proof(model, asked.statement, test_generators(), random);
    EXPECT_EQ(made.proof.y.size(), honest_proof.proof.y.size());
    const Bytes bytes = encode_proof(made.proof);
    const Verdict programmed = verify_programmed(model, bytes, made.simulated.challenges,
                                                 asked.expectation, test_generators());
    EXPECT_TRUE(programmed.accepted()) << programmed.detail;
    EXPECT_EQ(verify(model, bytes, asked.expectation, test_generators()).verdict.reason,
              Reason::kLinearForm);
    const Challenges heard = hear(model, honest_proof.proof).challenges;
    ASSERT_EQ(made.simulated.challenges.size(), heard.size());
    for (size_t i = 0; i < heard.size(); ++i) {
      EXPECT_EQ(made.simulated.challenges[i].first, heard[i].first);
    }
  }
}

// Of a hidden input not even D is there: uniform group elements.
TEST(Simulator, HiddenInputsNeedNoInput) {
  SecretRandom random = SecretRandom::from_system({}, {});
  const VerifierModel& model = small_public();
  Statement s;
  s.model = &model.commitment;
  s.shape = kSmallShape;
  s.input.resize(present_row_count(model.columns, Column::kD));
  for (Encoding& row : s.input) {
    row = test_generators().blind(random_scalar(random)).encode();
  }
  s.input_public = false;
  s.output = any_output(model, s.shape, random);
  const SimulatedProof made = simulate_proof(model, s, test_generators(), random);
  const Bytes bytes = encode_proof(made.proof);
  EXPECT_TRUE(
      verify_programmed(model, bytes, made.simulated.challenges, {}, test_generators()).accepted());
  EXPECT_EQ(verify(model, bytes, {}, test_generators()).verdict.reason, Reason::kLinearForm);
}

TEST(Simulator, SaysWhatAProverSays) {
  const Proof& honest = tiny_proof().proof;
  SecretRandom random = SecretRandom::from_system({}, {});
  const Asked asked =
      about_a_picture(tiny_public(), honest.shape, tiny_picture, honest.output, random);
  const SimulatedProof made =
      simulate_proof(tiny_public(), asked.statement, test_generators(), random);
  EXPECT_EQ(encode_proof(made.proof).size(), encode_proof(honest).size());
  const Challenges& simulated = made.simulated.challenges;
  const Challenges heard = hear(tiny_public(), honest).challenges;
  ASSERT_EQ(simulated.size(), heard.size());
  for (size_t i = 0; i < heard.size(); ++i) {
    EXPECT_EQ(simulated[i].first, heard[i].first);
  }
}

// Any script of the ledger, here one that asks for a_0 = 1 and a_0 = 2, and opens no rows.
class Contradiction final : public Argument {
 public:
  [[nodiscard]] unsigned max_kappa() const override { return columns_.max_kappa(); }
  Folding run(Ledger& ledger, FoldingProver* prover) override {
    const auto a = ledger.send("a", 2, {});
    const Scalar x = ledger.challenge("x");
    const auto b = ledger.send("b", 1, {});
    ledger.require("one", a[0] - Scalar::one());
    ledger.require("two", a[0] - Scalar::from_u64(2));
    const Linear product = ledger.multiply("a b", a[1], b[0]);
    ledger.require("product", product - x * a[0]);
    opening_ = {};
    opening_.weights.resize(kColumns);
    for (unsigned i = 0; i < opening_rounds(columns_.shapes()); ++i) {
      opening_.point.push_back(ledger.challenge("point"));
    }
    opening_.claim = b[0];
    return argue_folding(ledger, opening_, max_kappa(), prover);
  }
  [[nodiscard]] Equation equation(const Ledger& ledger, const Folding& folding) const override {
    const std::vector<CommittedColumn> none(kColumns);
    return final_equation(ledger, columns_.shapes(), {}, opening_, folding, none);
  }

 private:
  Columns columns_{tiny_circuit(), 6};
  Opening opening_;
};

TEST(Simulator, TakesAnyScript) {
  SecretRandom random = SecretRandom::from_system({}, {});
  Contradiction argument;
  Simulated made = simulate(argument, test_generators(), random);
  const auto verdict = [&] {
    return judge_messages(argument, made.messages, made.challenges, test_generators()).reason;
  };
  EXPECT_EQ(verdict(), Reason::kAccepted);
  made.challenges[0].second += Scalar::one();
  EXPECT_EQ(verdict(), Reason::kLinearForm);
}

// The proof that weights are bounded, of rows that nobody has ever opened.
class Bounds final : public Argument {
 public:
  explicit Bounds(SecretRandom& random) {
    for (size_t c = 0; c < kBoundColumns; ++c) {
      const ColumnShape& shape = columns_.shapes()[c];
      committed[c].present = shape.layout->present_rows(shape.kappa);
      for (size_t row = 0; row < present_row_count(shape); ++row) {
        committed[c].rows.push_back(Point::generator().multiply(random_scalar(random)));
      }
    }
    Transcript transcript("any subsets");
    projections_ = draw_projections(transcript, columns_);
  }
  [[nodiscard]] unsigned max_kappa() const override { return vouch::max_kappa(columns_.shapes()); }
  Folding run(Ledger& ledger, FoldingProver* prover) override {
    opening_ = argue_weight_bound(ledger, columns_, projections_, nullptr);
    return argue_folding(ledger, opening_, max_kappa(), prover);
  }
  [[nodiscard]] Equation equation(const Ledger& ledger, const Folding& folding) const override {
    return final_equation(ledger, columns_.shapes(), {0, 1}, opening_, folding, committed);
  }

  std::array<CommittedColumn, kBoundColumns> committed;

 private:
  Columns model_{tiny_circuit(), 6};
  BoundColumns columns_{model_};
  BoundProjections projections_;
  Opening opening_;
};

TEST(Simulator, OfBoundedWeights) {
  SecretRandom random = SecretRandom::from_system({}, {});
  Bounds argument(random);
  Simulated made = simulate(argument, test_generators(), random);
  const auto verdict = [&] {
    return judge_messages(argument, made.messages, made.challenges, test_generators()).reason;
  };
  EXPECT_EQ(verdict(), Reason::kAccepted);
  argument.committed[2].rows[1] += Point::generator();
  EXPECT_EQ(verdict(), Reason::kLinearForm);
}

// The programmed verifier is one: what the real one accepts it accepts, and nothing that differs
// from a simulated transcript in one message, row, challenge or code of the output.
class Programmed : public ::testing::Test {
 protected:
  [[nodiscard]] Verdict verdict(const Proof& proof, const Challenges& challenges) const {
    return verify_programmed(model_, encode_proof(proof), challenges, asked_.expectation,
                             test_generators());
  }
  static void change(Encoding& message, bool scalar) {
    if (scalar) {
      message = (Scalar::decode(message).value() + Scalar::one()).bytes();
    } else {
      message = (Point::decode(message).value() + test_generators().H()).encode();
    }
  }

  SecretRandom random_ = SecretRandom::from_system({}, {});
  const VerifierModel& model_ = tiny_public();
  Asked asked_ = about_a_picture(model_, tiny_model().shape, tiny_picture, {11, 12}, random_);
  SimulatedProof made_ = simulate_proof(model_, asked_.statement, test_generators(), random_);
};

TEST_F(Programmed, AcceptsAnHonestProof) {
  const Proof& honest = tiny_proof().proof;
  const Heard heard = hear(model_, honest);
  EXPECT_TRUE(
      verify_programmed(model_, encode_proof(honest), heard.challenges, {}, test_generators())
          .accepted());
}

TEST_F(Programmed, RefusesOtherMessages) {
  const std::vector<Listener::Message> kinds = hear(model_, tiny_proof().proof).messages;
  ASSERT_EQ(kinds.size(), made_.proof.messages.size());
  EXPECT_TRUE(verdict(made_.proof, made_.simulated.challenges).accepted());
  for (size_t i = 0; i < kinds.size(); ++i) {
    Proof changed = made_.proof;
    change(changed.messages[i], kinds[i].scalar);
    EXPECT_FALSE(verdict(changed, made_.simulated.challenges).accepted()) << kinds[i].label;
  }
}

TEST_F(Programmed, RefusesOtherRowsAndOutputs) {
  for (Rows Proof::*rows : {&Proof::input, &Proof::x, &Proof::e, &Proof::m}) {
    Proof changed = made_.proof;
    change((changed.*rows)[0], false);
    EXPECT_FALSE(verdict(changed, made_.simulated.challenges).accepted());
  }
  Proof changed = made_.proof;
  changed.output[1] ^= 1;
  EXPECT_EQ(verdict(changed, made_.simulated.challenges).reason, Reason::kLinearForm);
}

// In layers where one tree is left there is nothing for μ to combine.
TEST_F(Programmed, RefusesOtherChallenges) {
  const LookupShape trees = lookup_shape(Columns(model_.circuit, tiny_model().shape.kappa));
  std::array depths{trees.depth(Tree::kMain), trees.depth(Tree::kInput), trees.depth(Tree::kTable)};
  std::sort(depths.begin(), depths.end());
  std::map<std::string, unsigned> idle;
  for (size_t i = 0; i < made_.simulated.challenges.size(); ++i) {
    Challenges changed = made_.simulated.challenges;
    changed[i].second += Scalar::one();
    const Verdict v = verdict(made_.proof, changed);
    if (v.accepted()) {
      ++idle[changed[i].first];
    } else {
      EXPECT_EQ(v.reason, Reason::kLinearForm) << changed[i].first;
    }
  }
  // A circuit without products of tensors draws ζ in vain.
  EXPECT_EQ(idle, (std::map<std::string, unsigned>{{"bilinear products", 1},
                                                   {"lookup mu", depths[2] - depths[1]}}));
}

// Δ = Com(z; φ) − c'·C_u, without a share of U: an honest prover's has none. (The equation alone
// would be content with any τ and a Δ to match.)
TEST_F(Programmed, MaskIsAsAnHonestProvers) {
  const auto argument = Inference::of(model_, made_.proof);
  ProgrammedReader channel(made_.proof.messages, made_.simulated.challenges);
  Ledger ledger(channel, nullptr);
  const Folding folding = argument->run(ledger, nullptr);

  Point C_u;
  for (size_t k = 0; k < ledger.messages().size(); ++k) {
    C_u += ledger.messages()[k].commitment.multiply_vartime(folding.message_weights[k]);
  }
  for (const Column column : kAllColumns) {
    const auto c = static_cast<size_t>(column);
    const CommittedColumn& rows = argument->committed[c];
    const auto eq = eq_table(split_point(argument->columns.shape(column),
                                         argument->columns.max_kappa(), argument->opening.point)
                                 .row,
                             folding.column_weight * argument->opening.weights[c]);
    size_t next = 0;
    for (size_t row = 0; row < rows.present.size(); ++row) {
      if (rows.present[row]) {
        C_u += rows.rows[next++].multiply_vartime(eq[row]);
      }
    }
  }
  const std::vector<Scalar>& z = made_.simulated.z;
  const Point com = msm_vartime(z, test_generators().G().first(z.size())) +
                    test_generators().blind(made_.simulated.phi);
  EXPECT_EQ(folding.mask, com - C_u.multiply_vartime(folding.c));
}

// Nothing of a simulation is used twice.
TEST_F(Programmed, SimulationsAreFresh) {
  std::set<Encoding> seen;
  const SimulatedProof other = simulate_proof(model_, asked_.statement, test_generators(), random_);
  size_t words = 0;
  for (const Proof* p : std::initializer_list<const Proof*>{&made_.proof, &other.proof}) {
    for (const Rows* rows : {&p->x, &p->e, &p->l, &p->m, &p->messages}) {
      seen.insert(rows->begin(), rows->end());
      words += rows->size();
    }
  }
  EXPECT_EQ(seen.size(), words);
}

}  // namespace
}  // namespace vouch::dense
