// Batches of proofs: every verdict is that of single verification.
#include "verify/batch.h"

#include <gtest/gtest.h>

#include "circuit/pictures.h"
#include "prove/prove.h"
#include "prove/random_weights.h"
#include "prove/test_generators.h"

namespace vouch {
namespace {

// Two models, some proofs of each, public and hidden inputs; proofs of the second are about two
// inputs and of another shape.
struct Batches {
  struct Made {
    size_t model;
    std::vector<Bytes> inputs;
    std::vector<Salt> salts;
    Proof proof;
  };

  Batches() {
    for (const uint8_t seed : {uint8_t{1}, uint8_t{2}}) {
      const Circuit circuit = random_circuit(seed, 4);
      const ProverModel model(circuit, random_weights(circuit, seed), ProverModel::Seed{seed},
                              test_generators());
      verifiers.push_back(*load_commitment(model.commitment()).model);
      for (const bool hidden : {false, true}) {
        ProveOptions options;
        options.hide_input = hidden;
        options.context = {seed};
        options.shape = seed == 1 ? ProofShape{5, {1, 1}, 1} : ProofShape{7, {8, 3}, 2};
        std::vector<Bytes> inputs;
        for (size_t i = 0; i < options.shape.pictures; ++i) {
          inputs.push_back(random_input(circuit, static_cast<uint8_t>(10 * seed + 2 * i + hidden)));
        }
        ProveResult result = prove(model, inputs, options, test_generators()).value();
        proofs.push_back({verifiers.size() - 1, inputs, result.salts, result.proof});
      }
    }
  }
  std::vector<VerifierModel> verifiers;
  std::vector<Made> proofs;
};

const Batches& batches() {
  static const Batches instance;
  return instance;
}

/// A batch, and what owns its parts.
class Asked {
 public:
  void add(const Batches::Made& made, const Proof& proof, const Expectation& expectation = {}) {
    add_bytes(made.model, encode_proof(proof), expectation);
  }
  void add_bytes(size_t model, Bytes bytes, const Expectation& expectation = {}) {
    models_.push_back(model);
    bytes_.push_back(std::move(bytes));
    expectations_.push_back(expectation);
  }
  [[nodiscard]] std::vector<Verdict> batch() const {
    std::vector<BatchItem> items;
    for (size_t i = 0; i < models_.size(); ++i) {
      items.push_back({&batches().verifiers[models_[i]], bytes_[i], &expectations_[i]});
    }
    std::vector<Verdict> out;
    for (const Verification& v : verify_batch(items, test_generators())) {
      out.push_back(v.verdict);
    }
    return out;
  }
  // Also checks the batch against single verification.
  [[nodiscard]] std::vector<Reason> reasons() const {
    std::vector<Reason> out;
    const std::vector<Verdict> verdicts = batch();
    EXPECT_EQ(verdicts.size(), models_.size());
    for (size_t i = 0; i < verdicts.size(); ++i) {
      const Verdict alone =
          verify(batches().verifiers[models_[i]], bytes_[i], expectations_[i], test_generators())
              .verdict;
      EXPECT_EQ(verdicts[i].reason, alone.reason) << i;
      EXPECT_EQ(verdicts[i].detail, alone.detail) << i;
      out.push_back(verdicts[i].reason);
    }
    return out;
  }

