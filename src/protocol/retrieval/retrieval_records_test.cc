// Records of a retrieval that are forged, replayed, reordered, cut off, or of something else.
#include <gtest/gtest.h>

#include "protocol/retrieval/test_retrieval.h"
#include "records/record_list.h"

namespace vouch {
namespace {

class RetrievalRecords : public RetrievalCase {
 protected:
  void SetUp() override {
    RetrievalCase::SetUp();
    ask_all();
    for (const SignedRecord& record : exchange().records) {
      records_.push_back(record.bytes());
    }
    for (const char* role : {"requester", "responder", "judge"}) {
      std::filesystem::remove(bundle().records_path(role));
    }
  }

  /// Why a list of records is refused that somebody hands over.
  [[nodiscard]] std::optional<Refused> refused(const std::vector<Bytes>& records) const {
    EXPECT_TRUE(bundle().put_records("judge", records).ok());
    return refused_of_file();
  }
  [[nodiscard]] std::optional<Refused> refused_of_file() const {
    const auto read = read_exchange(bundle(), retrieval_workflow()).value();
    if (!read.ok()) {
      return read.refusal().reason;
    }
    const std::vector<Refusal>& refused = read.value().refused;
    return refused.empty() ? std::nullopt : std::optional(refused.front().reason);
  }
  /// The record after the first `count`, by `author`, in whatever session.
  template <class Body>
  [[nodiscard]] Bytes record_after(size_t count, uint8_t author, const Body& body,
                                   const Session& session, uint8_t signer) const {
    MemoryHistory history(exchange_of(count).session);
    for (const SignedRecord& record : exchange_of(count).records) {
      history.add(record);
    }
    Record record = next_record(history, author, body, now_milliseconds());
    record.session = session;
    return SignedRecord::sign(record, test_key(signer)).value().bytes();
  }
  [[nodiscard]] Exchange exchange_of(size_t count) const {
    Exchange exchange;
    for (size_t i = 0; i < count; ++i) {
      exchange.records.push_back(SignedRecord::open(records_[i]).value());
    }
    exchange.session = exchange.records.front().record().session;
    return exchange;
  }
  [[nodiscard]] std::vector<Bytes> first(size_t count) const {
    return {records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(count)};
  }

  std::vector<Bytes> records_;  // documents, request, approval, inputs
};

TEST_F(RetrievalRecords, AreAcceptedAsTheyWereSaid) {
  ASSERT_EQ(records_.size(), 4U);
  EXPECT_FALSE(refused(records_));
}

TEST_F(RetrievalRecords, AreNotForged) {
  for (size_t i = 0; i < records_.size(); ++i) {
    std::vector<Bytes> changed = records_;
    changed[i].back() ^= 1;  // of the signature
    EXPECT_EQ(refused(changed), Refused::kForged) << i;
  }
  // An approval that the requester signs.
  const SignedRecord approval = SignedRecord::open(records_[2]).value();
  const Signature by_requester = test_key(1).sign(approval.bytes());
  std::vector<Bytes> others = records_;
  std::ranges::copy(by_requester, others[2].end() - static_cast<ptrdiff_t>(by_requester.size()));
  EXPECT_EQ(refused(others), Refused::kForged);
}

TEST_F(RetrievalRecords, AreNotReordered) {
  std::vector<Bytes> swapped = records_;
  std::swap(swapped[1], swapped[2]);
  EXPECT_EQ(refused(swapped), Refused::kMissing);
  swapped = records_;
  std::swap(swapped[0], swapped[3]);
  EXPECT_EQ(refused(swapped), Refused::kOutOfOrder);
}

TEST_F(RetrievalRecords, AreNotLeftOut) {
  for (size_t i = 0; i + 1 < records_.size(); ++i) {
    std::vector<Bytes> fewer = records_;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(refused(fewer)) << i;
  }
}

TEST_F(RetrievalRecords, WithoutTheirBeginningNothingIsSaid) {
  EXPECT_EQ(refused({records_[2]}), Refused::kMissing);
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kWaiting);
  EXPECT_EQ(outcome().judgement.detail, "the documents of the responder");
  EXPECT_FALSE(refused(first(1)));
  EXPECT_EQ(outcome().judgement.detail, "the request of the requester");
  EXPECT_FALSE(refused(first(2)));
  EXPECT_EQ(outcome().judgement.detail, "the approval of the judge");
}

TEST_F(RetrievalRecords, AreNotCutOff) {
  const Bytes whole = encode_record_list(records_);
  for (const size_t left : {whole.size() - 1, whole.size() / 2, size_t{9}}) {
    EXPECT_TRUE(
        write_file(bundle().records_path("judge"), ByteSpan(whole).first(left), FileAccess::kPublic)
            .ok());
    EXPECT_EQ(refused_of_file(), Refused::kMalformed) << left;
  }
}

TEST_F(RetrievalRecords, AreNotReplayed) {
  MemoryHistory history(exchange_of(1).session);
  const std::vector<SignedRecord> said = exchange_of(4).records;
  for (const SignedRecord& record : said) {
    EXPECT_FALSE(check_next(history, retrieval_rules(), record).value());
    history.add(record);
  }
  for (const SignedRecord& record : said) {
    EXPECT_EQ(check_next(history, retrieval_rules(), record).value()->reason, Refused::kReplayed);
  }
  // A second answer, of other content, that takes the first one's place: both convict.
  std::vector<Bytes> forked = records_;
  forked.push_back(record_after(3, kResponder, RetrievalInputs{Digest{1}, Digest{2}},
                                exchange_of(1).session, 2));
  EXPECT_EQ(refused(forked), Refused::kForked);
  // A second answer behind the first one.
  std::vector<Bytes> twice = records_;
  twice.push_back(record_after(4, kResponder, RetrievalInputs{Digest{1}, Digest{2}},
                               exchange_of(1).session, 2));
  EXPECT_EQ(refused(twice), Refused::kOutOfTurn);
  const RetrievalOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, Judgement::State::kDeviation);
  ASSERT_EQ(found.judgement.deviations.size(), 1U);
  EXPECT_EQ(found.judgement.deviations[0].party, kResponder);
  EXPECT_EQ(found.judgement.deviations[0].reason, "out of turn");
}

