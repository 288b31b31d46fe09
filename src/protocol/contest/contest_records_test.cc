// Records of a contest that were tampered with, and what a third party says of them.
#include "protocol/contest/contest_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "protocol/arbitrate.h"
#include "protocol/audit/audit_records.h"
#include "protocol/contest/test_contest.h"
#include "records/test_records.h"

namespace vouch {
namespace {

class ContestRecordsTest : public ContestCase {
 protected:
  void SetUp() override {
    ContestCase::SetUp();
    serve_honestly();
    until_disclosure(terms());
  }
  [[nodiscard]] std::vector<Bytes> records_of(const std::string& role) const {
    return records_in(bundle().find_records(role).value().value());
  }
  // The provider's file is the only one that has all records.
  template <class Change>
  void change_records(const Change& change) const {
    std::filesystem::remove(bundle().records_path("contester"));
    std::vector<Bytes> records = records_of("provider");
    ASSERT_EQ(records.size(), 4U);
    change(records);
    ASSERT_TRUE(bundle().put_records("provider", records).ok());
  }
  [[nodiscard]] Refused refused() const {
    const Arbitration found = arbitrate(bundle()).value();
    EXPECT_FALSE(found.exchange.refused.empty());
    return found.exchange.refused.at(0).reason;
  }
  // Whom the signatures alone convict.
  [[nodiscard]] std::vector<Deviation> convicted() const {
    return arbitrate(bundle()).value().judgement.deviations;
  }
  // A record of `role` that comes next, with all seen that there is.
  template <class Body>
  [[nodiscard]] Record next(ContestRole role, const Body& body) const {
    const Exchange exchange = read_exchange(bundle(), contest_workflow()).value().value();
    MemoryHistory history(exchange.session);
    for (const SignedRecord& record : exchange.records) {
      history.add(record);
    }
    return next_record(history, role, body, now_milliseconds());
  }
};

TEST_F(ContestRecordsTest, AsTheyAreNobodyDeviates) {
  change_records([](auto&) {});
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_TRUE(found.exchange.refused.empty());
  EXPECT_EQ(found.judgement.state, Judgement::State::kWaiting);
  EXPECT_EQ(found.workflow, &contest_workflow());
}

TEST_F(ContestRecordsTest, Forged) {
  change_records([](std::vector<Bytes>& records) { records[3].back() ^= 1; });
  EXPECT_EQ(refused(), Refused::kForged);
}

TEST_F(ContestRecordsTest, SignedByAnother) {
  const Record record = next(kContester, FaultClaimed{});
  change_records([&](std::vector<Bytes>& records) {
    const Bytes unsigned_record = without_signature(signed_record(record));
    records.push_back(signed_by_hand(unsigned_record, test_key(3)));
  });
  EXPECT_EQ(refused(), Refused::kForged);
}

TEST_F(ContestRecordsTest, ReplayedFromAnotherContest) {
  const std::vector<Bytes> before = records_of("provider");
  std::filesystem::remove_all(path("bundle"));
  std::filesystem::remove(path("contester"));
  std::filesystem::remove(path("provider"));
  until_disclosure(terms());
  change_records([&](std::vector<Bytes>& records) { records[1] = before[1]; });
  EXPECT_EQ(refused(), Refused::kOtherSession);
}

// A party refuses it the same way: it is no news.
TEST_F(ContestRecordsTest, TheSameTwiceIsNoNews) {
  change_records([](std::vector<Bytes>& records) { records.push_back(records[1]); });
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_TRUE(found.exchange.refused.empty());
  EXPECT_EQ(found.exchange.records.size(), 4U);
}

TEST_F(ContestRecordsTest, Reordered) {
  change_records([](std::vector<Bytes>& records) { std::swap(records[1], records[3]); });
  EXPECT_EQ(refused(), Refused::kOutOfOrder);
}

TEST_F(ContestRecordsTest, LeftOut) {
  change_records([](std::vector<Bytes>& records) { records.erase(records.begin() + 2); });
  EXPECT_EQ(refused(), Refused::kMissing);
}

TEST_F(ContestRecordsTest, WithoutItsBeginningNothingIsSaid) {
  change_records([](std::vector<Bytes>& records) { records.erase(records.begin()); });
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_TRUE(found.exchange.records.empty());
  EXPECT_EQ(found.judgement.state, Judgement::State::kWaiting);
  EXPECT_EQ(found.judgement.detail, "the contest has not been opened");
}

TEST_F(ContestRecordsTest, Truncated) {
  change_records([](std::vector<Bytes>& records) { records[3].resize(records[3].size() / 2); });
  EXPECT_EQ(refused(), Refused::kMalformed);
}

TEST_F(ContestRecordsTest, OfAnotherProtocol) {
  const Bytes other = log().record(0, 1).value().bytes();
  change_records([&](std::vector<Bytes>& records) { records[1] = other; });
  EXPECT_EQ(refused(), Refused::kOtherProtocol);
}

TEST_F(ContestRecordsTest, OfAnotherVersion) {
  Record record = next(kProvider, AnswersProven{});
  record.session.version = 2;
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kOtherProtocol);
}

TEST_F(ContestRecordsTest, BetweenOthers) {
  Record record = next(kProvider, AnswersProven{});
  record.session.parties[kContester] = test_key(9).public_key();
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kOtherParties);
}

