// What a verifier may ask beyond a valid proof, and the reason of every answer.
#include <gtest/gtest.h>

#include <algorithm>

#include "argument/argument.h"
#include "prove/prove.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"
#include "verify/verify.h"

namespace vouch {
namespace {

// A circuit whose input takes several rows.
Circuit small_circuit(uint32_t seed) {
  Circuit c = random_circuit(seed, 4);
  c.input_kappa = 5;
  return c;
}

// Of all proofs here but for the number of inputs.
constexpr ProofShape kShape{5, {9, 3}, 1};

ProverModel model_of(const Circuit& circuit, uint8_t seed) {
  return {circuit, random_weights(circuit, seed), ProverModel::Seed{seed}, test_generators()};
}

// One model, its verifier's half, and a proof of one input: made once for all tests.
struct Setting {
  Setting() : model(model_of(small_circuit(1), 1)), input(random_input(model.circuit(), 1)) {
    verifier = load_commitment(model.commitment()).model;
    ProveOptions options;
    options.shape = kShape;
    options.context = {'f', 'o', 'r', ' ', 'y', 'o', 'u'};
    in_public = prove(model, std::vector<Bytes>{input}, options, test_generators()).value();
    options.hide_input = true;
    hidden = prove(model, std::vector<Bytes>{input}, options, test_generators()).value();
  }
  ProverModel model;
  Bytes input;
  std::optional<VerifierModel> verifier;
  ProveResult in_public;
  ProveResult hidden;
};

const Setting& setting() {
  static const Setting instance;
  return instance;
}

Verification verify_proof(const Proof& proof, const Expectation& expectation) {
  return verify(*setting().verifier, encode_proof(proof), expectation, test_generators());
}

void expect_accepted(const Proof& proof, const Expectation& expectation) {
  const Verdict v = verify_proof(proof, expectation).verdict;
  EXPECT_TRUE(v.accepted()) << v.detail;
  EXPECT_EQ(v.detail, "");
}

void expect_rejected(const Proof& proof, const Expectation& expectation, Reason reason,
                     const std::string& detail) {
  const Verdict v = verify_proof(proof, expectation).verdict;
  EXPECT_EQ(v.reason, reason) << reason_name(v.reason) << ": " << v.detail;
  EXPECT_NE(v.detail.find(detail), std::string::npos) << v.detail;
}

Expectation of_input(const Bytes& input) { return {{input}, {}, {}}; }

// Every code changed alone would take long: the first, one in the middle and the last.
std::vector<Bytes> other_inputs() {
  std::vector<Bytes> out;
  const Bytes& input = setting().input;
  for (const size_t at : {size_t{0}, input.size() / 2, input.size() - 1}) {
    Bytes other = input;
    other[at] = static_cast<uint8_t>(other[at] ^ 1);
    out.push_back(other);
  }
  return out;
}

TEST(Expectations, None) {
  expect_accepted(setting().in_public.proof, {});
  expect_accepted(setting().hidden.proof, {});
}

TEST(Expectations, PublicInput) {
  const Proof& proof = setting().in_public.proof;
  expect_accepted(proof, of_input(setting().input));
  for (const Bytes& other : other_inputs()) {
    expect_rejected(proof, of_input(other), Reason::kStatement, "about another input");
  }
  // The salt is the proof's own, whatever the caller has.
  const InputOpening opening{input_identity(proof.input), Salt{}};
  expect_accepted(proof, {{setting().input}, {opening}, {}});
}

TEST(Expectations, InputOfAnotherSize) {
  Bytes other = setting().input;
  other.push_back(0);
  expect_rejected(setting().in_public.proof, of_input(other), Reason::kStatement, "another size");
  expect_rejected(setting().in_public.proof, of_input(Bytes{}), Reason::kStatement, "another size");
}

TEST(Expectations, HiddenInput) {
  const Proof& proof = setting().hidden.proof;
  const InputOpening opening{input_identity(proof.input), setting().hidden.salts[0]};
  expect_rejected(proof, of_input(setting().input), Reason::kStatement, "without its opening");
  expect_accepted(proof, {{setting().input}, {opening}, {}});
  for (const Bytes& other : other_inputs()) {
    expect_rejected(proof, {{other}, {opening}, {}}, Reason::kStatement, "about another input");
  }
  Salt wrong = opening.salt;
  wrong[7] = static_cast<uint8_t>(wrong[7] ^ 1);
  for (const Salt& salt : {wrong, Salt{}, setting().in_public.salts[0]}) {
    expect_rejected(proof, {{setting().input}, {InputOpening{opening.input, salt}}, {}},
                    Reason::kStatement, "about another input");
  }
}

TEST(Expectations, OpeningOfAnotherInput) {
  InputOpening opening{input_identity(setting().in_public.proof.input), setting().hidden.salts[0]};
  const Proof& proof = setting().hidden.proof;
  expect_rejected(proof, {{setting().input}, {opening}, {}}, Reason::kStatement,
                  "of another input commitment");
  expect_rejected(proof, {{}, {opening}, {}}, Reason::kStatement, "of another input commitment");
  opening.input = input_identity(proof.input);
  expect_accepted(proof, {{}, {opening}, {}});
  expect_rejected(setting().in_public.proof, {{}, {opening}, {}}, Reason::kStatement,
                  "of another input commitment");
}

TEST(Expectations, HiddenInputsSaltIsNotInTheProof) {
  const Proof& proof = setting().hidden.proof;
  EXPECT_EQ(proof.salts, std::vector<Salt>{});
  const Salt& salt = setting().hidden.salts[0];
  EXPECT_NE(salt, Salt{});
  const Bytes bytes = encode_proof(proof);
  EXPECT_EQ(std::search(bytes.begin(), bytes.end(), salt.begin(), salt.end()), bytes.end());
}

TEST(Expectations, Context) {
  const Proof& proof = setting().in_public.proof;
  const auto of_context = [](const Bytes& context) { return Expectation{{}, {}, context}; };
  expect_accepted(proof, of_context(proof.context));
  Bytes other = proof.context;
  other.back() = '?';
  expect_rejected(proof, of_context(other), Reason::kStatement, "another context");
  other = proof.context;
  other.pop_back();
  expect_rejected(proof, of_context(other), Reason::kStatement, "another context");
  expect_rejected(proof, of_context({}), Reason::kStatement, "another context");
}

TEST(Claims, SayWhatTheProofSays) {
  for (const ProveResult* result : {&setting().in_public, &setting().hidden}) {
    const Verification v = verify_proof(result->proof, {});
    ASSERT_TRUE(v.claim.has_value());
    EXPECT_EQ(v.claim->inputs, std::vector<Digest>{input_identity(result->proof.input)});
    EXPECT_EQ(v.claim->input_public, result == &setting().in_public);
    EXPECT_EQ(v.claim->context, result->proof.context);
    EXPECT_EQ(v.claim->outputs, std::vector<Bytes>{result->proof.output});
    const auto run = setting().model.executor().run(setting().input, false);
    EXPECT_EQ(v.claim->outputs[0], run.value().output());
  }
}

TEST(Statements, AnotherModel) {
  const ProverModel other = model_of(small_circuit(1), 2);  // the same circuit, other weights
  const auto loaded = load_commitment(other.commitment());
  const Verdict v =
      verify(*loaded.model, encode_proof(setting().in_public.proof), {}, test_generators()).verdict;
  EXPECT_EQ(v.reason, Reason::kStatement);
  EXPECT_NE(v.detail.find("the proof is about model"), std::string::npos) << v.detail;
}

// Other challenges than the prover's: what he revealed at the old ones (f, g, h) still multiplies,
// so the linear form tells.
TEST(Statements, ChangedAfterwards) {
  Proof proof = setting().in_public.proof;
  proof.context.push_back('!');
  expect_rejected(proof, {}, Reason::kLinearForm, "");
  proof = setting().in_public.proof;
  proof.output[0] = static_cast<uint8_t>(proof.output[0] ^ 1);
  expect_rejected(proof, {}, Reason::kLinearForm, "");
  proof = setting().in_public.proof;
  proof.output.pop_back();
  expect_rejected(proof, {}, Reason::kStatement, "another number of outputs");
  proof = setting().hidden.proof;
  proof.input_public = true;
  proof.salts = setting().hidden.salts;
  expect_rejected(proof, {}, Reason::kLinearForm, "");
}

TEST(Frames, RowsAndMessagesMissingOrToSpare) {
  const Proof& good = setting().in_public.proof;
  for (Rows Proof::*rows : {&Proof::input, &Proof::x, &Proof::e, &Proof::m}) {
    Proof proof = good;
    (proof.*rows).push_back((proof.*rows).back());
    expect_rejected(proof, {}, Reason::kDecoding, "another number of rows");
    proof = good;
    (proof.*rows).pop_back();
    expect_rejected(proof, {}, Reason::kDecoding, "another number of rows");
    proof = good;
    (proof.*rows).back() = Point::identity().encode();
    expect_rejected(proof, {}, Reason::kDecoding, "is not a group element other than the identity");
  }
  Proof proof = good;
  proof.messages.push_back(proof.messages.back());
  expect_rejected(proof, {}, Reason::kDecoding, "another number of messages");
  proof = good;
  proof.messages.pop_back();
  expect_rejected(proof, {}, Reason::kDecoding, "another number of messages");
  Proof empty;
  empty.salts.resize(1);
  expect_rejected(empty, {}, Reason::kStatement, "the proof is about model 0000");
  EXPECT_EQ(verify(*setting().verifier, {}, {}, test_generators()).verdict.reason,
            Reason::kDecoding);
}

// Another shape than the prover's: other rows, other messages, or other challenges.
TEST(Shapes, ChangedAfterwards) {
  const Proof& good = setting().in_public.proof;
  const auto rejected = [&](const ProofShape& shape, Reason reason, const std::string& detail) {
    Proof proof = good;
    proof.shape = shape;
    proof.salts.resize(shape.pictures);
    expect_rejected(proof, {}, reason, detail);
  };
  rejected({6, kShape.groups, 1}, Reason::kDecoding, "another number of rows");
  rejected({7, kShape.groups, 1}, Reason::kDecoding, "another number of rows");
  rejected({18, kShape.groups, 1}, Reason::kDescriptor, "rows are longer");
  rejected({5, {9, 2}, 1}, Reason::kDecoding, "");
  rejected({5, {12, 3}, 1}, Reason::kDecoding, "");
  rejected({5, kShape.groups, 2}, Reason::kStatement, "another number of outputs");
  rejected({5, kShape.groups, 64}, Reason::kStatement, "another number of outputs");
  rejected({5, kShape.groups, 1024}, Reason::kDescriptor, "column X is larger");
  rejected({19, kShape.groups, 1}, Reason::kDecoding, "a proof's rows");
  rejected({5, {9, 7}, 1}, Reason::kDecoding, "a message binds");
}

// Budgets that make the same messages differ in the transcript all the same.
TEST(Shapes, AreBound) {
  const auto& model = setting().model;
  ProveOptions options;
  options.shape = {5, {1, 1}, 1};
  Proof proof =
      prove(model, std::vector<Bytes>{setting().input}, options, test_generators()).value().proof;
  expect_accepted(proof, {});
  proof.shape.groups.budget = 20;  // one variable a message, whatever the budget
  expect_rejected(proof, {}, Reason::kLinearForm, "");
}

// Proofs of three inputs, public and hidden.
struct Several {
  Several() {
    const ProverModel& model = setting().model;
    for (uint32_t i = 0; i < 3; ++i) {
      inputs.push_back(random_input(model.circuit(), 10 + i));
    }
    ProveOptions options;
    options.shape = kShape;
    options.shape.pictures = 3;
    in_public = prove(model, inputs, options, test_generators()).value();
    options.hide_input = true;
    hidden = prove(model, inputs, options, test_generators()).value();
    for (size_t i = 0; i < 3; ++i) {
      openings.push_back(
          {input_identity(rows_of_input(hidden.proof.input, 3, i)), hidden.salts[i]});
    }
  }
  std::vector<Bytes> inputs;
  ProveResult in_public;
  ProveResult hidden;
  std::vector<InputOpening> openings;  // of the hidden ones
};

const Several& several() {
  static const Several instance;
  return instance;
}

TEST(SeveralInputs, TwoInputs) {
  const std::vector<Bytes> inputs{several().inputs[2], several().inputs[0]};
  ProveOptions options;
  options.shape = kShape;
  options.shape.pictures = 2;
  for (const bool hide : {false, true}) {
    options.hide_input = hide;
    const ProveResult made = prove(setting().model, inputs, options, test_generators()).value();
    ASSERT_EQ(made.salts.size(), 2U);
    std::vector<InputOpening> openings;
    for (size_t i = 0; i < 2; ++i) {
      openings.push_back({input_identity(rows_of_input(made.proof.input, 2, i)), made.salts[i]});
    }
    expect_accepted(made.proof, {});
    expect_accepted(made.proof, {inputs, openings, {}});
    std::swap(openings[0], openings[1]);
    expect_rejected(made.proof, {inputs, openings, {}}, Reason::kStatement,
                    "of another input commitment");
  }
}

TEST(SeveralInputs, Public) {
  const Proof& proof = several().in_public.proof;
  expect_accepted(proof, {});
  expect_accepted(proof, {several().inputs, {}, {}});
  std::vector<Bytes> other = several().inputs;
  std::swap(other[0], other[1]);
  expect_rejected(proof, {other, {}, {}}, Reason::kStatement,
                  "about another input, more than once");
  for (size_t i = 0; i < 3; ++i) {
    other = several().inputs;
    other[i].back() = static_cast<uint8_t>(other[i].back() ^ 1);
    expect_rejected(proof, {other, {}, {}}, Reason::kStatement,
                    "about another input: number " + std::to_string(i + 1));
    other[i].pop_back();
    expect_rejected(proof, {other, {}, {}}, Reason::kStatement, "another size");
  }
}

TEST(SeveralInputs, AnotherNumberThanExpected) {
  for (const ProveResult* made : {&several().in_public, &several().hidden}) {
    std::vector<Bytes> inputs = several().inputs;
    std::vector<InputOpening> openings = several().openings;
    if (made == &several().in_public) {
      openings.clear();
    }
    inputs.push_back(inputs[0]);
    expect_rejected(made->proof, {inputs, openings, {}}, Reason::kStatement,
                    "about 3 inputs, not 4");
    inputs.resize(2);
    expect_rejected(made->proof, {inputs, openings, {}}, Reason::kStatement,
                    "about 3 inputs, not 2");
  }
  expect_rejected(setting().in_public.proof, {several().inputs, {}, {}}, Reason::kStatement,
                  "about 1 input, not 3");
}

TEST(SeveralInputs, Hidden) {
  const Proof& proof = several().hidden.proof;
  const auto& openings = several().openings;
  expect_accepted(proof, {});
  expect_accepted(proof, {{}, openings, {}});
  expect_accepted(proof, {several().inputs, openings, {}});
  expect_rejected(proof, {several().inputs, {}, {}}, Reason::kStatement, "without its opening");
  std::vector<Bytes> other = several().inputs;
  std::swap(other[1], other[2]);
  expect_rejected(proof, {other, openings, {}}, Reason::kStatement, "about another input");
  auto swapped = openings;
  std::swap(swapped[1], swapped[2]);
  expect_rejected(proof, {several().inputs, swapped, {}}, Reason::kStatement,
                  "of another input commitment");
  expect_rejected(proof, {{}, swapped, {}}, Reason::kStatement, "of another input commitment");
  auto wrong = openings;
  std::swap(wrong[0].salt, wrong[1].salt);
  expect_rejected(proof, {several().inputs, wrong, {}}, Reason::kStatement, "about another input");
  for (const size_t count : {size_t{1}, size_t{2}, size_t{4}}) {
    auto some = openings;
    some.resize(count);
    expect_rejected(proof, {{}, some, {}}, Reason::kStatement, "than the openings");
  }
}

TEST(SeveralInputs, HiddenSaltsAreNotInTheProof) {
  const Bytes bytes = encode_proof(several().hidden.proof);
  EXPECT_EQ(several().hidden.proof.salts, std::vector<Salt>{});
  for (const Salt& salt : several().hidden.salts) {
    EXPECT_EQ(std::search(bytes.begin(), bytes.end(), salt.begin(), salt.end()), bytes.end());
  }
}

// Each has a salt of its own, and the rows that it has alone.
TEST(SeveralInputs, RowsOfEachAreThoseItHasAlone) {
  for (const ProveResult* made : {&several().in_public, &several().hidden}) {
    ASSERT_EQ(made->salts.size(), 3U);
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < i; ++j) {
        EXPECT_NE(made->salts[i], made->salts[j]);
      }
      const auto rows = rows_of_input(made->proof.input, 3, i);
      EXPECT_EQ(Rows(rows.begin(), rows.end()),
                commit_input_vartime(setting().model.circuit(), setting().model.columns(),
                                     several().inputs[i], made->salts[i], test_generators()));
      EXPECT_EQ(rows.size(), setting().in_public.proof.input.size());
    }
  }
}

