// What is handed over and opened in a retrieval, and what else could be.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "protocol/retrieval/retrieval_cheats.h"

namespace vouch {
namespace {

// Delivery.

TEST_F(Retrieval, NothingDueIsKeptBack) {
  ask_all();
  prove_all();
  std::vector<uint64_t> which = numbers(true);
  which.pop_back();
  deliver(which);
  expect_fault(RetrievalFault::kWrongSet, kResponder);
}

TEST_F(Retrieval, NothingElseIsHandedOver) {
  ask_all();
  prove_all();
  std::vector<uint64_t> which = numbers(true);
  which.push_back(numbers(false).front());
  deliver(which);
  expect_fault(RetrievalFault::kWrongSet, kResponder);
}

// A withheld document in the place of one that is due: the requester sees it, complains, and the
// judge finds it.
TEST_F(Retrieval, DocumentsThatAreSwappedAreSeen) {
  ask_all();
  prove_all();
  std::vector<uint64_t> which = numbers(true);
  const uint64_t due = which[1];
  which[1] = numbers(false).front();
  deliver(which);
  expect_fault(outcome_to_requester(), RetrievalFault::kOtherDocument, kResponder, due);
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kWaiting);  // to a third
  reveal({due});
  open_as(handed(due_to_judge(), kRetrievalJudge));  // the right one, too late
  expect_fault(RetrievalFault::kOtherDocument, kResponder, due);
}

// Each has its own number and its own box, so the lists alone show it.
TEST_F(Retrieval, NoDocumentIsHandedOverTwice) {
  ask_all();
  prove_all();
  HandedOver over = handed(numbers(true), kRequester);
  std::vector<Digest> documents = list(over.documents);
  documents[1] = documents[0];
  over.documents = bundle().put_list(documents).value();
  say(responder(), RetrievalDelivery{over.documents, over.sealed});
  expect_fault(RetrievalFault::kOtherDocument, kResponder, numbers(true)[1]);
}

TEST_F(Retrieval, NoBoxIsHandedOverTwice) {
  deliver_all();
  reveal();
  HandedOver over = handed(due_to_judge(), kRetrievalJudge);
  std::vector<Digest> sealed = list(over.sealed);
  sealed[1] = sealed[0];
  over.sealed = bundle().put_list(sealed).value();
  const uint64_t second = due_to_judge()[1];
  open_as(over);
  expect_fault(RetrievalFault::kNotReadable, kResponder, second);
}

TEST_F(Retrieval, TheJudgeFindsWhatTheRequesterSaw) {
  ask_all(0);
  prove_all();
  std::vector<uint64_t> which = numbers(true);
  const uint64_t due = which[0];
  which[0] = numbers(false).front();
  const HandedOver over = handed(which, kRequester);
  say(responder(), RetrievalDelivery{over.documents, over.sealed});
  reveal({due});
  const HandedOver again = handed({which[0]}, kRetrievalJudge);
  open_as(again);
  find();
  expect_fault(RetrievalFault::kOtherDocument, kResponder, due);
  EXPECT_EQ(outcome().faults.front().step, RetrievalFinding::kKind);
}

TEST_F(Retrieval, AnotherFileIsSeen) {
  ask_all();
  prove_all();
  const uint64_t due = numbers(true).front();
  EXPECT_TRUE(write_file(document_path(due), small_picture(50), FileAccess::kPublic).ok());
  // What hand_over would refuse.
  const DocumentFiles documents = files();
  std::vector<Digest> announced = list(handed({}, kRequester).documents);
  std::vector<Digest> sealed;
  EXPECT_FALSE(documents.opened(due, subject().commitments[due]).ok());
  for (const uint64_t number : numbers(true)) {
    const Bytes opened = encode_opened_document(
        {static_cast<uint32_t>(number), document_salt(documents.seed(), number),
         document_input_salt(documents.seed(), number), documents.read(number).value()});
    announced.push_back(file_digest(opened));
    sealed.push_back(bundle().put(seal(parties()[kRequester], opened)).value());
  }
  say(responder(),
      RetrievalDelivery{bundle().put_list(announced).value(), bundle().put_list(sealed).value()});
  expect_fault(outcome_to_requester(), RetrievalFault::kOtherFile, kResponder, due);
}

TEST_F(Retrieval, LaidOpenDocumentsConvinceAThird) {
  ask_all();
  prove_all();
  std::vector<uint64_t> which = numbers(true);
  which[0] = numbers(false).front();
  deliver(which);
  const SecretKey key = test_key(1);
  const Bundle there = bundle();
  const DueDocument due = outcome().delivered.front();
  EXPECT_TRUE(there.put(documents_sealed_to(key, there)(due.document, due.sealed).value()).ok());
  expect_fault(RetrievalFault::kOtherDocument, kResponder, due.number);
}

TEST_F(Retrieval, WhatDoesNotOpenIsOpenedToTheJudge) {
  ask_all();
  prove_all();
  HandedOver over = handed(numbers(true), kRequester);
  std::vector<Digest> sealed = list(over.sealed);
  sealed[0] = bundle().put(Bytes(100, 7)).value();
  over.sealed = bundle().put_list(sealed).value();
  say(responder(), RetrievalDelivery{over.documents, over.sealed});
  const uint64_t due = numbers(true).front();
  EXPECT_EQ(outcome_to_requester().unopened, std::vector<uint64_t>{due});
  finish({due});
  const RetrievalOutcome end = outcome();
  EXPECT_EQ(end.judgement.state, Judgement::State::kFulfilled);
  EXPECT_EQ(end.opened.size(), 3U);
}

// The sample.

TEST_F(Retrieval, TheSampleFindsPixelsOfNoFile) {
  const uint64_t victim = numbers(false).front();
  deliver_blackened(victim, kTestDocuments);
  const RetrievalOutcome seen = outcome();
  ASSERT_TRUE(std::ranges::count(seen.bits, 0) > 0);
  if (std::ranges::count(seen.matching, victim) != 0) {  // then whoever gets it sees it
    expect_fault(outcome_to_requester(), RetrievalFault::kOtherPixels, kResponder, victim);
    return;
  }
  reveal();
  Participant party = responder();
  const HandedOver over = handed(documents_with(seen.bits, 0), kRetrievalJudge);
  open_as(over);
  find();
  expect_fault(RetrievalFault::kOtherPixels, kResponder, victim);
}

// What is not opened is not found: the bound says how likely.
TEST_F(Retrieval, WithoutASampleNobodySeesPixelsOfNoFile) {
  deliver_blackened(numbers(false).front(), 0);
  reveal();
  open_as(handed({}, kRetrievalJudge));
  find();
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kFulfilled);
}

