// Every byte of a proof and of a model commitment matters: whichever is changed, the verifier says
// no and does not crash. Runs under the sanitizers.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <random>
#include <string_view>

#include "base/parallel.h"
#include "predicate_case.h"
#include "tiny_case.h"

namespace vouch::dense {
namespace {

const VerifierModel& verifier_model() {
  static const LoadedModel loaded = load_commitment(tiny_model().commitment);
  return *loaded.model;
}

Verdict judge_bytes(const Bytes& proof) {
  return verify(verifier_model(), proof, {}, test_generators()).verdict;
}

// A proof is accepted if the model commitment can be read and the proof is one of its.
bool accepted_with_model(const Bytes& model_public, const Bytes& proof) {
  const LoadedModel loaded = load_model(model_public);
  if (!loaded.model) {
    EXPECT_FALSE(loaded.verdict.accepted());
    return false;
  }
  return verify(*loaded.model, proof, {}, test_generators()).verdict.accepted();
}

using Counts = std::array<std::atomic<size_t>, 6>;  // by Reason

// XORs byte `at` with something other than 0 and counts the verdict.
void flip(Bytes& proof, size_t at, uint8_t with, Counts& counts) {
  proof[at] ^= with;
  const Verdict verdict = judge_bytes(proof);
  EXPECT_FALSE(verdict.accepted()) << "byte " << at << " ^ " << unsigned{with};
  ++counts[static_cast<size_t>(verdict.reason)];
  proof[at] ^= with;
}

// All 255 changes of a byte where VOUCH_FLIPS is "all": an hour of processor time.
bool all_changes() {
  const char* flips = std::getenv("VOUCH_FLIPS");
  return flips != nullptr && std::string_view(flips) == "all";
}

TEST(Flip, EveryByteOfAProof) {
  const Bytes good = encode_proof(tiny_proof().proof);
  ASSERT_TRUE(judge_bytes(good).accepted());
  Counts counts{};
  parallel_for(good.size(), 64, [&](size_t begin, size_t end) {
    Bytes proof = good;
    std::mt19937 random(static_cast<uint32_t>(begin));
    for (size_t i = begin; i < end; ++i) {
      for (unsigned with = 1; all_changes() && with < 256; ++with) {
        flip(proof, i, static_cast<uint8_t>(with), counts);
      }
      flip(proof, i, static_cast<uint8_t>(1 + random() % 255), counts);
      if (random() % 32 == 0) {  // the lowest and the highest bit of a sample
        flip(proof, i, 0x80, counts);
        flip(proof, i, 0x01, counts);
      }
    }
    EXPECT_EQ(proof, good);
  });
  // Each reason that bytes can have occurs.
  EXPECT_GT(counts[static_cast<size_t>(Reason::kDecoding)], 100U);
  EXPECT_GT(counts[static_cast<size_t>(Reason::kStatement)], 30U);
  EXPECT_GT(counts[static_cast<size_t>(Reason::kProduct)], 10U);
  EXPECT_GT(counts[static_cast<size_t>(Reason::kLinearForm)], 100U);
}

// Of hidden outputs: version, predicate and result, and of the rows and messages a sample.
TEST(Flip, BytesOfHiddenOutputs) {
  for (const Predicate& predicate : {members(), public_labels(false), hidden_labels(true)}) {
    Forgery forgery = honest_hidden(predicate);
    const DenseProof made = prove_small(forgery);
    const LoadedModel loaded = load_commitment(made.model);
    const auto accepted = [&](const Bytes& proof) {
      return verify(*loaded.model, proof, {}, test_generators()).verdict.accepted();
    };
    const Bytes good = encode_proof(made.proof);
    ASSERT_TRUE(accepted(good));
    // Salts and what is before them are as in all proofs. Context, predicate and result.
    const size_t statement = 8 + 2 + 32 + 5 + 1 + 3 * 32;
    const size_t rows = statement + 4 + 20 + made.proof.output.size();
    std::vector<size_t> places{8, 9};
    for (size_t i = statement; i < good.size(); i += i < rows ? 1 : 1 + (i * 7) % 127) {
      places.push_back(i);
    }
    parallel_for(places.size(), 8, [&](size_t begin, size_t end) {
      Bytes proof = good;
      std::mt19937 difference(static_cast<uint32_t>(begin));
      for (size_t k = begin; k < end; ++k) {
        const auto with = static_cast<uint8_t>(1 + difference() % 255);
        proof[places[k]] ^= with;
        EXPECT_FALSE(accepted(proof)) << "byte " << places[k] << " ^ " << +with;
        proof[places[k]] ^= with;
      }
    });
  }
}

TEST(Cut, HiddenOutputs) {
  Forgery forgery = honest_hidden(contains(false));
  const DenseProof made = prove_small(forgery);
  const LoadedModel loaded = load_commitment(made.model);
  const Bytes proof = encode_proof(made.proof);
  for (size_t size = 0; size < proof.size(); ++size) {
    EXPECT_EQ(
        verify(*loaded.model, ByteSpan(proof).first(size), {}, test_generators()).verdict.reason,
        Reason::kDecoding)
        << size;
  }
}

// Of the proof that weights are bounded, which is most of it, a sample.
TEST(Flip, BytesOfAModelCommitment) {
  const Bytes& proof = tiny_owner().proof;
  const Bytes& good = tiny_owner().model_public;
  ASSERT_TRUE(accepted_with_model(good, proof));
  const WeightBound bound = decode_model_public(good).value().bound;
  const size_t bound_at =
      good.size() - 8 - kPointBytes * (bound.bits.size() + bound.messages.size());
  std::mt19937 random(2);
  std::vector<size_t> places;
  for (size_t i = 0; i < good.size(); i += i < bound_at ? 1 : 1 + random() % 12) {
    places.push_back(i);
  }
  parallel_for(places.size(), 8, [&](size_t begin, size_t end) {
    Bytes model = good;
    std::mt19937 difference(static_cast<uint32_t>(begin));
    for (size_t k = begin; k < end; ++k) {
      const auto with = static_cast<uint8_t>(1 + difference() % 255);
      model[places[k]] ^= with;
      EXPECT_FALSE(accepted_with_model(model, proof)) << "byte " << places[k] << " ^ " << +with;
      model[places[k]] ^= with;
    }
  });
}

TEST(Cut, EveryPrefixAndLongerFiles) {
  const Bytes proof = encode_proof(tiny_proof().proof);
  for (size_t size = 0; size < proof.size(); ++size) {
    const Verdict verdict = judge_bytes({proof.begin(), proof.begin() + std::ptrdiff_t(size)});
    EXPECT_EQ(verdict.reason, Reason::kDecoding) << size;
  }
  const Bytes& model = tiny_owner().model_public;
  for (size_t size = 0; size < model.size(); ++size) {
    const LoadedModel loaded = load_model({model.data(), size});
    EXPECT_EQ(loaded.verdict.reason, Reason::kDecoding) << size;
  }
  for (const size_t more : {1, 2, 31, 32, 33, 64, 1000}) {
    Bytes longer = proof;
    longer.resize(longer.size() + more);
    EXPECT_EQ(judge_bytes(longer).reason, Reason::kDecoding);
    longer = model;
    longer.resize(longer.size() + more);
    EXPECT_EQ(load_model(longer).verdict.reason, Reason::kDecoding);
  }
}

// Random bytes in place of runs of bytes, and runs exchanged.
TEST(Scrambled, RunsOfBytes) {
  const Bytes proof = encode_proof(tiny_proof().proof);
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    Bytes changed = proof;
    const size_t length = 1 + random() % 200;
    const size_t at = random() % (proof.size() - length);
    const size_t from = random() % (proof.size() - length);
    for (size_t k = 0; k < length; ++k) {
      changed[at + k] = i % 2 == 0 ? static_cast<uint8_t>(random()) : proof[from + k];
    }
    if (changed != proof) {
      EXPECT_FALSE(judge_bytes(changed).accepted());
    }
  }
}

}  // namespace
}  // namespace vouch::dense