TEST(SeveralInputs, ClaimsAreOfEach) {
  for (const ProveResult* made : {&several().in_public, &several().hidden}) {
    const Verification v = verify_proof(made->proof, {});
    ASSERT_TRUE(v.claim.has_value());
    ASSERT_EQ(v.claim->inputs.size(), 3U);
    ASSERT_EQ(v.claim->outputs.size(), 3U);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(v.claim->inputs[i], input_identity(rows_of_input(made->proof.input, 3, i)));
      EXPECT_EQ(v.claim->outputs[i],
                setting().model.executor().run(several().inputs[i], false).value().output());
    }
  }
}

TEST(SeveralInputs, ChangedAfterwards) {
  Proof proof = several().in_public.proof;
  std::swap(proof.salts[0], proof.salts[1]);
  expect_rejected(proof, {}, Reason::kLinearForm, "");
  proof = several().in_public.proof;
  const size_t rows = proof.input.size() / 3;
  std::swap_ranges(proof.input.begin(), proof.input.begin() + static_cast<std::ptrdiff_t>(rows),
                   proof.input.begin() + static_cast<std::ptrdiff_t>(rows));
  expect_rejected(proof, {}, Reason::kLinearForm, "");
  for (const uint16_t pictures : {uint16_t{1}, uint16_t{2}, uint16_t{4}}) {
    proof = several().in_public.proof;
    proof.shape.pictures = pictures;
    proof.salts.resize(pictures);
    expect_rejected(proof, {}, Reason::kStatement, "another number of outputs");
  }
}

