// A contest between two parties and a judge, and everything that they can do wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/hex.h"
#include "protocol/contest/contest_records.h"
#include "protocol/contest/test_contest.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

using ContestTest = ContestCase;
using State = Judgement::State;

TEST_F(ContestTest, HonestAnswersAreProven) {
  serve_honestly();
  until_proofs(terms());
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, State::kFulfilled) << found.judgement.detail;
  EXPECT_EQ(found.proven, kTestSamples);
  EXPECT_EQ(found.answers.size(), kTestSamples);
  EXPECT_EQ(std::set<uint64_t>(found.drawn.begin(), found.drawn.end()).size(), found.drawn.size());
  claim(ContestFault::kNone);
  EXPECT_EQ(state(), State::kFulfilled);
}

TEST_F(ContestTest, InputsThatAreShownAreThoseThatWereCommittedTo) {
  serve_honestly();
  ContestOpened shown = terms();
  shown.inputs = 1;
  until_proofs(shown);
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, State::kFulfilled) << found.judgement.detail;
}

TEST_F(ContestTest, StepsAreAwaited) {
  serve_honestly();
  open(terms());
  EXPECT_EQ(outcome().judgement.detail, "the acceptance of the provider");
  accept();
  EXPECT_EQ(outcome().judgement.detail, "the reveal of the contester");
  reveal();
  EXPECT_EQ(outcome().judgement.detail, "the disclosure of the provider");
  disclose(disclosure());
  EXPECT_EQ(outcome().judgement.detail, "the proofs of the provider");
  tell_time();  // the deadline is not over
  EXPECT_EQ(state(), State::kWaiting);
}

TEST_F(ContestTest, FewAnswersAreAllProven) {
  serve([](uint64_t) { return false; }, 3);
  ContestOpened few = terms();
  few.count = 4;
  few.samples = 3;
  until_proofs(few);
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, State::kFulfilled) << found.judgement.detail;
  EXPECT_LE(found.drawn.size(), 4U);
  EXPECT_EQ(found.proven, 3U);
}

TEST_F(ContestTest, FewerAnswersThanWereAgreedUponAreNotWhatWasAgreedUpon) {
  serve([](uint64_t) { return false; }, 3);
  ContestOpened few = terms();
  few.count = 4;
  few.samples = 4;
  until_proofs(few);
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, State::kIncomplete);
  EXPECT_EQ(found.drawn.size(), 4U) << "the model's commitment is drawn, and no answer";
  EXPECT_EQ(found.proven, 3U);
}

TEST_F(ContestTest, ARangeWithoutAnswersProvesNothing) {
  serve_honestly();
  ContestOpened none = terms();
  none.count = 1;
  none.samples = 1;
  until_proofs(none);
  EXPECT_EQ(state(), State::kIncomplete);
}

TEST_F(ContestTest, WrongAnswersAreNamed) {
  serve([](uint64_t i) { return i % 2 == 1; });
  ContestOpened all = terms();
  all.wrong = 30'000;
  all.samples = kTestAnswers;
  until_disclosure(all);
  const ProvenAnswers made = proofs();
  EXPECT_EQ(made.wrong.size(), kTestAnswers / 2) << "the provider is told before he says it";
  prove(made.said);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kWrongOutput);
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.faults.size(), kTestAnswers / 2);
  EXPECT_EQ(found.faults[0].item, made.wrong[0]);
  EXPECT_EQ(found.faults[0].evidence.back(), found.answers[found.faults[0].item]);
  claim(ContestFault::kWrongOutput);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kWrongOutput);
}

// The terms are not the provider's before he accepts them; nobody is bound by what came too late,
// but who reveals after it takes it.
TEST_F(ContestTest, WhoDoesNotAcceptIsAtNoFault) {
  serve_honestly();
  ContestOpened past = terms();
  past.accept_by = now_milliseconds() - 1000;
  open(past);
  EXPECT_EQ(state(), State::kWaiting);
  tell_time();
  EXPECT_EQ(state(), State::kWaiting);
  accept();
  EXPECT_NE(outcome().judgement.detail.find("accepted too late"), std::string::npos);
  reveal();
  EXPECT_EQ(outcome().judgement.detail, "the disclosure of the provider");
}