TEST_F(RetrievalRecords, AreOfThisSession) {
  Session other = exchange_of(1).session;
  other.id[0] ^= 1;
  std::vector<Bytes> records = first(3);
  records.push_back(record_after(3, kResponder, RetrievalInputs{Digest{1}, Digest{2}}, other, 2));
  EXPECT_EQ(refused(records), Refused::kOtherSession);
}

TEST_F(RetrievalRecords, AreOfTheseParties) {
  Session other = exchange_of(1).session;
  other.parties[kRequester] = test_key(9).public_key();
  std::vector<Bytes> records = first(3);
  records.push_back(record_after(3, kResponder, RetrievalInputs{Digest{1}, Digest{2}}, other, 2));
  EXPECT_EQ(refused(records), Refused::kOtherParties);
}

TEST_F(RetrievalRecords, AreOfThisProtocol) {
  Session other = exchange_of(1).session;
  other.protocol = "contest";
  std::vector<Bytes> records = first(3);
  records.push_back(record_after(3, kResponder, RetrievalInputs{Digest{1}, Digest{2}}, other, 2));
  EXPECT_EQ(refused(records), Refused::kOtherProtocol);
  other.protocol = "retrieval";
  other.version = 2;
  records.back() = record_after(3, kResponder, RetrievalInputs{Digest{1}, Digest{2}}, other, 2);
  EXPECT_EQ(refused(records), Refused::kOtherProtocol);
}

TEST_F(RetrievalRecords, AreSaidByWhoseTurnItIs) {
  const Session session = exchange_of(1).session;
  std::vector<Bytes> records = first(3);
  records.push_back(record_after(3, kRequester, RetrievalInputs{Digest{1}, Digest{2}}, session, 1));
  EXPECT_EQ(refused(records), Refused::kUnknownKind);
  records.back() = record_after(3, kResponder, RetrievalProofs{Digest{1}}, session, 2);
  EXPECT_EQ(refused(records), Refused::kOutOfTurn);  // before the inputs
  records = first(2);
  records.push_back(record_after(2, kResponder, RetrievalInputs{Digest{1}, Digest{2}}, session, 2));
  EXPECT_EQ(refused(records), Refused::kOutOfTurn);  // before the judge's approval
  records = first(1);
  records.push_back(record_after(1, kRetrievalJudge, TimeTold{1, {}}, session, 3));
  EXPECT_EQ(refused(records), Refused::kOutOfTurn);
}

// Who has not seen the documents cannot ask for them: the request always answers the root.
TEST_F(RetrievalRecords, RequestsKnowTheRoot) {
  const Record request = exchange_of(2).records[1].record();
  EXPECT_EQ(request.seen[kResponder].count, 1U);
  EXPECT_EQ(request.seen[kResponder].last, exchange_of(1).records[0].digest());
  const Record approval = exchange_of(3).records[2].record();
  EXPECT_EQ(approval.seen[kRequester].last, exchange_of(2).records[1].digest());
}

}  // namespace
}  // namespace vouch
