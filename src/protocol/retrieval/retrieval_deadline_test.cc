// What is not there in time in a retrieval.
#include <gtest/gtest.h>

#include "protocol/retrieval/retrieval_cheats.h"
#include "protocol/retrieval/retrieval_objects.h"

namespace vouch {
namespace {

class RetrievalDeadline : public Retrieval {
 protected:
  void ask() const {
    commit();
    request();
    approve();
  }
  /// When all deadlines are over, by the judge's clock.
  void tell_time() const {
    Participant party = judge();
    const uint64_t later = now_milliseconds() + 2 * 3'600'000;
    const std::vector<Digest> missing = missing_of_retrieval(party.records(), party.bundle());
    EXPECT_TRUE(party.store()
                    .append(retrieval_rules(), test_key(3), saying(TimeTold{later, missing}), later)
                    .ok());
    EXPECT_TRUE(party.publish().ok());
  }
};

TEST_F(RetrievalDeadline, AnswersAreDue) {
  ask();
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kWaiting);
  tell_time();
  expect_fault(RetrievalFault::kNotAnswered, kResponder);
  answer();
  expect_fault(RetrievalFault::kLate, kResponder);
}

TEST_F(RetrievalDeadline, ProofsAreDue) {
  ask();
  answer();
  tell_time();
  expect_fault(RetrievalFault::kNotProven, kResponder);
}

TEST_F(RetrievalDeadline, DocumentsAreDue) {
  ask();
  answer();
  prove_all();
  tell_time();
  expect_fault(RetrievalFault::kNotDelivered, kResponder);
}

TEST_F(RetrievalDeadline, RequestersHaveToReveal) {
  ask();
  answer();
  prove_all();
  deliver();
  tell_time();
  expect_fault(RetrievalFault::kNotRevealed, kRequester);
}

TEST_F(RetrievalDeadline, SamplesAreDue) {
  ask();
  answer();
  prove_all();
  deliver();
  reveal();
  tell_time();
  expect_fault(RetrievalFault::kNotOpened, kResponder);
}

TEST_F(RetrievalDeadline, ObjectsThatAreAnnouncedAreDue) {
  ask();
  answer();
  prove_all();
  const Digest proof = list(said().proofs->proofs)[1];
  std::filesystem::remove(bundle().object_path(proof));
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kIncomplete);
  tell_time();
  expect_fault(RetrievalFault::kMissingObject, kResponder);
  EXPECT_EQ(outcome().judgement.deviations[0].detail.find(path("")), std::string::npos)
      << "the same wherever the bundle is";
}

TEST_F(RetrievalDeadline, ListsThatAreAnnouncedAreDue) {
  ask();
  answer();
  std::filesystem::remove(bundle().object_path(said().inputs->inputs));
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kIncomplete);
  EXPECT_EQ(outcome().judgement.detail.find(path("")), std::string::npos);
  tell_time();
  expect_fault(RetrievalFault::kMissingObject, kResponder);
}

TEST_F(RetrievalDeadline, DocumentsForTheJudgeAreDue) {
  ask();
  answer();
  prove_all();
  deliver();
  reveal();
  open();
  const std::string sealed = bundle().object_path(outcome().opened.front().sealed);
  std::filesystem::remove(sealed);
  tell_time();
  expect_fault(RetrievalFault::kMissingObject, kResponder);
}

// He has found it of what was there, whoever takes it out of the bundle later.
TEST_F(RetrievalDeadline, WhatIsGoneWhenTheJudgeHasFoundIsNobodysFault) {
  deliver_all();
  finish();
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kFulfilled);
  std::filesystem::remove(bundle().object_path(list(said().proofs->proofs)[1]));
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kIncomplete);
  tell_time();
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kIncomplete);
}

TEST_F(Retrieval, WhatIsMissingIsNamed) {
  deliver_all();
  const auto missing = [&] { return missing_of_retrieval(exchange().records, bundle()); };
  EXPECT_TRUE(missing().empty());
  for (const Digest& object :
       {said().request->for_judge, said().inputs->inputs, list(said().proofs->proofs)[1]}) {
    const std::string there = bundle().object_path(object);
    std::filesystem::rename(there, path("kept"));
    EXPECT_EQ(missing(), std::vector{object});
    std::filesystem::rename(path("kept"), there);
  }
}

// As more are missing than a record can name.
TEST_F(RetrievalDeadline, AListStandsForItsMissingObjects) {
  ask();
  answer();
  prove_all();
  const Digest announced = said().proofs->proofs;
  for (const size_t which : {1, 2}) {
    std::filesystem::remove(bundle().object_path(list(announced)[which]));
  }
  const uint64_t later = now_milliseconds() + 2 * 3'600'000;
  Participant party = judge();
  EXPECT_TRUE(
      party.store()
          .append(retrieval_rules(), test_key(3), saying(TimeTold{later, {announced}}), later)
          .ok());
  EXPECT_TRUE(party.publish().ok());
  expect_fault(RetrievalFault::kMissingObject, kResponder);
  EXPECT_EQ(outcome().faults.size(), 1U);
}

TEST_F(RetrievalDeadline, NoMoreIsMissingThanARecordCanName) {
  const Participant party = responder();
  const auto missing = [&](size_t size, size_t times) {
    std::vector<Digest> absent;
    for (size_t i = 0; i < size * times; ++i) {
      const size_t which = i % size;
      absent.push_back(Digest{static_cast<uint8_t>(which), static_cast<uint8_t>(which >> 8), 1});
    }
    const Digest announced = bundle().put_list(absent).value();
    MemoryHistory history(party.session());
    std::vector<SignedRecord> records;
    const RetrievalDocuments documents{2 * kMostMissingOfList, {}, announced};
    records.push_back(signed_record(next_record(history, kResponder, documents)));
    history.add(records.back());
    records.push_back(signed_record(next_record(history, kResponder, RetrievalProofs{announced})));
    const std::vector<Digest> told = missing_of_retrieval(records, bundle());
    return std::pair(told.size(), told.size() == 1 && told.front() == announced);
  };
  EXPECT_EQ(missing(20, 3).first, 20U);
  EXPECT_EQ(missing(kMostMissingOfList, 1).first, kMostMissingOfList);
  EXPECT_TRUE(missing(kMostMissingOfList + 1, 1).second);
  EXPECT_EQ(missing(kMostMissingOfList, 3).first, 0U) << "more than is due: a fault as it is";
}

}  // namespace
}  // namespace vouch
