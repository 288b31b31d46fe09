// Zero knowledge, message by message: what kinds there are, that nothing is the same in two proofs
// of the same, and that every commitment has a blinder. The simulator is in simulator_test.cc,
// statistics in distribution_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "exact_case.h"
#include "predicate_case.h"
#include "prove/ledger_prover.h"
#include "prove/prove.h"
#include "simulator.h"

namespace vouch::dense {
namespace {

// Why a message tells nothing.
enum class Kind {
  kCommitment,   // hiding: blinded afresh
  kCombination,  // f(c), g(c): masked by the random f(0), g(0); h(c) = f(c)·g(c)
  kMasked,       // φ, z and what follows from z: masked by s and ω_s
  kDetermined,   // τ, L, R: determined by the verifier's equation, or computed from z
};

struct Entry {
  std::string label;
  Kind kind;
  size_t count;
  bool operator==(const Entry&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Entry& e) {
  return out << e.label << " ×" << e.count << " kind " << static_cast<int>(e.kind);
}

// All messages of a proof of small_circuit(), in the order of their first occurrence. Trees of 10,
// 7 and 12 bits: 12 layers of 0…11 rounds; 9 bits of entries; 12 bits of the opening, three a
// message; 2^7 + 913 slots, so u of 2^11 entries. Messages of {9, 3}: with 8 or more variables left
// they bind one (27·2^5 and 9·2^6 exceed 2^9), else three or what is left, so that 0…11 variables
// take 0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7 messages, 34 in all, and the bilinear sumcheck's 9
// take 5.
const std::vector<Entry>& manifest() {
  static const std::vector<Entry> entries{{"lookup roots", Kind::kCommitment, 1},
                                          {"lookup children", Kind::kCommitment, 12},
                                          {"lookup round", Kind::kCommitment, 34},
                                          {"bilinear claim", Kind::kCommitment, 1},
                                          {"bilinear round", Kind::kCommitment, 5},
                                          {"bilinear ends", Kind::kCommitment, 1},
                                          {"opening round", Kind::kCommitment, 4},
                                          {"products", Kind::kCommitment, 1},
                                          {"product f", Kind::kCombination, 1},
                                          {"product g", Kind::kCombination, 1},
                                          {"product h", Kind::kCombination, 1},
                                          {"mask", Kind::kCommitment, 1},
                                          {"mask form", Kind::kDetermined, 1},
                                          {"blinder", Kind::kMasked, 1},
                                          {"fold left", Kind::kDetermined, 9},
                                          {"fold right", Kind::kDetermined, 9},
                                          {"folded", Kind::kMasked, 4}};
  return entries;
}

const ProverModel& owner() {
  static const ProverModel model(small_circuit(), small_weights(small_circuit(), 1), {7},
                                 test_generators());
  return model;
}

ProveResult proof_of(const ProverModel& model, const std::vector<uint8_t>& picture,
                     bool hide_input = false) {
  ProveOptions options;
  options.shape = kSmallShape;
  options.hide_input = hide_input;
  return prove(model, std::vector<Bytes>{picture}, options, test_generators()).value();
}

TEST(Manifest, IsTheTable) {
  const Proof proof = proof_of(owner(), small_picture(1)).proof;
  const LoadedModel model = load_commitment(owner().commitment());
  const std::vector<Listener::Message> messages = hear(model.model.value(), proof).messages;

  std::vector<Entry> found;
  for (const Listener::Message& message : messages) {
    auto at = std::find_if(found.begin(), found.end(),
                           [&](const Entry& e) { return e.label == message.label; });
    if (at == found.end()) {
      found.push_back({message.label, Kind::kCommitment, 0});
      at = found.end() - 1;
    }
    ++at->count;
  }
  ASSERT_EQ(messages.size(), proof.messages.size());
  ASSERT_EQ(found.size(), manifest().size());
  for (size_t i = 0; i < found.size(); ++i) {
    found[i].kind = manifest()[i].kind;
    EXPECT_EQ(found[i], manifest()[i]);
    const bool in_clear =
        std::find_if(messages.begin(), messages.end(), [&](const Listener::Message& message) {
          return message.label == found[i].label;
        })->scalar;
    const bool commitment = found[i].kind == Kind::kCommitment;
    const bool folding = found[i].label.starts_with("fold ");
    EXPECT_NE(in_clear, commitment || folding) << found[i].label;
  }
}

std::vector<Encoding> words_of(const Proof& proof) {
  std::vector<Encoding> words;
  for (const Rows* rows :
       {&proof.input, &proof.x, &proof.e, &proof.l, &proof.m, &proof.y, &proof.messages}) {
    words.insert(words.end(), rows->begin(), rows->end());
  }
  return words;
}

// The same picture proven twice: no row, message or scalar of one is in the other, or twice in one.
TEST(Twice, NothingIsTheSame) {
  for (const bool hidden : {false, true}) {
    const ProveResult a = proof_of(owner(), small_picture(1), hidden);
    const ProveResult b = proof_of(owner(), small_picture(1), hidden);
    EXPECT_EQ(a.proof.output, b.proof.output);
    EXPECT_NE(a.salts, b.salts);
    std::vector<Encoding> words = words_of(a.proof);
    const std::vector<Encoding> more = words_of(b.proof);
    ASSERT_EQ(words.size(), more.size());
    words.insert(words.end(), more.begin(), more.end());
    const size_t all = words.size();
    EXPECT_EQ(std::set<Encoding>(words.begin(), words.end()).size(), all);
  }
}

TEST(Twice, NothingIsTheSameWithExactRounding) {
  const ProverModel model(exact_model().circuit, exact_model().weights, {7}, test_generators());
  for (const bool hidden : {false, true}) {
    const Proof a = proof_of(model, small_picture(1), hidden).proof;
    const Proof b = proof_of(model, small_picture(1), hidden).proof;
    EXPECT_EQ(a.l.size(), a.x.size());
    std::vector<Encoding> words = words_of(a);
    const std::vector<Encoding> more = words_of(b);
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(std::set<Encoding>(words.begin(), words.end()).size(), words.size());
  }
}

// Predictions, counts and all of Y are blinded: two proofs of the same have nothing in common, and
// inputs of the same classes do not show it.
TEST(Twice, NothingIsTheSameOfHiddenOutputs) {
  const ProverModel model(mirror_circuit(kMirrorClasses), mirror_weights(kMirrorClasses), {7},
                          test_generators());
  const std::vector<Bytes> same(3, mirror_inputs()[0]);
  for (const Predicate& predicate : {members(), contains(true), score(true), public_labels(true)}) {
    ProveOptions options;
    options.shape = kMirrorShape;
    options.hidden_output.emplace().predicate = predicate;
    std::vector<Encoding> words;
    for (int i = 0; i < 2; ++i) {
      const ProveResult made = prove(model, same, options, test_generators()).value();
      const std::vector<Encoding> more = words_of(made.proof);
      words.insert(words.end(), more.begin(), more.end());
      EXPECT_EQ(made.predictions.size(), predicate.ranks() ? 3U : 0U);
      for (const OpenedPrediction& prediction : made.predictions) {
        const Salt& salt = prediction.salt;
        words.push_back(salt);
        const Bytes bytes = encode_proof(made.proof);
        EXPECT_EQ(std::search(bytes.begin(), bytes.end(), salt.begin(), salt.end()), bytes.end());
      }
    }
    EXPECT_EQ(std::set<Encoding>(words.begin(), words.end()).size(), words.size());
  }
}

// Labels' rows are their owner's, the same wherever they are proven with, and hide the label.
TEST(Twice, RowsOfLabelsAreTheOwners) {
  const ProverModel model(mirror_circuit(kMirrorClasses), mirror_weights(kMirrorClasses), {7},
                          test_generators());
  ProveOptions options;
  options.shape = kMirrorShape;
  HiddenOutput& hidden = options.hidden_output.emplace();
  hidden.predicate = hidden_labels(false);
  hidden.labels = {{4, Salt{1}}, {4, Salt{2}}, {1, Salt{3}}};
  const Proof a = prove(model, mirror_inputs(), options, test_generators()).value().proof;
  const Proof b = prove(model, mirror_inputs(), options, test_generators()).value().proof;
  for (size_t row = 0; row < a.y.size(); ++row) {
    EXPECT_EQ(a.y[row] == b.y[row], row >= 3 && row < 6) << row;
  }
  EXPECT_NE(a.y[3], a.y[4]);
}

// Weights and biases of 0 give codes of 0, E and both limbs 0: rows of L are blinded all the same.
TEST(Twice, RowsOfZeroLimbsAreBlinded) {
  Circuit circuit = exact_circuit();
  Weights weights = exact_model().weights;
  for (size_t op = 0; op < weights.size(); ++op) {
    circuit.tensors[op + 1].table = kPlainClamp;
    std::fill(weights[op].weights.begin(), weights[op].weights.end(), 0);
    std::fill(weights[op].biases.begin(), weights[op].biases.end(), 0);
  }
  const ProverModel model(circuit, weights, {7}, test_generators());
  const Proof a = proof_of(model, small_picture(1)).proof;
  const Proof b = proof_of(model, small_picture(1)).proof;
  std::vector<Encoding> rows(a.l);
  rows.insert(rows.end(), b.l.begin(), b.l.end());
  ASSERT_GE(a.l.size(), 5U);
  rows.push_back(Encoding{});  // the identity
  EXPECT_EQ(std::set<Encoding>(rows.begin(), rows.end()).size(), 2 * a.l.size() + 1);
}

// A network in which E is 0 everywhere: its rows differ all the same, and from proof to proof.
TEST(Twice, RowsOfZerosAreBlinded) {
  Circuit circuit = small_circuit();
  Weights weights = small_weights(circuit, 1);
  for (size_t op = 0; op < weights.size(); ++op) {
    circuit.tensors[op + 1].table = kPlainClamp;
    std::fill(weights[op].weights.begin(), weights[op].weights.end(), 0);
  }
  const ProverModel model(circuit, weights, {7}, test_generators());
  const Proof a = proof_of(model, small_picture(1)).proof;
  const Proof b = proof_of(model, small_picture(1)).proof;
  std::vector<Encoding> rows(a.e);
  rows.insert(rows.end(), b.e.begin(), b.e.end());
  ASSERT_GE(a.e.size(), 5U);
  rows.push_back(Encoding{});  // the identity
  EXPECT_EQ(std::set<Encoding>(rows.begin(), rows.end()).size(), 2 * a.e.size() + 1);
  // So do rows of weights, all of them 0.
  Rows W = model.commitment().weights;
  W.push_back(Encoding{});
  EXPECT_EQ(std::set<Encoding>(W.begin(), W.end()).size(), W.size());
}

// Rows of one colour show neither that they are alike nor which colour.
TEST(Hidden, RowsOfAPictureOfOneColourDiffer) {
  const Bytes white(owner().circuit().tensors[0].shape.elements(), 255);
  const Rows D = proof_of(owner(), white, true).proof.input;
  ASSERT_GE(D.size(), 3U);
  EXPECT_EQ(std::set<Encoding>(D.begin(), D.end()).size(), D.size());
}

TEST(Hidden, SaltIsNotInTheProof) {
  const ProveResult result = proof_of(owner(), small_picture(1), true);
  const Bytes bytes = encode_proof(result.proof);
  EXPECT_EQ(std::search(bytes.begin(), bytes.end(), result.salts[0].begin(), result.salts[0].end()),
            bytes.end());
  const Rows reopened = commit_input_vartime(owner().circuit(), owner().columns(), small_picture(1),
                                             result.salts[0], test_generators());
  EXPECT_EQ(reopened, result.proof.input);
  EXPECT_NE(commit_input_vartime(owner().circuit(), owner().columns(), small_picture(1), Salt{},
                                 test_generators()),
            result.proof.input);
}

// The ledger itself, on values that tell: commitments of zeros.
class Blinders : public ::testing::Test {
 protected:
  static SecretLedger ledger() {
    return {{}, 100, test_generators(), SecretRandom::from_system({}, {})};
  }
};

TEST_F(Blinders, EveryMessageHasItsOwn) {
  SecretLedger secrets = ledger();
  std::set<Encoding> seen{Point::identity().encode()};
  const std::vector<Scalar> zeros(3);
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_TRUE(seen.insert(secrets.commit("zeros", zeros).encode()).second) << i;
  }
  SecretLedger again = ledger();
  EXPECT_TRUE(seen.insert(again.commit("zeros", zeros).encode()).second);
}

// f(0) and g(0) are drawn afresh: without them f(c) and g(c) would tell the factors.
TEST_F(Blinders, FactorsAreMasked) {
  const ChannelHooks no_hooks;
  DenseChannel channel(Transcript("test"), no_hooks);
  SecretLedger secrets = ledger();
  Ledger script(channel, &secrets);
  const auto x = script.send("factors", 2, [](std::span<Scalar> out) { out[0] = Scalar::one(); });
  (void)script.multiply("product", x[0], x[1]);
  script.place_products(script.slots());
  std::set<std::array<uint8_t, 32>> seen{Scalar::zero().bytes()};
  for (int i = 0; i < 5; ++i) {
    std::vector<Scalar> out(5);
    secrets.products(script, out);
    EXPECT_TRUE(seen.insert(out[1].bytes()).second);
    EXPECT_TRUE(seen.insert(out[2].bytes()).second);
    EXPECT_EQ(out[1] * out[2], out[3]);
  }
}

}  // namespace
}  // namespace vouch::dense
