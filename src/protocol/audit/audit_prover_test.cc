// What a provider's machines make of an audit's batches, and of files that are none.
#include <gtest/gtest.h>

#include <filesystem>

#include "protocol/audit/audit_work_file.h"
#include "protocol/audit/test_audit.h"
#include "prove/batches.h"

namespace vouch {
namespace {

class AuditProver : public AuditCase {
 protected:
  [[nodiscard]] std::string made(uint64_t batch) const {
    return path("work") + "/" + std::to_string(batch) + ".made";
  }
  // Of a batch of four inputs, without what a predicate adds.
  static uint64_t memory_of_four() {
    const Circuit& circuit = asked().model.circuit();
    return proving_memory(circuit, choose_shape(circuit, Profile::kFast, 4));
  }
  template <class Change>
  void change(uint64_t batch, const Change& changed) const {
    MadeProof proof = decode_made_proof(read_file(made(batch), kMaxMadeProofBytes).value()).value();
    changed(proof);
    EXPECT_TRUE(write_file(made(batch), encode_made_proof(proof), FileAccess::kOwnerOnly).ok());
  }
  static bool tells(const Result<void>& result, const std::string& part) {
    return !result.ok() && result.error().message.find(part) != std::string::npos;
  }
  using Batches = std::vector<uint64_t>;
};

TEST_F(AuditProver, MakesEachProofOnce) {
  request();
  predict();
  with_work([&](const AuditWork& work) {
    EXPECT_EQ(batches_to_prove(work, {}).value(), (Batches{0, 1}));
    EXPECT_EQ(batches_to_prove(work, {1, 2}).value(), Batches{1});
    EXPECT_FALSE(all_batches_proven(work));
    ASSERT_TRUE(prove_audit_batch(work, 1, memory_of_four()).ok());
    const Bytes first = read_file(made(1), kMaxMadeProofBytes).value();
    EXPECT_TRUE(prove_audit_batch(work, 1, memory_of_four()).ok()) << "somebody else was first";
    EXPECT_EQ(read_file(made(1), kMaxMadeProofBytes).value(), first);
    EXPECT_EQ(batches_to_prove(work, {}).value(), Batches{0});
    EXPECT_NE(collect_audit_proofs(work).error().message.find("1 of 2 proofs are missing"),
              std::string::npos);
    ASSERT_TRUE(prove_audit_batch(work, 0, memory_of_four()).ok());
    EXPECT_TRUE(all_batches_proven(work));
  });
}

TEST_F(AuditProver, RemovesFilesThatAreNoProofs) {
  request(AuditVariant::kHidden);
  predict();
  reveal();
  with_work([&](const AuditWork& work) {
    for (uint64_t batch = 0; batch < 2; ++batch) {
      ASSERT_TRUE(prove_audit_batch(work, batch, UINT64_MAX).ok());
    }
    const Bytes good = read_file(made(0), kMaxMadeProofBytes).value();
    const auto is_made_again = [&](const auto& changed) {
      change(0, changed);
      const bool again = batches_to_prove(work, {}).value() == Batches{0};
      EXPECT_EQ(std::filesystem::exists(made(0)), !again);
      EXPECT_TRUE(write_file(made(0), good, FileAccess::kOwnerOnly).ok());
      return again;
    };
    EXPECT_FALSE(is_made_again([](MadeProof& proof) { proof.core_milliseconds += 1; }));
    EXPECT_TRUE(is_made_again([](MadeProof& proof) { proof.proof.back() ^= 1; }));
    EXPECT_TRUE(is_made_again([](MadeProof& proof) { proof.count->total += 1; }));
    EXPECT_TRUE(is_made_again([](MadeProof& proof) { proof.count.reset(); }));
    EXPECT_TRUE(write_file(made(0), Bytes{1, 2, 3}, FileAccess::kOwnerOnly).ok());
    EXPECT_EQ(batches_to_prove(work, {}).value(), Batches{0});
    EXPECT_FALSE(std::filesystem::exists(made(0)));
  });
}

TEST_F(AuditProver, TakesNoMoreMemoryThanThereIs) {
  request();
  predict();
  with_work([](const AuditWork& work) {
    EXPECT_TRUE(tells(prove_audit_batch(work, 0, memory_of_four() - 1), "MB of memory"));
  });
}

TEST_F(AuditProver, CountsTheMemoryOfThePredicate) {
  request(AuditVariant::kHidden);
  predict();
  reveal();
  with_work([](const AuditWork& work) {
    EXPECT_TRUE(tells(prove_audit_batch(work, 0, memory_of_four()), "MB of memory"));
  });
}

TEST_F(AuditProver, ProvesWhatWasPredictedOnly) {
  request();
  predict();
  with_work([](const AuditWork& work) {
    AuditEvidence other = work.evidence;
    other.outputs[3 * 5] ^= 1;
    const AuditWork changed{work.model,   work.bundle, work.session,  work.request,
                            work.subject, other,       work.directory};
    EXPECT_TRUE(tells(prove_audit_batch(changed, 0, UINT64_MAX), "predicted for input 3"));
    EXPECT_TRUE(prove_audit_batch(changed, 1, UINT64_MAX).ok());
  });
}

TEST(AuditWorkFile, IsRead) {
  const Bytes file = encode_made_proof({7, {1, 2}, CountOpening{3, Scalar::one()}});
  const MadeProof made = decode_made_proof(file).value();
  EXPECT_EQ(made.core_milliseconds, 7U);
  EXPECT_EQ(made.proof, (Bytes{1, 2}));
  EXPECT_EQ(made.count->total, 3U);
  EXPECT_FALSE(decode_made_proof(encode_made_proof({7, {1, 2}, {}})).value().count);
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_FALSE(decode_made_proof(longer).ok());
  EXPECT_FALSE(decode_made_proof(ByteSpan(file).first(file.size() - 1)).ok());
}

TEST_F(AuditProver, NeedsADirectory) {
  request();
  predict();
  EXPECT_TRUE(write_file(path("work"), Bytes{1}, FileAccess::kPublic).ok());
  with_work([](const AuditWork& work) {
    EXPECT_TRUE(tells(prove_audit_batch(work, 0, UINT64_MAX), "cannot make the directory"));
  });
}

}  // namespace
}  // namespace vouch
