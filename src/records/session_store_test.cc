#include "records/session_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "records/publication_log.h"
#include "records/record_list.h"
#include "records/test_records.h"
#include "records/test_store.h"

namespace vouch {
namespace {

using StoreTest = TestDirectory;

Receipt numbered_receipt(uint8_t which) { return {Digest{1}, Digest{which}, Digest{3}, {4, 5}}; }

SessionStore new_log(const std::string& path) {
  return SessionStore::create(path, new_publication(test_key(1).public_key()), 0).value();
}

template <class Body>
Appended publish(SessionStore& store, const Body& body, uint64_t now = 1000) {
  return store.append(publication_rules(), test_key(1), saying(body), now).value();
}

TEST_F(StoreTest, KeepsWhatIsAppended) {
  const Session session = new_publication(test_key(1).public_key());
  {
    auto store = SessionStore::create(path("log"), session, 0);
    ASSERT_TRUE(store.ok()) << store.error().message;
    for (uint8_t i = 0; i < 5; ++i) {
      const Appended appended = publish(store.value(), numbered_receipt(i));
      EXPECT_TRUE(appended.is_new);
      EXPECT_EQ(appended.record.record().sequence(), i);
    }
  }
  auto store = SessionStore::open(path("log"));
  ASSERT_TRUE(store.ok()) << store.error().message;
  EXPECT_EQ(store.value().session(), session);
  EXPECT_EQ(store.value().count(0).value(), 5U);
  EXPECT_EQ(body_of<Receipt>(store.value().record(0, 3).value().record().body).request, Digest{3});
  EXPECT_FALSE(store.value().record(0, 5).ok());
  EXPECT_TRUE(store.value().verify(publication_rules()).ok());
  EXPECT_EQ(store.value().records().value().size(), 5U);
}

TEST_F(StoreTest, IsItsOwnersOnlyAndOneFile) {
  const mode_t before = umask(0);
  SessionStore store = new_log(path("log"));
  umask(before);
  publish(store, numbered_receipt(1));
  struct stat status {};
  ASSERT_EQ(stat(path("log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(StoreTest, TheSameIsSaidOnce) {
  SessionStore store = new_log(path("log"));
  const Appended first = publish(store, numbered_receipt(1));
  publish(store, numbered_receipt(2));
  const Appended again = publish(store, numbered_receipt(1), 5000);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.record.bytes(), first.record.bytes());
  EXPECT_EQ(store.count(0).value(), 2U);
}

TEST_F(StoreTest, ClocksThatAreSetBackStandStill) {
  SessionStore store = new_log(path("log"));
  publish(store, numbered_receipt(1), 5000);
  EXPECT_EQ(publish(store, numbered_receipt(2), 3000).record.record().time, 5000U);
  EXPECT_EQ(publish(store, numbered_receipt(3), 6000).record.record().time, 6000U);
}

TEST_F(StoreTest, OnlyItsKeySignsAndOnlyWhatTheRulesAllow) {
  SessionStore store = new_log(path("log"));
  EXPECT_FALSE(store.append(publication_rules(), test_key(2), saying(numbered_receipt(1)), 1).ok());
  EXPECT_FALSE(store.append(publication_rules(), test_key(1), {77, {}}, 1).ok());
  Receipt long_one = numbered_receipt(1);
  long_one.output.resize(Receipt::kMaxOutput + 1);
  EXPECT_FALSE(store.append(publication_rules(), test_key(1), saying(long_one), 1).ok());
  EXPECT_EQ(store.count(0).value(), 0U);
  EXPECT_TRUE(store.verify(publication_rules()).ok());
}

TEST_F(StoreTest, AFailedPartUndoesTheWhole) {
  SessionStore store = new_log(path("log"));
  const auto half = [&]() -> Result<void> {
    publish(store, numbered_receipt(1));
    VOUCH_TRY(store.keep("state", Bytes{1}));
    return Error{"stopped"};
  };
  EXPECT_FALSE(store.atomically(half).ok());
  EXPECT_EQ(store.count(0).value(), 0U);
  EXPECT_TRUE(store.kept("state").value().empty());
  const auto swallowed = store.atomically([&]() -> Result<void> {
    static_cast<void>(store.atomically(half));
    return {};
  });
  EXPECT_FALSE(swallowed.ok());
  EXPECT_EQ(store.count(0).value(), 0U);
  publish(store, numbered_receipt(2));
  EXPECT_EQ(store.count(0).value(), 1U);
}

TEST_F(StoreTest, KeepsPrivateBytes) {
  SessionStore store = new_log(path("log"));
  EXPECT_TRUE(store.kept("a").value().empty());
  ASSERT_TRUE(store.keep("a", Bytes{1, 2}).ok());
  ASSERT_TRUE(store.keep("b", Bytes{3}).ok());
  ASSERT_TRUE(store.keep("a", Bytes{4}).ok());
  EXPECT_EQ(store.kept("a").value(), Bytes{4});
  EXPECT_EQ(store.kept("b").value(), Bytes{3});
}

TEST_F(StoreTest, IsNotOverwrittenAndTellsOtherFiles) {
  new_log(path("log"));
  const Session other = new_publication(test_key(2).public_key());
  EXPECT_NE(SessionStore::create(path("log"), other, 0).error().message.find("exists"),
            std::string::npos);
  EXPECT_EQ(SessionStore::open(path("log")).value().own_key(), test_key(1).public_key());
  EXPECT_FALSE(SessionStore::open(path("none")).ok());
  std::ofstream(path("text")) << std::string(5000, 'x');
  EXPECT_FALSE(SessionStore::open(path("text")).ok());
  EXPECT_FALSE(SessionStore::create(path("text"), other, 0).ok());
  {
    auto foreign = Database::open(path("foreign"), Database::IfMissing::kCreate);
    ASSERT_TRUE(foreign.value().run("CREATE TABLE t(x)").ok());
    auto newer = Database::open(path("newer"), Database::IfMissing::kCreate);
    ASSERT_TRUE(newer.value()
                    .run("PRAGMA application_id = 1987016035; PRAGMA user_version = 2;"
                         "CREATE TABLE t(x)")
                    .ok());
  }
  EXPECT_NE(SessionStore::open(path("foreign")).error().message.find("another program"),
            std::string::npos);
  EXPECT_FALSE(SessionStore::create(path("foreign"), other, 0).ok());
  EXPECT_NE(SessionStore::open(path("newer")).error().message.find("version 2"), std::string::npos);
}

TEST_F(StoreTest, TwoPartiesExchangeRecords) {
  const Session session = trial_session();
  SessionStore asker = SessionStore::create(path("asker"), session, 0).value();
  SessionStore replier = SessionStore::create(path("replier"), session, 1).value();
  const auto asked =
      asker.append(trial_rules(), test_key(1), saying(Question{1, "why"}), 1000).value();
  EXPECT_FALSE(replier.receive(trial_rules(), asked.record.bytes()).value());
  const auto replied =
      replier.append(trial_rules(), test_key(2), saying(Reply{{7}, {}}), 1001).value();
  EXPECT_EQ(replied.record.record().seen[0].last, asked.record.digest());
  EXPECT_FALSE(asker.receive(trial_rules(), replied.record.bytes()).value());
  EXPECT_EQ(asker.receive(trial_rules(), replied.record.bytes()).value()->reason,
            Refused::kReplayed);
  Bytes forged = replied.record.bytes();
  forged.back() ^= 1;
  EXPECT_EQ(asker.receive(trial_rules(), forged).value()->reason, Refused::kForged);
  EXPECT_EQ(asker.records().value(), replier.records().value());
  EXPECT_TRUE(asker.verify(trial_rules()).ok());
  EXPECT_TRUE(replier.verify(trial_rules()).ok());
  const std::vector<Bytes> records = asker.records().value();
  const std::vector<ByteSpan> views(records.begin(), records.end());
  EXPECT_TRUE(check_records(session, trial_rules(), views).ok());
}

// The key, or the database, is in use twice: the second must not go on.
TEST_F(StoreTest, ARecordOfOnesOwnFromElsewhereIsNoticed) {
  const Session session = trial_session();
  SessionStore one = SessionStore::create(path("one"), session, 0).value();
  SessionStore two = SessionStore::create(path("two"), session, 0).value();
  const auto said = one.append(trial_rules(), test_key(1), saying(Question{}), 1).value();
  EXPECT_EQ(two.receive(trial_rules(), said.record.bytes()).value()->reason, Refused::kForked);
  EXPECT_EQ(two.count(0).value(), 0U);
}

TEST_F(StoreTest, DamageIsFound) {
  for (const char* damage :
       {"UPDATE nodes SET hash = zeroblob(32) WHERE level = 1", "DELETE FROM nodes WHERE level = 1",
        "UPDATE nodes SET hash = x'00' WHERE level = 1", "DELETE FROM records WHERE sequence = 1",
        "UPDATE records SET bytes = zeroblob(9) WHERE sequence = 1"}) {
    SessionStore store = new_log(path(damage));
    for (uint8_t i = 0; i < 4; ++i) {
      publish(store, numbered_receipt(i));
    }
    ASSERT_TRUE(store.verify(publication_rules()).ok());
    auto database = Database::open(path(damage), Database::IfMissing::kRefuse);
    ASSERT_TRUE(database.value().run(damage).ok());
    EXPECT_FALSE(store.verify(publication_rules()).ok()) << damage;
  }
}

TEST_F(StoreTest, ALogProvesWhatIsInIt) {
  SessionStore store = new_log(path("log"));
  const PublicKey publisher = store.own_key();
  EXPECT_FALSE(prove_included(store, 0).ok()) << "no root yet";
  publish(store, ModelCommitted{Digest{1}, Digest{2}});
  publish(store, DocumentsCommitted{3, Digest{2}});
  EXPECT_FALSE(newest_tree_head(store).ok());
  const Appended old_head = append_tree_head(store, test_key(1), 2000).value();
  EXPECT_TRUE(old_head.is_new);
  EXPECT_FALSE(append_tree_head(store, test_key(1), 3000).value().is_new) << "nothing new";
  for (uint8_t i = 0; i < 6; ++i) {
    publish(store, numbered_receipt(i), 4000);
  }
  EXPECT_FALSE(prove_included(store, 5).ok()) << "not covered yet";
  const Appended head = append_tree_head(store, test_key(1), 5000).value();
  EXPECT_EQ(newest_tree_head(store).value().digest(), head.record.digest());
  for (uint64_t i = 0; i < 9; ++i) {
    const InclusionProof proof = prove_included(store, i).value();
    EXPECT_TRUE(check_inclusion(proof, publisher).ok()) << i;
  }
  EXPECT_FALSE(prove_included(store, 9).ok());
  const auto proof = prove_consistent(store, old_head.record.bytes());
  ASSERT_TRUE(proof.ok()) << proof.error().message;
  EXPECT_TRUE(check_consistency(proof.value(), publisher).ok());
  SessionStore other = new_log(path("other"));
  publish(other, numbered_receipt(1));
  const Appended foreign = append_tree_head(other, test_key(1), 1).value();
  EXPECT_FALSE(prove_consistent(store, foreign.record.bytes()).ok());
  EXPECT_FALSE(prove_consistent(store, store.record(0, 0).value().bytes()).ok());
}

TEST_F(StoreTest, OnlyAPublicationIsALog) {
  EXPECT_TRUE(require_publication(new_log(path("log"))).ok());
  EXPECT_FALSE(
      require_publication(SessionStore::create(path("trial"), trial_session(), 0).value()).ok());
}

}  // namespace
}  // namespace vouch