TEST_F(Retrieval, TheSampleIsDrawnByBoth) {
  deliver_all();
  reveal();
  const std::vector<uint64_t> withheld = numbers(false);
  SampleTerms terms{said().reveal->nonce, Digest{1}, Digest{2}, withheld, withheld.size() + 5};
  const Session session = exchange().session;
  EXPECT_EQ(draw_sample(session, terms), withheld);
  terms.sample = 1;
  std::set<uint64_t> drawn;
  for (uint8_t i = 0; i < 60; ++i) {
    terms.responder_nonce = Digest{i};
    const std::vector<uint64_t> one = draw_sample(session, terms);
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(draw_sample(session, terms), one);
    drawn.insert(one.begin(), one.end());
  }
  EXPECT_EQ(drawn.size(), withheld.size());  // each but for 4·(3/4)^60
}

TEST_F(Retrieval, OthersThanTheDrawnAreNotOpened) {
  deliver_all();
  reveal();
  std::vector<uint64_t> due = due_to_judge();
  const std::vector<uint64_t> withheld = numbers(false);
  due[0] = *std::ranges::find_if(
      withheld, [&](uint64_t number) { return std::ranges::count(due, number) == 0; });
  open_as(handed(due, kRetrievalJudge));
  find();
  expect_fault(RetrievalFault::kOtherDocument, kResponder, due_to_judge()[0]);
}

