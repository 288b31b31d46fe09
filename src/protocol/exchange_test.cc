// Two parties, a bundle, and what goes wrong between them.
#include "protocol/exchange.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "protocol/known_protocols.h"
#include "protocol/test_exchange.h"
#include "records/database.h"
#include "records/publication.h"

namespace vouch {
namespace {

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
  EXPECT_TRUE(Bundle::create(path("bundle")).ok());
  EXPECT_NE(join().error().message.find("nobody has begun"), std::string::npos);
  EXPECT_NE(read_exchange(bundle(), kTrial).error().message.find("no records"), std::string::npos);
  EXPECT_TRUE(asker().say(Question{0, "why"}).ok());
  EXPECT_NE(join(3, "other").error().message.find("the replier is"), std::string::npos);
  EXPECT_NE(join(2, "asker").error().message.find("the key is that of"), std::string::npos);
  EXPECT_FALSE(
      Participant::join(kTrial, {path("bundle"), path("asker")}, test_key(1), kReplies).ok());
}

TEST_F(ExchangeTest, AStateIsThatOfTheSessionAndNoOther) {
  EXPECT_TRUE(asker().say(Question{0, "why"}).ok());
  const auto begun = [&](const char* state, uint8_t key, uint8_t other) {
    const auto party = Participant::begin(kTrial, {path("bundle"), path(state)}, test_key(key),
                                          {test_key(1).public_key(), test_key(other).public_key()});
    return party.ok() ? "" : party.error().message;
  };
  EXPECT_EQ(begun("asker", 1, 2), "");
  EXPECT_NE(begun("asker", 1, 3).find("between others"), std::string::npos);
  EXPECT_NE(begun("new", 3, 2).find("none of the session's parties"), std::string::npos);
  EXPECT_TRUE(SessionStore::create(path("log"), new_publication(test_key(1).public_key()), 0).ok());
  EXPECT_NE(begun("log", 1, 2).find("of the protocol 'publication'"), std::string::npos);
  // One that was killed before it was anything is none.
  EXPECT_TRUE(write_file(path("killed"), Bytes{}, FileAccess::kOwnerOnly).ok());
  EXPECT_TRUE(join(2, "killed").ok());
}

TEST_F(ExchangeTest, NothingIsSaidWhenItIsOver) {
  whole_session();
  Participant asks = asker();
  EXPECT_TRUE(asks.take_in().value().empty());
  EXPECT_NE(asks.say(Question{9, "why"}).error().message.find("the session is over"),
            std::string::npos);
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

// Whatever is in the place of a party's file keeps nobody from what the others say, nor them from
// going on.
TEST_F(ExchangeTest, NobodyIsSilencedByWhatIsNoFile) {
  EXPECT_TRUE(asker().say(Question{0, "why"}).ok());
  const std::string file = path("bundle/replier.records");
  const auto expect_passed_over = [&](const char* what) {
    EXPECT_EQ(refused(), Refused::kMalformed) << what;
    EXPECT_EQ(read_exchange(bundle(), kTrial).value().value().records.size(), 1U) << what;
    EXPECT_EQ(asker().take_in().value().size(), 1U) << what;
    std::filesystem::remove(file);
  };
  std::filesystem::create_symlink("/dev/null", file);
  expect_passed_over("a link");
  std::filesystem::create_directory(file);
  expect_passed_over("a directory");
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  expect_passed_over("a pipe");
}

TEST_F(ExchangeTest, AStateThatIsDamagedIsNoticed) {
  whole_session();
  Database state = Database::open(path("replier"), Database::IfMissing::kRefuse).value();
  ASSERT_TRUE(state.run("UPDATE records SET bytes = substr(bytes, 2) WHERE position = 1").ok());
  EXPECT_NE(join().error().message.find("the state is damaged"), std::string::npos);
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
  std::filesystem::remove(bundle().records_path("replier"));
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
