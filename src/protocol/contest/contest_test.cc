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
#include "protocol/judge_clock.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

using ContestTest = ContestCase;
using State = Judgement::State;

constexpr size_t kSamples = 6;

TEST_F(ContestTest, HonestAnswersAreProven) {
  serve_honestly();
  until_proofs(terms());
  const ContestOutcome found = outcome();
  EXPECT_EQ(found.judgement.state, State::kFulfilled) << found.judgement.detail;
  EXPECT_EQ(found.proven, kSamples);
  EXPECT_EQ(found.answers.size(), kSamples);
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

TEST_F(ContestTest, TermsLeaveTimeForEachStep) {
  constexpr uint64_t kOpened = 1000;
  const auto windows = [&](uint64_t accept, uint64_t reveal, uint64_t disclose, uint64_t prove) {
    ContestOpened terms;
    terms.accept_by = kOpened + accept;
    terms.reveal_by = terms.accept_by + reveal;
    terms.disclose_by = terms.reveal_by + disclose;
    terms.prove_by = terms.disclose_by + prove;
    return terms;
  };
  const uint64_t day = kLeastWindow;
  const ContestOpened good = windows(day, day, day, day);
  EXPECT_TRUE(check_windows(good, kOpened, kOpened).ok());
  EXPECT_TRUE(check_windows(good, kOpened, good.accept_by - 1).ok());
  EXPECT_FALSE(check_windows(good, kOpened, good.accept_by).ok()) << "over";
  EXPECT_FALSE(check_windows(windows(day - 1, day, day, day), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(windows(day, day - 1, day, day), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(windows(day, day, day - 1, day), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(windows(day, day, day, day - 1), kOpened, kOpened).ok());
  EXPECT_FALSE(check_windows(good, good.accept_by + 1, kOpened).ok()) << "opened after it";
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

TEST_F(ContestTest, AMissingProofIsNamed) {
  serve_honestly();
  until_disclosure(terms_in_the_past());
  AnswersProven none = proofs().said;
  none.proofs.clear();
  prove(none);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(ContestTest, AProofThatIsGoneIsAFaultOnceTheJudgeMissesIt) {
  serve_honestly();
  until_proofs(terms_in_the_past());
  const Digest object = find_body<AnswersProven>(provider().records())->proofs[0];
  std::filesystem::remove(bundle().object_path(object));
  EXPECT_EQ(state(), State::kIncomplete);
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(ContestTest, AnInvalidProofIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  AnswersProven proven = proofs().said;
  Bytes file = bundle().get(proven.proofs[0], kMaxProofBytes, "").value();
  file.back() ^= 1;
  proven.proofs[0] = bundle().put(file).value();
  prove(proven);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kInvalidProof);
}

TEST_F(ContestTest, BytesInTheProofsPlaceAreInvalid) {
  serve_honestly();
  until_disclosure(terms());
  AnswersProven proven = proofs().said;
  proven.proofs[0] = bundle().put(Bytes{1}).value();
  prove(proven);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kInvalidProof);
}

// A proof of the answers that are drawn, as it would be for this session if `change` were nothing.
template <class Change>
Bytes proof_for(const Participant& party, const SessionStore& log, const Change& change) {
  const auto disclosed = find_body<ReceiptsDisclosed>(party.records());
  const auto terms = find_body<ContestOpened>(party.records());
  const auto revealed = find_body<NonceRevealed>(party.records());
  const DrawnAnswers drawn =
      read_drawn_answers(party.session(), *terms,
                         contest_seed(party.session(), *terms, disclosed->nonce, revealed->nonce),
                         *disclosed, party.bundle());
  const ProverModel& model = contested_model().model;
  ProveOptions options;
  options.hide_input = true;
  std::vector<Bytes> inputs;
  std::vector<Digest> receipts;
  for (const DrawnAnswer& answer : drawn.answers) {
    const Answered kept = answered_request(log, answer.receipt.request).value().value();
    inputs.push_back(kept.codes);
    options.salts.push_back(kept.salt);
    receipts.push_back(answer.record);
  }
  const Digest context = contest_context(party.session(), receipts);
  options.context.assign(context.begin(), context.end());
  change(options, inputs);
  options.shape =
      choose_shape(model.circuit(), Profile::kFast, static_cast<uint16_t>(inputs.size()));
  return encode_proof(prove(model, inputs, options, test_generators()).value().proof);
}

TEST_F(ContestTest, AProofForSomethingElseIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes other = proof_for(provider(), log(), [](ProveOptions& options, auto&) {
    options.context = {'o', 'r', 'd', 'e', 'r'};
  });
  prove({kSamples, {bundle().put(other).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherContext);
}

TEST_F(ContestTest, AProofOfOtherInputsIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes other = proof_for(provider(), log(), [](ProveOptions&, auto& inputs) {
    inputs[3] = random_input(contested_model().model.circuit(), 77);
  });
  prove({kSamples, {bundle().put(other).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
  EXPECT_EQ(outcome().faults[0].item, 3U);
}

TEST_F(ContestTest, TheSameInputCommittedToAnewIsAnother) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes other = proof_for(provider(), log(),
                                [](ProveOptions& options, auto&) { options.salts[1] = Salt{1}; });
  prove({kSamples, {bundle().put(other).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
}

TEST_F(ContestTest, AProofOfFewerAnswersIsNamed) {
  serve_honestly();
  until_disclosure(terms());
  const Bytes fewer = proof_for(provider(), log(), [](ProveOptions& options, auto& inputs) {
    inputs.pop_back();
    options.salts.pop_back();
  });
  prove({kSamples, {bundle().put(fewer).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingProof);
}

TEST_F(ContestTest, InputsThatAreNotShownAreMissing) {
  serve_honestly();
  ContestOpened shown = terms();
  shown.inputs = 1;
  until_reveal(shown);
  ReceiptsDisclosed disclosed = disclosure();
  disclosed.inputs.clear();
  disclose(disclosed);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingInput);
}

TEST_F(ContestTest, OtherInputsThanWereCommittedToAreNamed) {
  serve_honestly();
  ContestOpened shown = terms();
  shown.inputs = 1;
  until_reveal(shown);
  ReceiptsDisclosed disclosed = disclosure();
  std::swap(disclosed.inputs[0], disclosed.inputs[1]);
  disclose(disclosed);
  prove(proofs().said);
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
}

TEST_F(ContestTest, AnInputThatIsGoneIsAFaultOnceTheJudgeMissesIt) {
  serve_honestly();
  ContestOpened shown = terms_in_the_past();
  shown.inputs = 1;
  until_proofs(shown);
  const Digest object = find_body<ReceiptsDisclosed>(provider().records())->inputs[2];
  std::filesystem::remove(bundle().object_path(object));
  EXPECT_EQ(state(), State::kIncomplete);
  tell_time();
  EXPECT_EQ(fault_of(kProvider), ContestFault::kMissingInput);
}

TEST_F(ContestTest, AProofThatHidesAnInputThatIsToBeShownIsNamed) {
  serve_honestly();
  ContestOpened shown = terms();
  shown.inputs = 1;
  until_disclosure(shown);
  const Bytes hiding = proof_for(provider(), log(), [](ProveOptions&, auto&) {});
  prove({kSamples, {bundle().put(hiding).value()}});
  EXPECT_EQ(fault_of(kProvider), ContestFault::kOtherInput);
}

TEST_F(ContestTest, AFalseClaimIsTheContestersFault) {
  serve_honestly();
  until_proofs(terms());
  claim(ContestFault::kWrongOutput);
  EXPECT_EQ(fault_of(kContester), ContestFault::kFalseClaim);
}

TEST_F(ContestTest, TermsThatAreNoneAreTheContestersFault) {
  serve_honestly();
  const auto bad = [&](const auto& change) {
    std::filesystem::remove_all(path("bundle"));
    std::filesystem::remove(path("contester"));
    ContestOpened changed = terms();
    change(changed);
    open(changed);
    return fault_of(kContester);
  };
  EXPECT_EQ(bad([](ContestOpened& t) { t.count += 1; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.first = UINT64_MAX; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.count = 0; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = 0; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = kMostContested + 1; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = 5; }), ContestFault::kBadTerms) << "too few";
  EXPECT_EQ(bad([](ContestOpened& t) { t.samples = 8; }), ContestFault::kBadTerms) << "too many";
  EXPECT_EQ(bad([](ContestOpened& t) { t.wrong = 0; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.missed = 1'000'000; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.inputs = 2; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.prove_by = t.disclose_by; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.accept_by = t.reveal_by; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.model[0] ^= 1; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.model_file = t.head; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([](ContestOpened& t) { t.head = t.model_file; }), ContestFault::kBadTerms);
  EXPECT_EQ(bad([&](ContestOpened& t) {
              const Bytes receipt = log().record(0, 3).value().bytes();
              t.head = Bundle::create(path("bundle")).value().put(receipt).value();
            }),
            ContestFault::kBadTerms);
}

TEST_F(ContestTest, AModelWithAFalseBoundIsTheContestersFault) {
  serve_honestly();
  PublicModel model = decode_model_public(contested_model().file).value();
  model.bound.messages.back()[0] ^= 1;
  ContestOpened changed = terms();
  const Bytes file = encode_model_public(model);
  changed.model_file = file_digest(file);
  EXPECT_TRUE(Bundle::create(path("bundle")).value().put(file).ok());
  open(changed);
  EXPECT_EQ(fault_of(kContester), ContestFault::kBadTerms);
}

// Running a step again, or all of them, says nothing new and makes no proof twice.
TEST_F(ContestTest, StepsAgainAreTheSame) {
  serve_honestly();
  until_disclosure(terms());
  const ProvenAnswers once = proofs();
  EXPECT_EQ(proofs().said.proofs, once.said.proofs);
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
  const double planned = 1 - missing_probability_of(kTestAnswers, kSamples, 2);
  EXPECT_NEAR(found / double{kContests}, planned,
              5 * std::sqrt(planned * (1 - planned) / kContests));
}

// Deadlines, by records with the times that they need.
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

}  // namespace
}  // namespace vouch
