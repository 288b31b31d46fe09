// Two parties, a bundle, and what goes wrong between them.
#include "protocol/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "protocol/judgement.h"
#include "protocol/known_protocols.h"
#include "protocol/participant.h"
#include "records/publication.h"
#include "records/record_list.h"
#include "records/test_records.h"
#include "records/test_store.h"

namespace vouch {
namespace {

constexpr size_t kAsks = 0;
constexpr size_t kReplies = 1;

// Question, reply, question, reply; then it is over.
class TrialWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return trial_rules(); }
  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    if (said.size() == 4) {
      return {};
    }
    return said.size() % 2 == 0 ? std::vector<Turn>{{Question::kKind, kAsks, "ask", {}}}
                                : std::vector<Turn>{{Reply::kKind, kReplies, "reply", {}}};
  }
};
const TrialWorkflow kTrial;

class ExchangeTest : public TestDirectory {
 protected:
  [[nodiscard]] Participant asker() const {
    return Participant::begin(kTrial, {path("bundle"), path("asker")}, test_key(1),
                              {test_key(1).public_key(), test_key(2).public_key()})
        .value();
  }
  [[nodiscard]] Result<Checked<Participant>> join(uint8_t key = 2,
                                                  const std::string& state = "replier") const {
    return Participant::join(kTrial, {path("bundle"), path(state)}, test_key(key), kReplies);
  }
  [[nodiscard]] Participant replier() const { return join().value().value(); }
  // All four records.
  void whole_session() const {
    for (uint64_t round = 0; round < 2; ++round) {
      Participant asks = asker();
      EXPECT_TRUE(asks.take_in().value().empty());
      EXPECT_TRUE(asks.say(Question{round, "why"}).ok());
      Participant replies = replier();
      EXPECT_TRUE(replies.take_in().value().empty());
      EXPECT_TRUE(replies.say(Reply{{static_cast<uint8_t>(round)}, {}}).ok());
    }
  }
  [[nodiscard]] Bundle bundle() const { return Bundle::open(path("bundle")).value(); }
  [[nodiscard]] std::vector<Bytes> records_of(const std::string& role) const {
    const Bytes file = bundle().find_records(role).value().value();
    std::vector<Bytes> records;
    const std::vector<ByteSpan> frames = decode_record_list(file).value();
    for (const ByteSpan record : frames) {
      records.emplace_back(record.begin(), record.end());
    }
    return records;
  }
  // What a third says of the bundle.
  [[nodiscard]] Refused refused() const {
    const auto exchange = read_exchange(bundle(), kTrial).value();
    EXPECT_TRUE(exchange.ok());
    EXPECT_FALSE(exchange.value().refused.empty());
    return exchange.value().refused.at(0).reason;
  }
};

TEST_F(ExchangeTest, AWholeSession) {
  whole_session();
  const auto exchange = read_exchange(bundle(), kTrial).value();
  ASSERT_TRUE(exchange.ok()) << exchange.refusal().detail;
  ASSERT_EQ(exchange.value().records.size(), 4U);
  EXPECT_EQ(find_body<Question>(exchange.value().records)->number, 0U);
  EXPECT_EQ(find_record<TreeHead>(exchange.value().records), nullptr);
  EXPECT_TRUE(kTrial.due(exchange.value().records).empty());
  EXPECT_EQ(records_of("replier").size(), 4U);
}

TEST_F(ExchangeTest, TheSameAgainIsSaidOnce) {
  Participant asks = asker();
  const SignedRecord first = asks.say(Question{0, "why"}).value();
  std::filesystem::remove(path("bundle/asker.records"));  // killed before it was written
  Participant again = asker();
  EXPECT_EQ(again.say(Question{0, "why"}).value().digest(), first.digest());
  EXPECT_EQ(records_of("asker").size(), 1U);
  EXPECT_NE(again.say(Question{0, "what"}).error().message.find("not due"), std::string::npos);
  EXPECT_EQ(again.records().size(), 1U);
  EXPECT_EQ(asker().records().size(), 1U);
}

TEST_F(ExchangeTest, NobodySpeaksOutOfTurn) {
  EXPECT_TRUE(asker().say(Question{0, "why"}).ok());
  Participant replies = replier();  // has not taken in the question
  EXPECT_NE(replies.say(Reply{}).error().message.find("next comes the question of the asker"),
            std::string::npos);
}

TEST_F(ExchangeTest, OnlyWhoHasTheRoleTakesPart) {
  EXPECT_FALSE(join().ok()) << "nothing there yet";
  EXPECT_TRUE(asker().say(Question{0, "why"}).ok());
  EXPECT_NE(join(3, "other").error().message.find("the replier is"), std::string::npos);
  EXPECT_NE(join(2, "asker").error().message.find("the key is that of"), std::string::npos);
  EXPECT_FALSE(
      Participant::join(kTrial, {path("bundle"), path("asker")}, test_key(1), kReplies).ok());
}