// Whoever names objects has to show them.
TEST_F(ContestTest, TermsWhoseObjectsAreWithheldAreTheContestersFault) {
  for (const bool withholds_head : {true, false}) {
    std::filesystem::remove_all(path("bundle"));
    std::filesystem::remove(path("contester"));
    std::filesystem::remove(path("judge"));
    if (withholds_head) {
      serve_honestly();
    }
    open(terms_in_the_past());
    const auto said = *find_body<ContestOpened>(contester().records());
    std::filesystem::remove(bundle().object_path(withholds_head ? said.head : said.model_file));
    EXPECT_EQ(state(), State::kIncomplete);
    tell_time();
    EXPECT_EQ(fault_of(kContester), ContestFault::kMissingTerms);
  }
}

TEST_F(ContestTest, WhoDoesNotRevealLoses) {
  serve_honestly();
  open(terms_in_the_past());
  accept();
  EXPECT_EQ(state(), State::kWaiting);
  tell_time();
  EXPECT_EQ(fault_of(kContester), ContestFault::kNotRevealed);
  reveal();
  EXPECT_EQ(fault_of(kContester), ContestFault::kLate);
}

TEST_F(ContestTest, WhoDoesNotDiscloseLoses) {
  serve_honestly();
  until_reveal(terms_in_the_past());
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kNotDisclosed);
  disclose(disclosure());
  EXPECT_EQ(fault_of(kProvider), ContestFault::kLate);
}

TEST_F(ContestTest, WhoDoesNotProveLoses) {
  serve_honestly();
  until_disclosure(terms_in_the_past());
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kNotProven);
  prove(proofs().said);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kLate);
}

TEST_F(ContestTest, WhatTheJudgeHadSeenIsNotLate) {
  serve_honestly();
  until_proofs(terms_in_the_past());
  tell_time();
  EXPECT_EQ(state(), State::kFulfilled);
}

TEST_F(ContestTest, BytesThatWereNotCommittedToAreNamed) {
  serve_honestly();
  open(terms());
  accept();
  EXPECT_TRUE(contester().say(NonceRevealed{Digest{5}}).ok());
  EXPECT_EQ(fault_of(kContester), ContestFault::kOtherNonce);
}

TEST_F(ContestTest, BytesThatTheProviderDidNotCommitToAreNamed) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed other = disclosure();
  other.nonce[0] ^= 1;
  disclose(other);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherNonceShown);
}

TEST_F(ContestTest, ACommitmentIsOfOneRoleAndSession) {
  const Session one{"contest", 1, SessionId{1}, parties()};
  Session two = one;
  two.id = SessionId{2};
  const Digest own = nonce_commitment(one, kContester, Digest{9});
  EXPECT_NE(own, nonce_commitment(one, kProvider, Digest{9}));
  EXPECT_NE(own, nonce_commitment(two, kContester, Digest{9}));
  EXPECT_NE(own, nonce_commitment(one, kContester, Digest{8}));
}

TEST_F(ContestTest, BothBytesTheRootAndTheSessionMakeTheSeed) {
  const Session session{"contest", 1, SessionId{1}, parties()};
  Session other = session;
  other.id = SessionId{2};
  ContestOpened terms;
  ContestOpened newer;
  newer.head = Digest{1};
  const Digest seed = contest_seed(session, terms, Digest{1}, Digest{2});
  EXPECT_NE(seed, contest_seed(session, terms, Digest{3}, Digest{2}));
  EXPECT_NE(seed, contest_seed(session, terms, Digest{1}, Digest{3}));
  EXPECT_NE(seed, contest_seed(session, terms, Digest{2}, Digest{1}));
  EXPECT_NE(seed, contest_seed(session, newer, Digest{1}, Digest{2}));
  EXPECT_NE(seed, contest_seed(other, terms, Digest{1}, Digest{2}));
}