TEST_F(ContestRecordsTest, NotTheAuthorsToWrite) {
  Record record = next(kContester, AnswersProven{});
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kUnknownKind);
}

TEST_F(ContestRecordsTest, WithOtherFields) {
  Record record = next(kProvider, AnswersProven{});
  record.body.pop_back();
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kWrongBody);
}

TEST_F(ContestRecordsTest, OutOfTurn) {
  const Record record = next(kContester, FaultClaimed{});
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kOutOfTurn);
  const Arbitration found = arbitrate(bundle()).value();
  ASSERT_EQ(found.judgement.deviations.size(), 1U);
  EXPECT_EQ(found.judgement.deviations[0].party, kContester);
  EXPECT_EQ(found.judgement.deviations[0].reason, "out of turn");
  EXPECT_EQ(found.judgement.deviations[0].evidence,
            std::vector<Digest>{signed_record(record).digest()});
}

// Rubbish in one file, whoever put it there, convicts nobody and keeps nobody from the rest.
TEST_F(ContestRecordsTest, RubbishKeepsNobodyFromWhatIsRight) {
  const Bytes rubbish{'r', 'u', 'b'};
  ASSERT_TRUE(write_file(bundle().records_path("contester"), rubbish, FileAccess::kPublic).ok());
  EXPECT_EQ(refused(), Refused::kMalformed);
  EXPECT_EQ(arbitrate(bundle()).value().judgement.state, Judgement::State::kWaiting);
  Participant late =
      Participant::join(contest_workflow(), {path("bundle"), path("judge")}, test_key(3), kJudge)
          .value()
          .value();
  EXPECT_EQ(late.take_in().value().at(0).reason, Refused::kMalformed);
  EXPECT_EQ(late.records().size(), 4U);
  EXPECT_TRUE(late.say(TimeTold{1, {}}).ok());
}

TEST_F(ContestRecordsTest, AStateThatWasLostIsNoticedWhateverElseIsThere) {
  ASSERT_TRUE(bundle().put_records("contester", records_of("provider")).ok());
  std::filesystem::remove(path("provider"));
  const Bytes rubbish{'r', 'u', 'b'};
  ASSERT_TRUE(write_file(bundle().records_path("provider"), rubbish, FileAccess::kPublic).ok());
  Participant lost = Participant::join(contest_workflow(), {path("bundle"), path("provider")},
                                       test_key(1), kProvider)
                         .value()
                         .value();
  EXPECT_FALSE(lost.take_in().value().empty());
  EXPECT_TRUE(lost.lost_state());
}