TEST_F(ExchangeTest, TheStateIsOutsideOfTheBundle) {
  EXPECT_TRUE(asker().say(Question{0, "why"}).ok());
  std::filesystem::create_directory_symlink(path("bundle/objects"), path("aside"));
  for (const char* inside : {"bundle/state", "bundle/../bundle/objects/state", "aside/state"}) {
    EXPECT_NE(join(2, inside).error().message.find("inside of the bundle"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path(inside)));
  }
  EXPECT_TRUE(join(2, "bundle.state").ok());
}

TEST_F(ExchangeTest, NobodyIsSilencedByALink) {
  whole_session();
  std::filesystem::remove(path("bundle/replier.records"));
  std::filesystem::create_symlink("/dev/null", path("bundle/replier.records"));
  EXPECT_FALSE(read_exchange(bundle(), kTrial).ok());
  EXPECT_FALSE(asker().take_in().ok());
}

TEST_F(ExchangeTest, AStateThatWasLostIsNoticed) {
  whole_session();
  std::filesystem::remove(path("replier"));
  Participant replies = replier();
  ASSERT_FALSE(replies.take_in().value().empty());
  const MaybeRefusal refusal = replies.lost_state();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, Refused::kForked);
  EXPECT_NE(refusal->detail.find("of our own"), std::string::npos);
}

// Records that the replier's program did not write, in its file.
class ForgedExchange : public ExchangeTest {
 protected:
  void SetUp() override {
    ExchangeTest::SetUp();
    Participant asks = asker();
    EXPECT_TRUE(asks.say(Question{0, "why"}).ok());
    question_ = asks.records().front().bytes();
    history_.emplace(asks.session());
    history_->add(asks.records().front());
  }
  // What asker and third say of a file of these records behind the question.
  [[nodiscard]] Refused refused_with(std::vector<Bytes> records) const {
    records.insert(records.begin(), question_);
    EXPECT_TRUE(bundle().put_records("replier", records).ok());
    const std::vector<Refusal> taken = asker().take_in().value();
    EXPECT_FALSE(taken.empty());
    EXPECT_EQ(taken.at(0).reason, refused());
    EXPECT_NE(taken.at(0).detail.find("replier.records"), std::string::npos);
    return refused();
  }
  [[nodiscard]] Record reply(uint8_t which = 1) const {
    return next_record(*history_, kReplies, Reply{{which}, {}});
  }
  Bytes question_;
  std::optional<MemoryHistory> history_;
};

TEST_F(ForgedExchange, IsRefusedWithItsReason) {
  const SignedRecord good = signed_record(reply());
  Bytes forged = good.bytes();
  forged.back() ^= 1;
  EXPECT_EQ(refused_with({forged}), Refused::kForged);
  EXPECT_EQ(refused_with({Bytes(good.bytes().begin(), good.bytes().end() - 1)}),
            Refused::kMalformed);
  Record other = reply();
  other.session.id[0] ^= 1;
  EXPECT_EQ(refused_with({signed_record(other).bytes()}), Refused::kOtherSession);
  other = reply();
  other.session.version = 2;
  EXPECT_EQ(refused_with({signed_record(other).bytes()}), Refused::kOtherProtocol);
  other = reply();
  other.seen[kAsks].last[0] ^= 1;
  EXPECT_EQ(refused_with({signed_record(other).bytes()}), Refused::kBrokenChain);
  MemoryHistory two = *history_;
  two.add(good);
  const SignedRecord second = signed_record(next_record(two, kReplies, Reply{{2}, {}}));
  EXPECT_EQ(refused_with({second.bytes(), good.bytes()}), Refused::kOutOfOrder);
  EXPECT_EQ(refused_with({good.bytes(), second.bytes()}), Refused::kOutOfTurn);
}

TEST_F(ForgedExchange, AFileThatIsCutShortIsMalformed) {
  EXPECT_TRUE(bundle().put_records("replier", {question_, signed_record(reply()).bytes()}).ok());
  Bytes file = bundle().find_records("replier").value().value();
  file.pop_back();
  ASSERT_TRUE(write_file(bundle().records_path("replier"), file, FileAccess::kPublic).ok());
  EXPECT_EQ(refused(), Refused::kMalformed);
  EXPECT_EQ(asker().take_in().value().at(0).reason, Refused::kMalformed);
}