TEST_F(ContestTest, ARecordThatIsNotNamedIsMissing) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed fewer = disclosure();
  fewer.records.pop_back();
  disclose(fewer);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingReceipt);
}

TEST_F(ContestTest, RecordsInAnotherOrderAreOthers) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed swapped = disclosure();
  std::swap(swapped.records[0], swapped.records[1]);
  disclose(swapped);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherReceipt);
}

TEST_F(ContestTest, MoreRecordsThanAreDrawnAreOthers) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed more = disclosure();
  more.records.push_back(more.records[0]);
  disclose(more);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherReceipt);
}

TEST_F(ContestTest, ARecordUnderALaterRootIsAnother) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed later = disclosure();
  SessionStore store = log();
  EXPECT_TRUE(
      issue_receipt(store, test_key(1), {{Digest{1}, Digest{99}, Digest{}, {}}, {}, {}}, 1).ok());
  EXPECT_TRUE(append_tree_head(store, test_key(1), 1).ok());
  const uint64_t number =
      check_inclusion(decode_inclusion(bundle().get(later.records[0], 1 << 20, "").value()).value(),
                      test_key(1).public_key())
          .value()
          .record.record()
          .sequence();
  later.records[0] = bundle().put(encode_inclusion(prove_included(store, number).value())).value();
  disclose(later);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherReceipt);
}

// The path is another than that to the root.
TEST_F(ContestTest, ARecordThatIsNotUnderTheRootIsAnother) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed changed = disclosure();
  InclusionProof proof =
      decode_inclusion(bundle().get(changed.records[0], kMaxLogProofBytes, "").value()).value();
  proof.path[0][0] ^= 1;
  changed.records[0] = bundle().put(encode_inclusion(proof)).value();
  disclose(changed);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherReceipt);
}

TEST_F(ContestTest, TheFirstRecordThatIsAnotherIsNamed) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed changed = disclosure();
  changed.records[1] = changed.records[3] = bundle().put(Bytes{1, 2}).value();
  disclose(changed);
  EXPECT_EQ(outcome().faults.at(0).item, 1U);
  EXPECT_EQ(outcome().drawn.size(), 2U);
}

// They are drawn, shown and passed over.
TEST_F(ContestTest, AnswersOfOtherModelsAreNotProven) {
  serve([](uint64_t) { return false; }, 8);
  SessionStore store = log();
  for (uint64_t i = 100; i < 110; ++i) {
    EXPECT_TRUE(
        issue_receipt(store, test_key(1), {{Digest{1}, request_of(i), Digest{}, {}}, {}, {}}, 3000)
            .ok());
  }
  EXPECT_TRUE(append_tree_head(store, test_key(1), 3000).ok());
  ContestOpened all = terms();
  all.count = 8 + 2 + 10;
  all.samples = planned_samples(all).least;
  until_proofs(all);
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.proven, all.samples);
  EXPECT_EQ(found.judgement.state, State::kFulfilled);
  EXPECT_GT(found.drawn.size(), found.answers.size());
}

TEST_F(ContestTest, BytesInTheRecordsPlaceAreAnother) {
  serve_honestly();
  until_reveal(terms());
  ReceiptsDisclosed junk = disclosure();
  junk.records[2] = bundle().put(Bytes{1, 2, 3}).value();
  disclose(junk);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherReceipt);
}

// Whoever has the bundle can take an object out of it: only the judge's word makes it a fault.
TEST_F(ContestTest, AnObjectThatIsGoneIsNobodysFaultUntilTheJudgeMissesIt) {
  serve_honestly();
  until_disclosure(terms_in_the_past());
  const Digest object = find_body<ReceiptsDisclosed>(provider().records())->records[1];
  std::filesystem::remove(bundle().object_path(object));
  EXPECT_EQ(state(), State::kIncomplete);
  EXPECT_EQ(outcome().judgement.detail.find(path("bundle")), std::string::npos)
      << "verdicts are the same everywhere";
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingReceipt);
}