// The provider's file begins with a session that nobody else knows.
TEST_F(ContestRecordsTest, TheSessionIsThatOfMostFiles) {
  const std::vector<Bytes> all = records_of("provider");
  Record record = SignedRecord::open(all[0]).value().record();
  record.session.id = SessionId{9};
  ASSERT_TRUE(bundle().put_records("contester", all).ok());
  ASSERT_TRUE(bundle().put_records("provider", {signed_record(record).bytes()}).ok());
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_EQ(found.exchange.records.size(), 4U);
  EXPECT_EQ(refused(), Refused::kOtherSession);
}

TEST_F(ContestRecordsTest, TheContesterCannotRevealFirst) {
  std::filesystem::remove_all(path("bundle"));
  std::filesystem::remove(path("contester"));
  open(terms());
  const auto early = contester().say(NonceRevealed{});
  ASSERT_FALSE(early.ok());
  EXPECT_NE(early.error().message.find("not due"), std::string::npos);
}

TEST_F(ContestRecordsTest, DatedBack) {
  Record record = next(kProvider, AnswersProven{});
  record.time = 1;
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kBackInTime);
}

TEST_F(ContestRecordsTest, AnsweringSomethingElse) {
  Record record = next(kProvider, AnswersProven{});
  record.seen[kContester].last[0] ^= 1;
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  EXPECT_EQ(refused(), Refused::kBrokenChain);
}

// Two disclosures with the same number: both signatures together convict.
TEST_F(ContestRecordsTest, TwoOfOneNumberConvictTheirAuthor) {
  Record record = SignedRecord::open(records_of("provider")[3]).value().record();
  ASSERT_EQ(record.author, kProvider);
  std::get<std::vector<Digest>>(record.body[1]).pop_back();
  change_records(
      [&](std::vector<Bytes>& records) { records.push_back(signed_record(record).bytes()); });
  const Arbitration found = arbitrate(bundle()).value();
  EXPECT_EQ(refused(), Refused::kForked);
  ASSERT_EQ(found.judgement.deviations.size(), 1U);
  EXPECT_EQ(found.judgement.deviations[0].party, kProvider);
  EXPECT_EQ(found.judgement.deviations[0].reason, "forked");
  EXPECT_EQ(found.judgement.deviations[0].evidence.size(), 2U);
}

TEST_F(ContestRecordsTest, AForgedOneConvictsNobody) {
  change_records([](std::vector<Bytes>& records) { records[3].back() ^= 1; });
  EXPECT_TRUE(arbitrate(bundle()).value().judgement.deviations.empty());
}

// Whoever puts a session of another protocol beside the parties' files has it judged only if fewer
// of them tell of theirs.
TEST_F(ContestRecordsTest, ASessionOfAnotherProtocolBesideThemIsNotJudged) {
  const Session other{
      "audit", 1, SessionId{9}, {test_key(1).public_key(), test_key(2).public_key()}};
  const Bytes request =
      signed_record(next_record(MemoryHistory(other), kAuditConsumer, AuditRequest{})).bytes();
  ASSERT_TRUE(bundle().put_records("consumer", {request}).ok());
  EXPECT_EQ(arbitrate(bundle()).value().workflow, &contest_workflow());
  const Arbitration named =
      arbitrate(bundle(), [&](const Session& session) { return session.id == other.id; }).value();
  EXPECT_EQ(named.workflow, &audit_workflow());
  std::filesystem::remove(bundle().records_path("contester"));
  EXPECT_EQ(arbitrate(bundle()).value().workflow, &audit_workflow());
}

TEST_F(ContestRecordsTest, NothingToJudgeIsAnError) {
  std::filesystem::remove_all(path("bundle"));
  EXPECT_FALSE(arbitrate(Bundle::create(path("bundle")).value()).ok());
}

}  // namespace
}  // namespace vouch