TEST_F(ForgedExchange, TwoReplies) {
  const SignedRecord one = signed_record(reply(1));
  const SignedRecord two = signed_record(reply(2));
  EXPECT_TRUE(bundle().put_records("replier", {question_, one.bytes()}).ok());
  Participant asks = asker();
  ASSERT_TRUE(asks.take_in().value().empty());
  ASSERT_TRUE(asks.publish().ok());
  EXPECT_EQ(refused_with({two.bytes()}), Refused::kForked);
}

// Asks as often as it likes, and nothing else.
class AsideWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return trial_rules(); }
  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    seen_ += said.size();
    return {{Question::kKind, kAsks, "ask", {}}};
  }
  [[nodiscard]] bool is_aside(uint16_t kind) const override { return kind == Question::kKind; }
  mutable size_t seen_ = 0;
};

TEST_F(ForgedExchange, HasNoMoreRecordsThanASessionMay) {
  constexpr uint64_t kLater = kCountLimit - 1;
  std::vector<Bytes> records{question_};
  while (records.size() < kMostSessionRecords) {
    const SignedRecord next =
        signed_record(next_record(*history_, kAsks, Question{records.size(), "why"}, kLater));
    history_->add(next);
    records.push_back(next.bytes());
  }
  const AsideWorkflow asides;
  EXPECT_TRUE(bundle().put_records("asker", records).ok());
  const auto exchange = read_exchange(bundle(), asides).value();
  ASSERT_TRUE(exchange.ok()) << exchange.refusal().detail;
  EXPECT_EQ(exchange.value().records.size(), kMostSessionRecords);
  EXPECT_EQ(asides.seen_, 0U) << "no record is looked at again";

  const SignedRecord last =
      signed_record(next_record(*history_, kAsks, Question{9, "what"}, kLater));
  EXPECT_TRUE(bundle().put_records("replier", {last.bytes()}).ok());
  EXPECT_EQ(read_exchange(bundle(), asides).value().value().refused.at(0).reason,
            Refused::kMalformed)
      << "nor in two files";
  records.push_back(last.bytes());
  EXPECT_TRUE(bundle().put_records("asker", records).ok());
  EXPECT_EQ(read_exchange(bundle(), asides).value().value().refused.at(0).reason,
            Refused::kMalformed);
}

// To answer without having seen is to answer what was there before.
TEST_F(ForgedExchange, WhatAnAuthorIgnoresIsNotThereForHim) {
  Record blind = reply();
  blind.seen[kAsks] = {};
  EXPECT_EQ(refused_with({signed_record(blind).bytes()}), Refused::kOutOfTurn);
}

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

TEST_F(WrongRecord, KeepsNobodyFromWhatIsRight) {
  const Bytes wrong = signed_record(next_).bytes();
  EXPECT_TRUE(bundle().put_records("replier", {wrong, question_, {1, 2, 3}, reply_->bytes()}).ok());
  Participant asks = asker();
  EXPECT_EQ(asks.take_in().value().size(), 2U);
  EXPECT_FALSE(asks.lost_state());
  EXPECT_TRUE(asks.say(Question{1, "why"}).ok());
  EXPECT_EQ(read_exchange(bundle(), kTrial).value().value().records.size(), 3U);
}

// The asker's file is read first, and has only the second half.
TEST_F(WrongRecord, AnswersWaitForWhatOtherFilesHave) {
  const SignedRecord second =
      signed_record(next_record(*history_, kAsks, Question{1, "why"}, now_milliseconds()));
  EXPECT_TRUE(bundle().put_records("replier", {question_, reply_->bytes()}).ok());
  for (const Bytes& lost : {Bytes{1, 2, 3}, reply_->bytes()}) {
    EXPECT_TRUE(bundle().put_records("asker", {lost, second.bytes()}).ok());
    EXPECT_EQ(read_exchange(bundle(), kTrial).value().value().records.size(), 3U);
  }
  std::filesystem::remove(bundle().records_path("replier"));
  const Checked<Exchange> alone = read_exchange(bundle(), kTrial).value();
  EXPECT_EQ(alone.value().records.size(), 0U);
  EXPECT_EQ(alone.value().refused.size(), 2U);
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

TEST(KnownProtocols, AreFoundByTheirName) {
  const Session publication = new_publication(test_key(1).public_key());
  EXPECT_EQ(find_rules(publication), &publication_rules());
  EXPECT_EQ(find_rules(trial_session()), nullptr);
  EXPECT_STREQ(publication_rules().find(Receipt::kKind)->name, "receipt");
  EXPECT_EQ(publication_rules().find(Receipt::kKind)->fields.size(), 4U);
  EXPECT_NE(publication.id, new_publication(test_key(1).public_key()).id);
}

}  // namespace
}  // namespace vouch