TEST_F(Retrieval, AllThatIsDrawnIsOpened) {
  deliver_all();
  reveal();
  std::vector<uint64_t> due = due_to_judge();
  due.pop_back();
  open_as(handed(due, kRetrievalJudge));
  expect_fault(RetrievalFault::kWrongSet, kResponder);
}

TEST_F(Retrieval, WhatIsSealedToTheJudgeIsWhatIsAnnounced) {
  deliver_all();
  reveal();
  HandedOver over = handed(due_to_judge(), kRetrievalJudge);
  over.sealed = handed(due_to_judge(), kRequester).sealed;
  open_as(over);
  find();
  expect_fault(RetrievalFault::kNotReadable, kResponder, due_to_judge()[0]);
}

// A document that opens, and is another encoding of it than is announced.
TEST_F(Retrieval, WhatOpensIsWhatIsAnnounced) {
  deliver_all();
  reveal();
  HandedOver over = handed(due_to_judge(), kRetrievalJudge);
  std::vector<Digest> others = list(over.documents);
  others[0] = Digest{1};
  over.documents = bundle().put_list(others).value();
  open_as(over);
  find();
  expect_fault(RetrievalFault::kNotReadable, kResponder, due_to_judge()[0]);
}

TEST_F(Retrieval, NobodyRevealsOtherBytes) {
  deliver_all();
  say(requester(), RetrievalReveal{Digest{1}, {}});
  expect_fault(RetrievalFault::kOtherNonce, kRequester);
}

TEST_F(Retrieval, TheResponderRevealsNoOtherBytes) {
  deliver_all();
  reveal();
  const HandedOver over = handed({}, kRetrievalJudge);
  say(responder(), RetrievalOpening{Digest{1}, over.documents, over.sealed});
  expect_fault(RetrievalFault::kOtherNonceShown, kResponder);
}

TEST_F(Retrieval, ComplaintsAreAboutWhatIsDue) {
  for (const std::vector<uint64_t>& wrong :
       {std::vector<uint64_t>{numbers(false).front()},
        std::vector<uint64_t>{numbers(true)[0], numbers(true)[0]},
        std::vector<uint64_t>{numbers(true)[1], numbers(true)[0]},
        std::vector<uint64_t>{kTestDocuments}}) {
    SetUp();
    deliver_all();
    reveal(wrong);
    expect_fault(RetrievalFault::kBadComplaint, kRequester);
    TearDown();
  }
  SetUp();
}

TEST_F(Retrieval, FindingsAreOfEachDocument) {
  deliver_all();
  reveal();
  open();
  say(judge(), RetrievalFinding{Bytes(1, 0)});
  expect_fault(RetrievalFault::kBadFinding, kRetrievalJudge);
}

TEST_F(Retrieval, FindingsAreFaultsOfDocuments) {
  deliver_all();
  reveal();
  open();
  say(judge(), RetrievalFinding{Bytes(2, static_cast<uint8_t>(RetrievalFault::kWrongSet))});
  expect_fault(RetrievalFault::kBadFinding, kRetrievalJudge);
}

TEST_F(Retrieval, TheJudgeFindsNothingOfWhatWasLostOrReplaced) {
  deliver_all();
  reveal();
  open();
  const SecretKey key = test_key(3);
  const std::string lost = bundle().object_path(outcome().opened.front().sealed);
  std::filesystem::rename(lost, path("kept"));
  EXPECT_FALSE(find_of_opened(outcome(), bundle(), key).ok());
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kIncomplete);
  ASSERT_TRUE(write_file(lost, Bytes(100, 7), FileAccess::kPublic).ok());
  EXPECT_FALSE(find_of_opened(outcome(), bundle(), key).ok());
  std::filesystem::rename(path("kept"), lost);
  std::filesystem::rename(bundle().object_path(said().opening->sealed), path("kept"));
  EXPECT_FALSE(find_of_opened(outcome(), bundle(), key).ok());
  std::filesystem::rename(path("kept"), bundle().object_path(said().opening->sealed));
  find();
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kFulfilled);
}