// Proves one input of the setting's model.
Result<ProveResult> prove_one(const Bytes& input, const ProveOptions& options,
                              const Generators& from) {
  return prove(setting().model, std::vector<Bytes>{input}, options, from);
}

TEST(Prove, ErrorsOfItsInputs) {
  ProveOptions options;
  options.shape = kShape;
  Bytes input = setting().input;
  input.pop_back();
  EXPECT_FALSE(prove_one(input, options, test_generators()).ok());
  options.shape.pictures = 2;
  EXPECT_FALSE(
      prove(setting().model, std::vector<Bytes>{setting().input, input}, options, test_generators())
          .ok());
  options.shape.pictures = 1;
  options.context.resize(kMaxContextBytes + 1);
  EXPECT_FALSE(prove_one(setting().input, options, test_generators()).ok());
}

TEST(Prove, ErrorsOfItsShape) {
  for (const ProofShape& shape :
       {ProofShape{3, {9, 3}, 1}, ProofShape{19, {9, 3}, 1}, ProofShape{18, {9, 3}, 1},
        ProofShape{5, {0, 3}, 1}, ProofShape{5, {9, 0}, 1}, ProofShape{5, {9, 7}, 1}}) {
    ProveOptions options;
    options.shape = shape;
    EXPECT_FALSE(prove_one(setting().input, options, test_generators()).ok());
    EXPECT_FALSE(generators_needed(setting().model.circuit(), shape).ok());
  }
  EXPECT_FALSE(generators_needed(setting().model.circuit(), {5, {9, 3}, 0}).ok());
}

