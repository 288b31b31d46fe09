// Wrong records in a bundle: whom they convict, and that they stop nobody.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "protocol/judgement.h"
#include "protocol/test_exchange.h"

namespace vouch {
namespace {

// Whom a wrong record convicts, after a question and its reply: a third does not need to know who
// put it into whose file.
class WrongRecord : public ForgedExchange {
 protected:
  void SetUp() override {
    ForgedExchange::SetUp();
    reply_.emplace(signed_record(reply()));
    history_->add(*reply_);
    next_ = next_record(*history_, kReplies, Reply{{2}, {}}, 2000);
  }
  [[nodiscard]] Exchange exchange_with(const Bytes& record) const {
    EXPECT_TRUE(bundle().put_records("asker", {question_, reply_->bytes(), record}).ok());
    return read_exchange(bundle(), kTrial).value().value();
  }
  // The reason, if the replier is convicted, by these records beside the wrong one.
  [[nodiscard]] std::string convicted(const Record& wrong,
                                      std::vector<Digest> evidence = {}) const {
    const SignedRecord record = signed_record(wrong);
    const Exchange exchange = exchange_with(record.bytes());
    EXPECT_EQ(exchange.records.size(), 2U);
    EXPECT_EQ(exchange.refused.size(), 1U);
    const auto judgement = judge_offences(exchange, trial_rules());
    if (!judgement) {
      return "nobody";
    }
    EXPECT_EQ(judgement->state, Judgement::State::kDeviation);
    EXPECT_EQ(judgement->deviations.size(), 1U);
    evidence.push_back(record.digest());
    EXPECT_EQ(judgement->deviations[0].evidence, evidence);
    EXPECT_EQ(judgement->deviations[0].party, kReplies);
    EXPECT_FALSE(judgement->deviations[0].detail.empty());
    return judgement->deviations[0].reason;
  }
  std::optional<SignedRecord> reply_;
  Record next_;
};

TEST_F(WrongRecord, ConvictsWhoSignedItForThisSession) {
  EXPECT_EQ(convicted(next_), "out of turn");
  Record wrong = next_;
  wrong.kind = 77;
  EXPECT_EQ(convicted(wrong), "unknown kind");
  EXPECT_EQ(judge_offences(exchange_with(signed_record(wrong).bytes()), trial_rules())
                ->deviations[0]
                .step,
            "kind 77");
  wrong = next_;
  wrong.body.pop_back();
  EXPECT_EQ(convicted(wrong), "wrong body");
  wrong = next_;
  wrong.time = 1;
  EXPECT_EQ(convicted(wrong, {reply_->digest()}), "back in time");
  wrong = next_;
  wrong.seen[kAsks] = {};
  EXPECT_EQ(convicted(wrong, {reply_->digest()}), "forgetful");
  wrong = next_;
  wrong.seen[kReplies].last[0] ^= 1;
  EXPECT_EQ(convicted(wrong, {reply_->digest()}), "broken chain");
  wrong = reply_->record();
  wrong.time = 1500;
  EXPECT_EQ(convicted(wrong, {reply_->digest()}), "forked");
}

TEST_F(WrongRecord, ConvictsNobodyWhoDidNotSignItForThisSession) {
  Record wrong = next_;
  wrong.seen[kAsks].last[0] ^= 1;  // the asker may have signed that question as well
  EXPECT_EQ(convicted(wrong), "nobody");
  wrong = next_;
  wrong.seen[kReplies].count = 2;  // the one before may come yet
  EXPECT_EQ(convicted(wrong), "nobody");
  wrong = next_;
  wrong.seen[kAsks].count = 2;
  EXPECT_EQ(convicted(wrong), "nobody");
  wrong = next_;
  wrong.session.id[0] ^= 1;
  EXPECT_EQ(convicted(wrong), "nobody");
  wrong = next_;
  wrong.session.version = 2;
  EXPECT_EQ(convicted(wrong), "nobody");
  wrong = next_;
  wrong.session.parties[kAsks] = test_key(9).public_key();
  EXPECT_EQ(convicted(wrong), "nobody");
  Bytes forged = signed_record(next_).bytes();
  forged.back() ^= 1;
  EXPECT_FALSE(judge_offences(exchange_with(forged), trial_rules()));
}

TEST_F(WrongRecord, ConvictsOnceWhereverItIs) {
  const SignedRecord wrong = signed_record(next_);
  EXPECT_TRUE(
      bundle()
          .put_records("replier", {question_, wrong.bytes(), reply_->bytes(), wrong.bytes()})
          .ok());
  EXPECT_EQ(exchange_with(wrong.bytes()).offences.size(), 1U);
}

// Else a verdict would be another one when a file has changed that has nothing to do with it.
TEST_F(WrongRecord, IsJudgedAlikeInWhateverPlace) {
  const Bytes wrong = signed_record(next_).bytes();
  const auto judged = [&](std::vector<Bytes> before) {
    before.insert(before.end(), {question_, reply_->bytes(), wrong});
    EXPECT_TRUE(bundle().put_records("replier", before).ok());
    const Exchange exchange = read_exchange(bundle(), kTrial).value().value();
    EXPECT_NE(exchange.refused.back().detail.find("entry "), std::string::npos);
    return judge_offences(exchange, trial_rules())->deviations.at(0).detail;
  };
  EXPECT_EQ(judged({}), judged({Bytes{1}, Bytes{2}}));
}

TEST_F(WrongRecord, KeepsNobodyFromWhatIsRight) {
  const Bytes wrong = signed_record(next_).bytes();
  EXPECT_TRUE(bundle().put_records("replier", {wrong, question_, {1, 2, 3}, reply_->bytes()}).ok());
  Participant asks = asker();
  EXPECT_EQ(asks.take_in().value().size(), 2U);
  EXPECT_FALSE(asks.lost_state());
  EXPECT_TRUE(asks.say(Question{1, "why"}).ok());
  EXPECT_EQ(read_exchange(bundle(), kTrial).value().value().records.size(), 3U);
}

// The asker's file is read first, and has only his own, or the last.
TEST_F(WrongRecord, AnswersWaitForWhatOtherFilesHave) {
  const SignedRecord second =
      signed_record(next_record(*history_, kAsks, Question{1, "why"}, now_milliseconds()));
  EXPECT_TRUE(bundle().put_records("replier", {question_, reply_->bytes()}).ok());
  for (const Bytes& lost : {Bytes{1, 2, 3}, reply_->bytes(), question_}) {
    EXPECT_TRUE(bundle().put_records("asker", {lost, second.bytes()}).ok());
    EXPECT_EQ(read_exchange(bundle(), kTrial).value().value().records.size(), 3U);
  }
  std::filesystem::remove(bundle().records_path("replier"));
  const Checked<Exchange> alone = read_exchange(bundle(), kTrial).value();
  EXPECT_EQ(alone.value().records.size(), 1U);
  EXPECT_EQ(alone.value().refused.size(), 1U);
}

TEST_F(WrongRecord, WhatComesBeforeTheEndOfACutFileIsRead) {
  EXPECT_TRUE(bundle().put_records("replier", {question_, reply_->bytes(), Bytes(99)}).ok());
  Bytes file = bundle().find_records("replier").value().value();
  file.pop_back();
  ASSERT_TRUE(write_file(bundle().records_path("replier"), file, FileAccess::kPublic).ok());
  const Exchange exchange = read_exchange(bundle(), kTrial).value().value();
  EXPECT_EQ(exchange.records.size(), 2U);
  EXPECT_EQ(exchange.refused.at(0).reason, Refused::kMalformed);
  // A record that is longer than any may be.
  EXPECT_TRUE(bundle()
                  .put_records("replier", {question_, reply_->bytes(), Bytes(kMaxRecordBytes + 1)})
                  .ok());
  EXPECT_EQ(read_exchange(bundle(), kTrial).value().value().records.size(), 2U);
}

TEST_F(WrongRecord, AFileThatIsTooLargeStopsNobody) {
  std::ofstream(bundle().records_path("replier")) << "x";
  std::filesystem::resize_file(bundle().records_path("replier"), kMaxRecordListBytes + 1);
  const Exchange exchange = read_exchange(bundle(), kTrial).value().value();
  EXPECT_EQ(exchange.records.size(), 1U);
  EXPECT_EQ(exchange.refused.at(0).reason, Refused::kMalformed);
  EXPECT_NE(exchange.refused.at(0).detail.find("larger than any list"), std::string::npos);
}

// A session of the asker's with somebody else, in whichever file.
class SeveralSessions : public ForgedExchange {
 protected:
  void SetUp() override {
    ForgedExchange::SetUp();
    Session session = asker().session();
    session.id[0] ^= 1;
    session.parties[kReplies] = test_key(9).public_key();
    foreign_ = session;
    const MemoryHistory nothing(session);
    foreign_question_ = signed_record(next_record(nothing, kAsks, Question{})).bytes();
  }
  [[nodiscard]] Session found(const SessionFilter& wanted = any_session) const {
    return read_exchange(bundle(), kTrial, wanted).value().value().session;
  }
  Session foreign_;
  Bytes foreign_question_;
};

TEST_F(SeveralSessions, ThatOfMostFilesIsReadAndOfThemTheBeginners) {
  const Session own = asker().session();
  EXPECT_TRUE(bundle().put_records("replier", {foreign_question_}).ok());
  EXPECT_EQ(found(), own);
  EXPECT_TRUE(bundle().put_records("asker", {foreign_question_}).ok());
  EXPECT_EQ(found(), foreign_);
  EXPECT_TRUE(bundle().put_records("replier", {question_}).ok());
  EXPECT_EQ(found(), foreign_) << "as the asker begins";
  EXPECT_EQ(found([&](const Session& session) { return session.id == own.id; }), own);
  const auto none = read_exchange(bundle(), kTrial, [](const Session&) { return false; });
  EXPECT_EQ(none.value().refusal().reason, Refused::kOtherSession);
}

TEST_F(SeveralSessions, WhoJoinsTakesPartInHisOwn) {
  const Session own = asker().session();
  EXPECT_TRUE(bundle().put_records("asker", {foreign_question_, question_}).ok());
  EXPECT_EQ(replier().session(), own);
  EXPECT_EQ(join(9, "other").value().value().session(), foreign_);
}

// Of a third party, where there are two.
TEST_F(SeveralSessions, SessionsOfOtherNumbersOfPartiesAreOthers) {
  Session session = asker().session();
  session.parties.push_back(test_key(3).public_key());
  const MemoryHistory nothing(session);
  const Bytes third = signed_record(next_record(nothing, 2, Question{})).bytes();
  EXPECT_TRUE(bundle().put_records("replier", {third, question_}).ok());
  const Exchange exchange = read_exchange(bundle(), kTrial).value().value();
  EXPECT_EQ(exchange.records.size(), 1U);
  EXPECT_EQ(exchange.refused.at(0).reason, Refused::kOtherParties);
  EXPECT_EQ(asker().take_in().value().size(), 1U);
}

// Though their author has the same number.
TEST_F(SeveralSessions, RecordsOfOtherSessionsAreNotOurOwn) {
  EXPECT_TRUE(bundle().put_records("replier", {question_, foreign_question_}).ok());
  Participant asks = asker();
  EXPECT_EQ(asks.take_in().value().size(), 1U);
  EXPECT_FALSE(asks.lost_state());
}

// Neither rubbish nor records of something else before it make a file tell of no session.
TEST_F(SeveralSessions, WhatIsOfNoSessionOfTheProtocolHasNoSay) {
  Record other = SignedRecord::open(question_).value().record();
  other.session.protocol = "another";
  Record unknown = SignedRecord::open(foreign_question_).value().record();
  unknown.kind = 77;
  EXPECT_TRUE(
      bundle()
          .put_records(
              "asker",
              {signed_record(other).bytes(), {1, 2, 3}, signed_record(unknown).bytes(), question_})
          .ok());
  EXPECT_EQ(found(), asker().session());
}

}  // namespace
}  // namespace vouch