TEST_F(Retrieval, ListsHaveTheirForm) {
  commit();
  request();
  approve();
  const Digest odd = bundle().put(Bytes(33)).value();
  say(responder(), RetrievalInputs{odd, Digest{}});
  expect_fault(RetrievalFault::kMissingDocument, kResponder);
  TearDown();
  SetUp();
  ask_all();
  EXPECT_TRUE(bundle().put(Bytes(33)).ok());
  say(responder(), RetrievalProofs{odd});
  expect_fault(RetrievalFault::kMissingProof, kResponder);
  EXPECT_NE(outcome().faults.front().detail.find("not the form"), std::string::npos);
  TearDown();
  SetUp();
  ask_all();
  prove_all();
  EXPECT_TRUE(bundle().put(Bytes(33)).ok());
  say(responder(), RetrievalDelivery{odd, handed(numbers(true), kRequester).sealed});
  expect_fault(RetrievalFault::kWrongSet, kResponder);
  EXPECT_NE(outcome().faults.front().detail.find("not the form"), std::string::npos);
}

// As long as nothing shows whose fault it is.
TEST_F(Retrieval, WithoutWhatIsNamedNothingIsSaid) {
  const auto without = [&](const Digest& object) {
    const std::string there = bundle().object_path(object);
    std::filesystem::rename(there, path("kept"));
    const Judgement judgement = outcome().judgement;
    std::filesystem::rename(path("kept"), there);
    return judgement.state == Judgement::State::kIncomplete && !judgement.detail.empty();
  };
  deliver_all();
  EXPECT_TRUE(without(said().documents->commitments));
  EXPECT_TRUE(without(said().request->commitment));
  EXPECT_TRUE(without(said().inputs->inputs));
  EXPECT_TRUE(without(said().proofs->proofs));
  EXPECT_TRUE(without(said().delivery->documents));
  EXPECT_TRUE(without(said().delivery->sealed));
  reveal();
  open();
  EXPECT_TRUE(without(list(said().opening->sealed)[0]));
  find();
  EXPECT_FALSE(without(list(said().opening->sealed)[0])) << "the judge has found by now";
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kFulfilled);
}

TEST_F(Retrieval, BothListsAreOfWhatIsDue) {
  ask_all();
  prove_all();
  const HandedOver over = handed(numbers(true), kRequester);
  std::vector<Digest> longer = list(over.documents);
  longer.emplace_back();
  say(responder(), RetrievalDelivery{bundle().put_list(longer).value(), over.sealed});
  expect_fault(RetrievalFault::kWrongSet, kResponder);
}

TEST_F(Retrieval, NothingMoreIsSealed) {
  ask_all();
  prove_all();
  const HandedOver over = handed(numbers(true), kRequester);
  std::vector<Digest> longer = list(over.sealed);
  longer.emplace_back();
  say(responder(), RetrievalDelivery{over.documents, bundle().put_list(longer).value()});
  expect_fault(RetrievalFault::kWrongSet, kResponder);
}

TEST_F(Retrieval, BothListsAreLists) {
  ask_all();
  prove_all();
  const Digest odd = bundle().put(Bytes(33)).value();
  say(responder(), RetrievalDelivery{handed(numbers(true), kRequester).documents, odd});
  expect_fault(RetrievalFault::kWrongSet, kResponder);
  EXPECT_NE(outcome().faults.front().detail.find("not the form"), std::string::npos);
}

}  // namespace
}  // namespace vouch
