// When the steps of an audit are due, and late.
#include "protocol/audit/audit_records.h"

#include <gtest/gtest.h>

#include "records/test_records.h"

namespace vouch {
namespace {

class AuditSteps : public testing::Test {
 protected:
  template <class Body>
  void say(uint8_t author, const Body& body, uint64_t time) {
    records_.push_back(signed_record(next_record(history_, author, body, time)));
    history_.add(records_.back());
  }
  static AuditRequest request(AuditVariant variant) {
    AuditRequest request;
    request.variant = static_cast<uint64_t>(variant);
    request.deadline = 100;
    return request;
  }
  [[nodiscard]] bool is_late() const { return provider_is_late(records_); }
  [[nodiscard]] std::optional<uint64_t> deadline() const {
    return audit_workflow().due(records_).front().deadline;
  }
  MemoryHistory history_{
      Session{"audit", 1, SessionId{7}, {test_key(1).public_key(), test_key(2).public_key()}}};
  std::vector<SignedRecord> records_;
};

TEST_F(AuditSteps, PredictionsAndProofsHaveADeadline) {
  EXPECT_FALSE(deadline());
  say(1, request(AuditVariant::kPublic), 1);
  EXPECT_EQ(deadline(), 100U);
  say(0, AuditPredictions{}, 2);
  EXPECT_EQ(deadline(), 100U);
  say(0, AuditProofs{}, 3);
  EXPECT_EQ(deadline(), std::nullopt);
  EXPECT_FALSE(is_late());
}

TEST_F(AuditSteps, LatePredictionsAreLate) {
  say(1, request(AuditVariant::kPublic), 1);
  EXPECT_FALSE(is_late());
  say(0, AuditPredictions{}, 101);
  EXPECT_TRUE(is_late());
}

TEST_F(AuditSteps, LateProofsAreLate) {
  say(1, request(AuditVariant::kPublic), 1);
  say(0, AuditPredictions{}, 100);
  EXPECT_FALSE(is_late());
  say(0, AuditProofs{}, 101);
  EXPECT_TRUE(is_late());
}

// Labels come last: they do not make proofs late, nor in time.
TEST_F(AuditSteps, LateLabelsExcuseNoPublicProofs) {
  say(1, request(AuditVariant::kPublic), 1);
  say(0, AuditPredictions{}, 2);
  say(0, AuditProofs{}, 101);
  say(1, AuditLabels{}, 102);
  EXPECT_TRUE(is_late());
}

TEST_F(AuditSteps, ProofsThatWaitedForLateLabelsAreNotLate) {
  say(1, request(AuditVariant::kHidden), 1);
  say(0, AuditPredictions{}, 2);
  say(1, AuditLabels{}, 101);
  say(0, AuditProofs{}, 102);
  EXPECT_FALSE(is_late());
}

TEST_F(AuditSteps, ProofsThatHadLabelsInTimeAreLate) {
  say(1, request(AuditVariant::kHidden), 1);
  say(0, AuditPredictions{}, 2);
  say(1, AuditLabels{}, 100);
  say(0, AuditProofs{}, 101);
  EXPECT_TRUE(is_late());
}

}  // namespace
}  // namespace vouch
