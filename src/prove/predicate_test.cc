// Proofs of hidden outputs: every kind of predicate, of small random classifiers.
#include "circuit/predicate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "prove/prove.h"
#include "prove/random_network.h"
#include "prove/test_generators.h"
#include "verify/hidden_output.h"

namespace vouch {
namespace {

using Kind = Predicate::Kind;

constexpr uint16_t kInputs = 3;

// The classes of highest code, by the definition: repeatedly the largest that is left.
std::vector<uint16_t> best(const Bytes& codes, size_t count) {
  std::vector<uint16_t> out;
  while (out.size() < count) {
    int best = -1;
    for (size_t c = 0; c < codes.size(); ++c) {
      const bool taken = std::find(out.begin(), out.end(), c) != out.end();
      if (!taken && (best < 0 || codes[c] > codes[static_cast<size_t>(best)])) {
        best = static_cast<int>(c);
      }
    }
    out.push_back(static_cast<uint16_t>(best));
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool has(const std::vector<uint16_t>& classes, uint16_t c) {
  return std::find(classes.begin(), classes.end(), c) != classes.end();
}

ProverModel classifier(uint32_t seed, bool exact) {
  WeightedCircuit network;
  for (;; seed += 100) {
    network = with_small_tables(random_network(seed));
    const Shape& out = network.circuit.output_tensor().shape;
    if (out.batch == 1 && out.channels >= 2) {
      break;
    }
  }
  if (exact) {
    network = with_exact_rounding(network);
  }
  network.circuit.model_kappa = static_cast<uint8_t>(5 + seed % 4);
  network.circuit.input_kappa = static_cast<uint8_t>(4 + seed % 7);
  return {std::move(network.circuit), std::move(network.weights), ProverModel::Seed{1, 2, 3},
          test_generators()};
}

class Predicates : public ::testing::TestWithParam<uint32_t> {
 protected:
  Predicates()
      : model_(classifier(GetParam(), GetParam() % 4 == 3)),
        verifier_(*load_commitment(model_.commitment()).model),
        classes_(static_cast<uint16_t>(model_.circuit().output_tensor().shape.channels)) {
    for (uint32_t i = 0; i < kInputs; ++i) {
      inputs_.push_back(
          random_codes(model_.circuit().input().shape.elements(), 10 * GetParam() + i));
      codes_.push_back(model_.executor().run(inputs_.back(), false).value().output());
    }
  }

  ProveResult prove_hidden(const HiddenOutput& hidden) {
    const uint32_t seed = GetParam();
    ProveOptions options;
    options.shape = {static_cast<uint8_t>(6 + seed % 5),
                     {static_cast<uint8_t>(6 + seed), static_cast<uint8_t>(1 + seed % 4)},
                     kInputs};
    options.hidden_output = hidden;
    options.audit = [](const std::vector<std::string>& labels) {
      EXPECT_EQ(labels, std::vector<std::string>{});
    };
    auto result = prove(model_, inputs_, options, test_generators());
    EXPECT_TRUE(result.ok()) << result.error().message;
    return std::move(result).value();
  }

  PredicateClaim claim_of(const Proof& proof, const Expectation& expectation = {}) {
    const Bytes bytes = encode_proof(proof);
    const Verification v = verify(verifier_, bytes, expectation, test_generators());
    EXPECT_TRUE(v.verdict.accepted()) << reason_name(v.verdict.reason) << ": " << v.verdict.detail;
    EXPECT_TRUE(v.claim->outputs.empty());
    return v.claim->hidden.value();
  }

  // What a predicate of bits says of each input, and that counts say the same.
  void expect_bits(HiddenOutput hidden, const std::vector<uint8_t>& bits) {
    Expectation expectation;
    expectation.inputs = inputs_;
    expectation.predicate = hidden.predicate;
    const PredicateClaim claim = claim_of(prove_hidden(hidden).proof, expectation);
    EXPECT_EQ(claim.predicate, hidden.predicate);
    EXPECT_EQ(claim.result, bits);
    EXPECT_FALSE(claim.count.has_value());

    hidden.predicate.count = true;
    const ProveResult counted = prove_hidden(hidden);
    const PredicateClaim count = claim_of(counted.proof);
    EXPECT_TRUE(count.result.empty());
    const auto total = std::accumulate(bits.begin(), bits.end(), uint32_t{0});
    EXPECT_EQ(counted.count->total, total);
    const std::vector<Encoding> counts{*count.count};
    EXPECT_TRUE(check_count(counts, *counted.count, test_generators()).accepted());
    CountOpening other = *counted.count;
    ++other.total;
    EXPECT_EQ(check_count(counts, other, test_generators()).reason, Reason::kStatement);
  }

  uint8_t top() const { return static_cast<uint8_t>(1 + GetParam() % std::min<int>(classes_, 7)); }

  ProverModel model_;
  VerifierModel verifier_;
  uint16_t classes_;
  std::vector<Bytes> inputs_;
  std::vector<Bytes> codes_;
};

TEST_P(Predicates, Members) {
  for (const uint8_t n : {uint8_t{1}, top(), static_cast<uint8_t>(classes_)}) {
    HiddenOutput hidden;
    hidden.predicate.top = n;
    const ProveResult result = prove_hidden(hidden);
    const PredicateClaim claim = claim_of(result.proof);
    for (size_t i = 0; i < kInputs; ++i) {
      const std::vector<uint16_t> expected = best(codes_[i], n);
      EXPECT_EQ(members_of(claim.predicate, claim.result, i), expected);
      EXPECT_EQ(result.predictions[i].classes, expected);
      const auto opening = commit_classes_vartime(model_.circuit(), false, expected,
                                                  result.predictions[i].salt, test_generators());
      EXPECT_EQ(opening.value().identity, claim.predictions[i]);
    }
  }
}

TEST_P(Predicates, Contains) {
  HiddenOutput hidden;
  hidden.predicate.kind = Kind::kContains;
  hidden.predicate.top = top();
  for (uint16_t c = static_cast<uint16_t>(GetParam() % 2); c < classes_; c += 5) {
    hidden.predicate.classes.push_back(c);
  }
  if (hidden.predicate.classes.empty()) {
    hidden.predicate.classes.push_back(0);
  }
  std::vector<uint8_t> bits;
  for (const Bytes& codes : codes_) {
    const auto first = best(codes, hidden.predicate.top);
    const auto& S = hidden.predicate.classes;
    bits.push_back(std::any_of(S.begin(), S.end(), [&](uint16_t c) { return has(first, c); }) ? 1
                                                                                              : 0);
  }
  expect_bits(hidden, bits);
}

TEST_P(Predicates, Score) {
  for (const int above : {0, 1}) {
    HiddenOutput hidden;
    hidden.predicate.kind = Kind::kScore;
    const auto c = static_cast<uint16_t>(GetParam() % classes_);
    hidden.predicate.classes = {c};
    hidden.predicate.threshold = static_cast<uint8_t>(std::min(255, codes_[0][c] + above));
    std::vector<uint8_t> bits;
    for (const Bytes& codes : codes_) {
      bits.push_back(codes[c] >= hidden.predicate.threshold ? 1 : 0);
    }
    expect_bits(hidden, bits);
  }
}

TEST_P(Predicates, Label) {
  for (const Predicate::Labels labels :
       {Predicate::Labels::kPublic, Predicate::Labels::kCommitted}) {
    HiddenOutput hidden;
    hidden.predicate.kind = Kind::kLabel;
    hidden.predicate.top = top();
    hidden.predicate.labels = labels;
    std::vector<uint8_t> bits;
    std::vector<Digest> identities;
    for (size_t i = 0; i < kInputs; ++i) {
      const auto first = best(codes_[i], top());
      const uint16_t label =
          i == 0 ? first.back() : static_cast<uint16_t>((first[0] + i) % classes_);
      bits.push_back(has(first, label) ? 1 : 0);
      if (labels == Predicate::Labels::kPublic) {
        hidden.predicate.label.push_back(label);
      } else {
        const Salt salt{static_cast<uint8_t>(i), 1};
        hidden.labels.push_back({label, salt});
        identities.push_back(
            commit_classes_vartime(model_.circuit(), true, {label}, salt, test_generators())
                .value()
                .identity);
      }
    }
    expect_bits(hidden, bits);
    if (!identities.empty()) {
      Expectation expectation;
      expectation.labels = identities;
      EXPECT_EQ(claim_of(prove_hidden(hidden).proof, expectation).labels, identities);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Predicates, ::testing::Range(0U, 8U));

}  // namespace
}  // namespace vouch
