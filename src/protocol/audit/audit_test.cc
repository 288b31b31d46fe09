// What a third says of an audit in which somebody announces what is none, or signs what is not due.
#include <gtest/gtest.h>

#include <filesystem>

#include "protocol/arbitrate.h"
#include "protocol/audit/test_audit.h"

namespace vouch {
namespace {

class AuditTest : public AuditCase {
 protected:
  // "consumer request: …", of the one deviation there is; "" if nobody deviated.
  [[nodiscard]] std::string at_fault() const {
    const Judgement judgement = arbitrate(bundle()).value().judgement;
    if (judgement.state != Judgement::State::kDeviation) {
      return state_name(judgement.state) + (": " + judgement.detail);
    }
    EXPECT_EQ(judgement.deviations.size(), 1U);
    const Deviation& found = judgement.deviations.front();
    EXPECT_FALSE(found.evidence.empty());
    return audit_rules().roles.at(found.party) + (" " + found.step) + ": " + found.detail;
  }
  // What is said of a request that is changed so.
  template <class Change>
  [[nodiscard]] std::string requested(const Change& change) const {
    std::filesystem::remove_all(path("bundle"));
    std::filesystem::remove(path("consumer"));
    Participant party = consumer();
    AuditRequest request = request_of(party.bundle(), AuditVariant::kPublic);
    change(request, party.bundle());
    say(std::move(party), request);
    return at_fault();
  }
  static Digest put_large(const Bundle& bundle, size_t bytes) {
    return bundle.put(Bytes(bytes, 7)).value();
  }
};

bool begins(const std::string& text, const std::string& beginning) {
  return text.starts_with(beginning);
}

TEST_F(AuditTest, AWholeOneIsFulfilled) {
  whole();
  EXPECT_EQ(at_fault(), "fulfilled: ");
}

TEST_F(AuditTest, AHiddenOneIsFulfilled) {
  whole(AuditVariant::kHidden);
  EXPECT_EQ(at_fault(), "fulfilled: ");
}

TEST_F(AuditTest, WhatIsTooLargeIsTheFaultOfWhoAnnouncedIt) {
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.commitment = put_large(there, kMaxModelPublicBytes + 1);
                     }),
                     "consumer request: the model's commitment has more than"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.included = put_large(there, kMaxLogProofBytes + 1);
                     }),
                     "consumer request: the proof that the model was published has more than"));
  EXPECT_TRUE(begins(requested([](AuditRequest& request, const Bundle& there) {
                       request.input_list = there.put_list(std::vector<Digest>(8)).value();
                     }),
                     "consumer request: the list of inputs has 8 entries, not 7"));
}

TEST_F(AuditTest, ALargeProofIsTheProviders) {
  request();
  predict();
  Participant party = provider();
  const Digest large = put_large(party.bundle(), kMaxProofBytes + 1);
  const Digest list = party.bundle().put_list(std::vector{large, large}).value();
  say(std::move(party), AuditProofs{list, {}, 1});
  EXPECT_TRUE(begins(at_fault(), "provider proofs: the proof of batch 0 has more than"));
}

// It keeps nobody from the next step, and convicts who signed it.
TEST_F(AuditTest, ARecordOutOfTurnStopsNobodyAndConvicts) {
  request();
  const Exchange before = exchange();
  MemoryHistory history(before.session);
  history.add(before.records[0]);
  const SignedRecord early =
      signed_record(next_record(history, kAuditConsumer, AuditLabels{}, now_milliseconds()));
  EXPECT_TRUE(
      bundle().put_records("consumer", {early.bytes(), {1, 2}, before.records[0].bytes()}).ok());
  Participant party =
      Participant::join(audit_workflow(), {path("bundle"), path("provider")}, test_key(1), 0)
          .value()
          .value();
  EXPECT_EQ(party.take_in().value().size(), 2U);
  EXPECT_EQ(party.records().size(), 1U);
  say(std::move(party), AuditPredictions{});
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_EQ(found.exchange.records.size(), 2U);
  ASSERT_EQ(found.judgement.deviations.size(), 1U);
  EXPECT_EQ(found.judgement.deviations[0].reason, "out of turn");
  EXPECT_EQ(found.judgement.deviations[0].party, kAuditConsumer);
  EXPECT_EQ(found.judgement.deviations[0].evidence, std::vector{early.digest()});
}

}  // namespace
}  // namespace vouch