TEST(Prove, GeneratorsNeeded) {
  const ProverModel& model = setting().model;
  const Columns columns(model.circuit(), kShape.kappa);
  const size_t needed =
      (size_t{1} << columns.max_kappa()) + ledger_counts(columns, kShape.groups).slots;
  EXPECT_EQ(generators_needed(model.circuit(), kShape).value(), needed);
  EXPECT_EQ(generators_needed(*setting().verifier, encode_proof(setting().in_public.proof)),
            needed);
  EXPECT_EQ(generators_needed(*setting().verifier, {}), 0U);
  Proof short_of_one = setting().in_public.proof;
  short_of_one.messages.pop_back();
  EXPECT_EQ(generators_needed(*setting().verifier, encode_proof(short_of_one)), 0U);
  Proof long_rows = setting().in_public.proof;
  long_rows.shape.kappa = 18;
  EXPECT_EQ(generators_needed(*setting().verifier, encode_proof(long_rows)), 0U);
  ProveOptions options;
  options.shape = kShape;
  const Generators enough = Generators::load(needed).value();
  EXPECT_TRUE(prove_one(setting().input, options, enough).ok());
  EXPECT_TRUE(verify(*setting().verifier, encode_proof(setting().in_public.proof), {}, enough)
                  .verdict.accepted());
  const Generators few = Generators::load(needed - 1).value();
  const auto r = prove_one(setting().input, options, few);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message, "the proof needs " + std::to_string(needed) + " generators");
}

TEST(CommitInput, IsWhatTheProverCommitsTo) {
  const Rows rows =
      commit_input_vartime(setting().model.circuit(), setting().model.columns(), setting().input,
                           setting().hidden.salts[0], test_generators());
  EXPECT_EQ(rows, setting().hidden.proof.input);
  EXPECT_GT(rows.size(), 1U);
}

// A proof about a commitment that was made before.
TEST(Verification, GivenSaltsMakeGivenCommitments) {
  const Setting& s = setting();
  ProveOptions options;
  options.shape = kShape;
  options.hide_input = true;
  options.salts = {Salt{4}};
  const std::vector<Bytes> inputs{s.input};
  const ProveResult made = prove(s.model, inputs, options, test_generators()).value();
  EXPECT_EQ(made.proof.input, commit_input_vartime(s.verifier->circuit, s.verifier->columns,
                                                   s.input, Salt{4}, test_generators()));
  EXPECT_TRUE(verify_proof(made.proof, {}).verdict.accepted());
  options.salts.emplace_back();
  EXPECT_FALSE(prove(s.model, inputs, options, test_generators()).ok());
}

}  // namespace
}  // namespace vouch
