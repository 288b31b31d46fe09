// What a verifier may ask beyond a valid proof, and the reason of every answer.
#include <gtest/gtest.h>

#include "argument/argument.h"
#include "base/parallel.h"
#include "prove/prove.h"
#include "prove/random_weights.h"
#include "verify/verify.h"

namespace vouch {
namespace {

const Generators& generators() {
  static const Generators instance = Generators::load(1 << 12, parallel_for).value();
  return instance;
}

// A circuit whose input takes several rows.
Circuit small_circuit(uint32_t seed) {
  Circuit c = random_circuit(seed, 4);
  c.proof_kappa = 5;
  return c;
}

ProverModel model_of(const Circuit& circuit, uint8_t seed) {
  return {circuit, random_weights(circuit, seed), ProverModel::Seed{seed}, generators()};
}

// One model, its verifier's half, and a proof of one input: made once for all tests.
struct Setting {
  Setting() : model(model_of(small_circuit(1), 1)), input(random_input(model.circuit(), 1)) {
    verifier = load_model(encode_model_public(model.commitment())).model;
    ProveOptions options;
    options.context = {'f', 'o', 'r', ' ', 'y', 'o', 'u'};
    in_public = prove(model, input, options, generators()).value();
    options.hide_input = true;
    hidden = prove(model, input, options, generators()).value();
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
  return verify(*setting().verifier, encode_proof(proof), expectation, generators());
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

Expectation of_input(const Bytes& input) { return {input, std::nullopt, std::nullopt}; }

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
  expect_accepted(proof, {setting().input, opening, std::nullopt});
}

TEST(Expectations, InputOfAnotherSize) {
  Bytes other = setting().input;
  other.push_back(0);
  expect_rejected(setting().in_public.proof, of_input(other), Reason::kStatement, "another size");
  expect_rejected(setting().in_public.proof, of_input({}), Reason::kStatement, "another size");
}

TEST(Expectations, HiddenInput) {
  const Proof& proof = setting().hidden.proof;
  const InputOpening opening{input_identity(proof.input), setting().hidden.salt};
  expect_rejected(proof, of_input(setting().input), Reason::kStatement, "without its opening");
  expect_accepted(proof, {setting().input, opening, std::nullopt});
  for (const Bytes& other : other_inputs()) {
    expect_rejected(proof, {other, opening, std::nullopt}, Reason::kStatement,
                    "about another input");
  }
  Salt wrong = opening.salt;
  wrong[7] = static_cast<uint8_t>(wrong[7] ^ 1);
  for (const Salt& salt : {wrong, Salt{}, setting().in_public.salt}) {
    expect_rejected(proof, {setting().input, InputOpening{opening.input, salt}, std::nullopt},
                    Reason::kStatement, "about another input");
  }
}

TEST(Expectations, OpeningOfAnotherInput) {
  InputOpening opening{input_identity(setting().in_public.proof.input), setting().hidden.salt};
  const Proof& proof = setting().hidden.proof;
  expect_rejected(proof, {setting().input, opening, std::nullopt}, Reason::kStatement,
                  "of another input commitment");
  expect_rejected(proof, {std::nullopt, opening, std::nullopt}, Reason::kStatement,
                  "of another input commitment");
  opening.input = input_identity(proof.input);
  expect_accepted(proof, {std::nullopt, opening, std::nullopt});
  expect_rejected(setting().in_public.proof, {std::nullopt, opening, std::nullopt},
                  Reason::kStatement, "of another input commitment");
}

TEST(Expectations, HiddenInputsSaltIsNotInTheProof) {
  const Proof& proof = setting().hidden.proof;
  EXPECT_EQ(proof.salt, Salt{});
  const Salt& salt = setting().hidden.salt;
  EXPECT_NE(salt, Salt{});
  const Bytes bytes = encode_proof(proof);
  EXPECT_EQ(std::search(bytes.begin(), bytes.end(), salt.begin(), salt.end()), bytes.end());
}

TEST(Expectations, Context) {
  const Proof& proof = setting().in_public.proof;
  const auto of_context = [](const Bytes& context) {
    return Expectation{std::nullopt, std::nullopt, context};
  };
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
    EXPECT_EQ(v.claim->input, input_identity(result->proof.input));
    EXPECT_EQ(v.claim->input_public, result == &setting().in_public);
    EXPECT_EQ(v.claim->context, result->proof.context);
    EXPECT_EQ(v.claim->output, result->proof.output);
    const auto run = setting().model.executor().run(setting().input, false);
    EXPECT_EQ(v.claim->output, run.value().output());
  }
}

TEST(Statements, AnotherModel) {
  const ProverModel other = model_of(small_circuit(1), 2);  // the same circuit, other weights
  const auto loaded = load_model(encode_model_public(other.commitment()));
  const Verdict v =
      verify(*loaded.model, encode_proof(setting().in_public.proof), {}, generators()).verdict;
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
  proof.salt = setting().hidden.salt;
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
  expect_rejected(proof, {}, Reason::kDecoding, "messages to spare");
  proof = good;
  proof.messages.pop_back();
  expect_rejected(proof, {}, Reason::kDecoding, "is missing");
  expect_rejected({}, {}, Reason::kStatement, "the proof is about model 0000");
  EXPECT_EQ(verify(*setting().verifier, {}, {}, generators()).verdict.reason, Reason::kDecoding);
}

TEST(Prove, ErrorsOfItsInputs) {
  const ProverModel& model = setting().model;
  Bytes input = setting().input;
  input.pop_back();
  EXPECT_FALSE(prove(model, input, {}, generators()).ok());
  ProveOptions options;
  options.context.resize(kMaxContextBytes + 1);
  EXPECT_FALSE(prove(model, setting().input, options, generators()).ok());
  const size_t needed = (size_t{1} << model.columns().max_kappa()) + ledger_slots(model.columns());
  EXPECT_EQ(generators_needed(model.columns()), needed);
  const Generators enough = Generators::load(needed).value();
  EXPECT_TRUE(prove(model, setting().input, {}, enough).ok());
  const Generators few = Generators::load(needed - 1).value();
  const auto r = prove(model, setting().input, {}, few);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message, "the proof needs " + std::to_string(needed) + " generators");
}

TEST(CommitInput, IsWhatTheProverCommitsTo) {
  const Rows rows = commit_input_vartime(setting().model.columns(), setting().input,
                                         setting().hidden.salt, generators());
  EXPECT_EQ(rows, setting().hidden.proof.input);
  EXPECT_GT(rows.size(), 1U);
}

}  // namespace
}  // namespace vouch