TEST_F(ContestTest, AnObjectThatTheJudgeHadSeenIsNotMissing) {
  serve_honestly();
  until_disclosure(terms_in_the_past());
  tell_time();
  const Digest object = find_body<ReceiptsDisclosed>(provider().records())->records[1];
  std::filesystem::remove(bundle().object_path(object));
  tell_time();
  EXPECT_EQ(state(), State::kIncomplete);
}

TEST_F(ContestTest, AFalseClaimIsTheContestersFault) {
  serve_honestly();
  until_proofs(terms());
  claim(ContestFault::kWrongOutput);
  EXPECT_EQ(fault_of(kContester), ContestFault::kFalseClaim);
}

// Running a step again, or all of them, says nothing new and makes no proof twice.
TEST_F(ContestTest, StepsAgainAreTheSame) {
  serve_honestly();
  until_disclosure(terms());
  const ProvenAnswers once = proofs();
  EXPECT_EQ(proofs().said.proofs, once.said.proofs);
  Participant party = provider();
  ContestProving with_less;
  with_less.memory = 1;
  EXPECT_EQ(prove_drawn(party, log(), contested_model().model, with_less).value().said.proofs,
            once.said.proofs);
  prove(once.said);
  const size_t records = provider().records().size();
  accept();
  reveal();
  disclose(disclosure());
  prove(proofs().said);
  EXPECT_EQ(provider().records().size(), records);
}

TEST_F(ContestTest, AnAnswerIsGivenOnce) {
  serve_honestly();
  const uint64_t count = log().count(0).value();
  SessionStore store = log();
  const ProverModel& model = contested_model().model;
  const Answered again =
      answer(model, request_of(4), random_input(model.circuit(), 4), test_generators()).value();
  EXPECT_FALSE(issue_receipt(store, test_key(1), again, 9000).value().is_new);
  const Answered other =
      answer(model, request_of(4), random_input(model.circuit(), 5), test_generators()).value();
  EXPECT_FALSE(issue_receipt(store, test_key(1), other, 9000).ok());
  EXPECT_EQ(log().count(0).value(), count);
  EXPECT_FALSE(answered_request(store, Digest{77}).value());
}

// Of 40 answers 2 are wrong: found as often as planned, with the log's real receipts.
TEST_F(ContestTest, WrongAnswersAreDrawnAsOftenAsPlanned) {
  constexpr uint32_t kContests = 5000;
  serve([](uint64_t i) { return i < 2; });
  const SessionStore store = log();
  std::vector<bool> answers;
  std::vector<bool> wrong;
  for (uint64_t number = 0; number < kTestAnswers + 1; ++number) {
    const Record record = store.record(0, number).value().record();
    answers.push_back(is_contested(record, contested_model().model.identity()));
    wrong.push_back(answers.back() && body_of<Receipt>(record.body).request[0] < 2);
  }
  const ContestOpened asked = terms();
  const Session session{"contest", 1, SessionId{1}, parties()};
  uint32_t found = 0;
  for (uint32_t contest = 0; contest < kContests; ++contest) {
    const Digest nonce = labelled_digest(
        "contest", Bytes{static_cast<uint8_t>(contest), static_cast<uint8_t>(contest >> 8)});
    const auto drawn = draw_records(asked, contest_seed(session, asked, nonce, Digest{}),
                                    [&](uint64_t number) { return bool{answers[number]}; });
    found += std::ranges::any_of(drawn, [&](uint64_t number) { return bool{wrong[number]}; });
  }
  const double planned = 1 - missing_probability_of(kTestAnswers, kTestSamples, 2);
  EXPECT_NEAR(found / double{kContests}, planned,
              5 * std::sqrt(planned * (1 - planned) / kContests));
}

}  // namespace
}  // namespace vouch
