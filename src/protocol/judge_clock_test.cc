// Deadlines, by records with the times that they need.
#include "protocol/judge_clock.h"

#include <gtest/gtest.h>

#include "protocol/contest/contest_records.h"
#include "records/test_records.h"

namespace vouch {
namespace {

class JudgeClockTest : public testing::Test {
 protected:
  JudgeClockTest() : history_(session_) { add(kContester, ContestOpened{}, 100); }
  template <class Body>
  const SignedRecord& add(ContestRole author, const Body& body, uint64_t time) {
    return add(next_record(history_, author, body, time));
  }
  const SignedRecord& add(const Record& record) {
    records_.push_back(signed_record(record));
    history_.add(records_.back());
    return records_.back();
  }
  [[nodiscard]] bool missed(uint64_t deadline) const {
    return JudgeClock(records_).missed(kProvider, 0, deadline) != nullptr;
  }
  // The judge tells the time without having seen the provider's records.
  void tell_time_without_provider(uint64_t time) {
    Record record = next_record(history_, kJudge, TimeTold{time, {}}, time);
    record.seen[kProvider] = {};
    add(record);
  }
  Session session_{"contest",
                   1,
                   SessionId{7},
                   {test_key(1).public_key(), test_key(2).public_key(), test_key(3).public_key()}};
  MemoryHistory history_;
  std::vector<SignedRecord> records_;
};

TEST_F(JudgeClockTest, OnlyTheJudgesLaterTimeShowsThatSomethingWasNotThere) {
  EXPECT_FALSE(missed(500));
  tell_time_without_provider(400);
  EXPECT_FALSE(missed(500)) << "it was not over yet";
  add(kContester, NonceRevealed{}, 900);
  EXPECT_FALSE(missed(500)) << "the contester's clock does not count";
  tell_time_without_provider(501);
  EXPECT_TRUE(missed(500));
  EXPECT_FALSE(missed(501));
}

TEST_F(JudgeClockTest, WhatTheContesterAnsweredInTimeWasThere) {
  add(kProvider, ContestAccepted{}, 300);
  add(kContester, NonceRevealed{}, 450);
  tell_time_without_provider(501);
  EXPECT_FALSE(missed(500));
  EXPECT_TRUE(missed(449)) << "he answered it later than that";
}

// His own clock says nothing of his own records.
TEST_F(JudgeClockTest, WhatAPartySaysLaterIsNoWitnessOfItself) {
  add(kProvider, ContestAccepted{}, 300);
  add(kProvider, AnswersProven{}, 310);
  tell_time_without_provider(501);
  EXPECT_TRUE(missed(500));
}

// A judge who had not seen the record says nothing of what it names, and nobody else does.
TEST_F(JudgeClockTest, OnlyTheJudgeWhoHadSeenTheRecordMissesObjects) {
  const Digest object{9};
  const SignedRecord named = add(kProvider, ContestAccepted{}, 300);
  const auto missed_object = [&] {
    return JudgeClock(records_).missed(named, std::array<Digest, 1>{object}, 500) != nullptr;
  };
  Record blind = next_record(history_, kJudge, TimeTold{600, {object}}, 600);
  blind.seen[kProvider] = {};
  add(blind);
  EXPECT_FALSE(missed_object());
  Record early = next_record(history_, kJudge, TimeTold{700, {}}, 700);
  early.seen[kProvider] = {};
  add(early);
  add(kJudge, TimeTold{800, {object}}, 800);
  EXPECT_TRUE(missed_object()) << "nothing was there for who had not seen it";
}

TEST_F(JudgeClockTest, ObjectsAreMissingIfTheJudgeMissesThem) {
  const Digest object{9};
  const Digest other{8};
  const SignedRecord named = add(kProvider, ContestAccepted{}, 300);
  const auto missed_object = [&](uint64_t deadline) {
    return JudgeClock(records_).missed(named, std::array<Digest, 1>{object}, deadline) != nullptr;
  };
  add(kJudge, TimeTold{400, {object}}, 400);
  EXPECT_FALSE(missed_object(500)) << "it was not over yet";
  add(kJudge, TimeTold{600, {other, object}}, 600);
  EXPECT_TRUE(missed_object(500));
  EXPECT_TRUE(missed_object(399));
  EXPECT_FALSE(missed_object(600));
}

TEST_F(JudgeClockTest, ObjectsThatTheJudgeHadAreNotMissing) {
  const Digest object{9};
  const SignedRecord named = add(kProvider, ContestAccepted{}, 300);
  add(kJudge, TimeTold{400, {}}, 400);
  add(kJudge, TimeTold{600, {object}}, 600);
  EXPECT_EQ(JudgeClock(records_).missed(named, std::array<Digest, 1>{object}, 500), nullptr);
}

TEST_F(JudgeClockTest, TheTimeIsToldAgainOnlyIfItShowsMore) {
  records_.clear();
  history_ = MemoryHistory(session_);
  ContestOpened terms;
  terms.accept_by = 500;
  terms.reveal_by = 600;
  add(kContester, terms, 100);
  const auto more = [&](uint64_t at, const std::vector<Digest>& missing) {
    return shows_more(TimeTold{at, missing}, records_, contest_workflow());
  };
  EXPECT_TRUE(more(200, {}));
  add(kJudge, TimeTold{200, {}}, 200);
  EXPECT_FALSE(more(300, {}));
  EXPECT_FALSE(more(500, {}));
  EXPECT_TRUE(more(501, {})) << "who has not accepted is late";
  EXPECT_TRUE(more(300, {Digest{1}}));
  add(kProvider, ContestAccepted{}, 300);
  EXPECT_TRUE(more(400, {})) << "something was said";
  add(kJudge, TimeTold{501, {}}, 501);
  EXPECT_FALSE(more(600, {}));
  EXPECT_TRUE(more(601, {}));
  add(kJudge, TimeTold{601, {}}, 601);
  EXPECT_FALSE(more(9000, {}));
}

}  // namespace
}  // namespace vouch