 private:
  std::vector<size_t> models_;
  std::vector<Bytes> bytes_;
  std::vector<Expectation> expectations_;
};

Expectation of_input(const Batches::Made& made) {
  Expectation expectation;
  expectation.inputs = made.inputs;
  for (size_t i = 0; i < made.salts.size(); ++i) {
    expectation.openings.push_back(
        {input_identity(rows_of_input(made.proof.input, made.salts.size(), i)), made.salts[i]});
  }
  return expectation;
}

TEST(VerifyBatch, GoodProofsOfSeveralModels) {
  Asked asked;
  for (int round = 0; round < 3; ++round) {
    for (const Batches::Made& made : batches().proofs) {
      asked.add(made, made.proof, round == 0 ? Expectation{} : of_input(made));
    }
  }
  EXPECT_EQ(asked.reasons(), std::vector<Reason>(12, Reason::kAccepted));
  EXPECT_TRUE(verify_batch({}, test_generators()).empty());
}

TEST(VerifyBatch, ClaimsAreThoseOfEach) {
  std::vector<Bytes> bytes;
  std::vector<BatchItem> items;
  for (const Batches::Made& made : batches().proofs) {
    bytes.push_back(encode_proof(made.proof));
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    items.push_back({&batches().verifiers[batches().proofs[i].model], bytes[i], nullptr});
  }
  const auto results = verify_batch(items, test_generators());
  ASSERT_EQ(results.size(), bytes.size());
  for (size_t i = 0; i < results.size(); ++i) {
    EXPECT_TRUE(results[i].verdict.accepted());
    const Batches::Made& made = batches().proofs[i];
    const Shape& shape = batches().verifiers[made.model].circuit.output_tensor().shape;
    EXPECT_EQ(results[i].claim->outputs, split_pictures(shape, made.proof.output));
    EXPECT_EQ(results[i].claim->inputs.size(), made.inputs.size());
  }
}

TEST(VerifyBatch, NamesTheCulpritsOfEveryKind) {
  const Batches::Made& first = batches().proofs[0];
  Asked asked;
  std::vector<Reason> expected;
  const auto add = [&](const Proof& proof, const Expectation& expectation, Reason reason) {
    asked.add(first, first.proof);
    expected.push_back(Reason::kAccepted);
    asked.add(first, proof, expectation);
    expected.push_back(reason);
  };
  Proof bad = first.proof;
  bad.output[0] ^= 1;
  add(bad, {}, Reason::kLinearForm);
  bad = first.proof;
  bad.messages.back()[0] ^= 1;  // an entry of z
  add(bad, {}, Reason::kLinearForm);
  bad = first.proof;
  std::swap(bad.x[0], bad.m[0]);
  add(bad, {}, Reason::kLinearForm);
  bad = first.proof;
  bad.messages.pop_back();
  add(bad, {}, Reason::kDecoding);
  bad = first.proof;
  bad.x[0] = {};
  add(bad, {}, Reason::kDecoding);
  bad = first.proof;
  bad.model[3] ^= 1;
  add(bad, {}, Reason::kStatement);
  Expectation other = of_input(first);
  other.inputs[0].back() ^= 1;
  add(first.proof, other, Reason::kStatement);
  other = of_input(first);
  other.context = Bytes{9};
  add(first.proof, other, Reason::kStatement);
  other = of_input(first);
  other.openings[0].input[0] ^= 1;
  add(first.proof, other, Reason::kStatement);
  EXPECT_EQ(asked.reasons(), expected);
}

// Two proofs whose equations are false by opposite amounts: equal weights would let them cancel.
TEST(VerifyBatch, ErrorsThatWouldCancel) {
  const Batches::Made& made = batches().proofs[0];
  const Scalar z = Scalar::decode(made.proof.messages.back()).value();
  Asked asked;
  for (const Scalar& error : {Scalar::one(), -Scalar::one()}) {
    Proof bad = made.proof;
    bad.messages.back() = (z + error).bytes();
    asked.add(made, bad);
  }
  EXPECT_EQ(asked.reasons(), (std::vector{Reason::kLinearForm, Reason::kLinearForm}));
}

// Bad in a way that only the expectation shows, among proofs that are all valid.
TEST(VerifyBatch, AnotherInputAlone) {
  for (const Batches::Made& made : batches().proofs) {
    Asked asked;
    asked.add(made, made.proof, of_input(made));
    Expectation other = of_input(made);
    other.inputs.back().front() ^= 1;
    asked.add(made, made.proof, other);
    EXPECT_EQ(asked.reasons(), (std::vector{Reason::kAccepted, Reason::kStatement}));
  }
}

// The inputs of one proof, exchanged.
TEST(VerifyBatch, InputsInAnotherOrder) {
  const Batches::Made& two = batches().proofs[2];
  Asked asked;
  Expectation other = of_input(two);
  std::swap(other.inputs[0], other.inputs[1]);
  asked.add(two, two.proof, other);
  other.inputs.pop_back();
  asked.add(two, two.proof, other);
  asked.add(two, two.proof, of_input(two));
  EXPECT_EQ(asked.reasons(),
            (std::vector{Reason::kStatement, Reason::kStatement, Reason::kAccepted}));
}

TEST(VerifyBatch, HiddenInputWithoutItsOpening) {
  const Batches::Made& hidden = batches().proofs[1];
  Asked asked;
  Expectation without = of_input(hidden);
  without.openings.clear();
  asked.add(hidden, hidden.proof, without);
  asked.add(hidden, hidden.proof);
  EXPECT_EQ(asked.reasons(), (std::vector{Reason::kStatement, Reason::kAccepted}));
}

TEST(VerifyBatch, BytesThatAreNoProof) {
  Asked asked;
  asked.add_bytes(0, {});
  asked.add_bytes(0, Bytes(1000, 7));
  asked.add(batches().proofs[0], batches().proofs[0].proof);
  asked.add_bytes(1, encode_proof(batches().proofs[0].proof));  // about the other model
  EXPECT_EQ(asked.reasons(), (std::vector{Reason::kDecoding, Reason::kDecoding, Reason::kAccepted,
                                          Reason::kStatement}));
}

}  // namespace
}  // namespace vouch
