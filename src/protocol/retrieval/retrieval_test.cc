// A retrieval between honest parties, and everything that each of them could do instead.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "protocol/retrieval/proof_files.h"
#include "protocol/retrieval/retrieval_objects.h"
#include "protocol/retrieval/test_retrieval.h"

namespace vouch {
namespace {

class Retrieval : public RetrievalCase {
 protected:
  /// The proofs with something changed in one of them.
  template <class Change>
  void prove_with(uint64_t batch, const Change& change) const {
    const Participant party = responder();
    std::vector<Digest> proofs = list(proofs_of(party).proofs);
    Proof proof =
        decode_proof(bundle().get(proofs[batch], kMaxProofBytes, "a proof").value()).value();
    change(proof);
    proofs[batch] = bundle().put(encode_proof(proof)).value();
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  }
  /// The proofs' list changed.
  template <class Change>
  void prove_list(const Change& change) const {
    const Participant party = responder();
    std::vector<Digest> proofs = list(proofs_of(party).proofs);
    change(proofs);
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  }
  /// The inputs' list changed.
  template <class Change>
  void answer_with(const Change& change) const {
    Participant party = responder();
    RetrievalInputs body = inputs_of(party);
    std::vector<Digest> inputs = list(body.inputs);
    change(inputs);
    body.inputs = bundle().put_list(inputs).value();
    say(std::move(party), body);
  }
  /// A proof of the documents of a batch as a cheater would make it: codes, options.
  template <class Change>
  Bytes forged_proof(uint64_t batch, const Change& change) const {
    const DocumentFiles documents = files();
    const DocumentRange range = subject().range(batch);
    ProveOptions options;
    options.shape =
        choose_shape(asked().model.circuit(), Profile::kFast, static_cast<uint16_t>(range.count));
    options.hide_input = true;
    options.hidden_output = HiddenOutput{asked().predicate, {}, {}};
    options.context = documents_context(exchange().session, said().inputs->inputs, range);
    std::vector<Bytes> inputs;
    for (uint64_t i = range.first; i < range.first + range.count; ++i) {
      inputs.push_back(
          prepare_document(asked().model.circuit(), documents.read(i).value()).value());
      options.salts.push_back(document_input_salt(documents.seed(), i));
    }
    change(inputs, options);
    return encode_proof(prove(asked().model, inputs, options, test_generators()).value().proof);
  }
  void put_proof(uint64_t batch, const Bytes& proof) const {
    prove_list([&](std::vector<Digest>& proofs) { proofs[batch] = bundle().put(proof).value(); });
  }

  /// A number of a document that is withheld, whose codes are replaced by black ones that match
  /// neither.
  [[nodiscard]] Bytes black() const {
    return Bytes(asked().model.circuit().input().shape.elements(), 0);
  }
  /// Everything up to the delivery, with black pixels instead of those of document `number`.
  void deliver_blackened(uint64_t number, uint64_t sample) const {
    commit();
    request(sample);
    approve();
    const Bytes codes = black();
    const RetrievalSubject about = subject();
    answer_with([&](std::vector<Digest>& inputs) {
      inputs[number] = document_input_vartime(about.committer(), codes,
                                              document_input_salt(files().seed(), number));
    });
    std::vector<Digest> proofs;
    for (uint64_t batch = 0; batch < about.proofs(); ++batch) {
      const Bytes proof =
          forged_proof(batch, [&](std::vector<Bytes>& inputs, ProveOptions& /*options*/) {
            const DocumentRange range = about.range(batch);
            if (number >= range.first && number < range.first + range.count) {
              inputs[number - range.first] = codes;
            }
          });
      proofs.push_back(bundle().put(proof).value());
    }
    say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
    deliver(outcome().matching);
  }
};

TEST_F(Retrieval, HandsOverExactlyWhatMatches) {
  ASSERT_GE(numbers(true).size(), 2U);
  ASSERT_GE(numbers(false).size(), 3U);
  deliver_all();
  const RetrievalOutcome seen = outcome_to_requester();
  EXPECT_EQ(seen.judgement.state, Judgement::State::kWaiting) << seen.faults.size();
  EXPECT_EQ(seen.matching, numbers(true));
  EXPECT_TRUE(seen.unopened.empty());
  finish();
  const RetrievalOutcome end = outcome();
  EXPECT_EQ(end.judgement.state, Judgement::State::kFulfilled);
  EXPECT_EQ(end.matching, numbers(true));
  EXPECT_EQ(end.unopened, numbers(true));  // to a third
  EXPECT_EQ(end.sample.size(), 2U);
  for (const uint64_t number : end.sample) {
    EXPECT_FALSE(asked().matches[number]);
  }
  EXPECT_TRUE(retrieval_workflow().due(exchange().records).size() == 1);  // the time, for ever
}

TEST_F(Retrieval, HandsOverTheFilesThemselves) {
  deliver_all();
  const SecretKey key = test_key(1);
  const Bundle there = bundle();
  const OpenDocument open = documents_sealed_to(key, there);
  for (const DueDocument& due : outcome().delivered) {
    const auto opened = decode_opened_document(open(due.document, due.sealed).value());
    EXPECT_EQ(opened.value().file, asked().pictures[due.number]);
  }
}

TEST_F(Retrieval, SealsToTheRecipientAlone) {
  deliver_all();
  const Bundle there = bundle();
  for (const uint8_t other : std::array<uint8_t, 2>{2, 3}) {
    const SecretKey key = test_key(other);
    const OpenDocument open = documents_sealed_to(key, there);
    for (const DueDocument& due : outcome().delivered) {
      EXPECT_FALSE(open(due.document, due.sealed));
    }
  }
}

TEST_F(Retrieval, WaitsForEachStep) {
  commit();
  EXPECT_EQ(outcome().judgement.detail, "the request of the requester");
  request();
  EXPECT_EQ(outcome().judgement.detail, "the approval of the judge");
  approve();
  EXPECT_EQ(outcome().judgement.detail, "the inputs of the responder");
  answer();
  EXPECT_EQ(outcome().judgement.detail, "the proofs of the responder");
  prove_all();
  EXPECT_EQ(outcome().judgement.detail, "the delivery of the responder");
  deliver();
  EXPECT_EQ(outcome().judgement.detail, "the reveal of the requester");
  reveal();
  EXPECT_EQ(outcome().judgement.detail, "the opening of the responder");
  open();
  EXPECT_EQ(outcome().judgement.detail, "the finding of the judge");
  EXPECT_EQ(judge_retrieval(exchange(), bundle()).value().state, Judgement::State::kWaiting);
}

// Documents.

TEST_F(Retrieval, RootIsThatOfTheCommitments) {
  Participant party = responder();
  RetrievalDocuments body = commit_documents(party, path("documents")).value();
  body.root[0] ^= 1;
  say(std::move(party), body);
  Participant asker = requester();
  EXPECT_FALSE(ask(asker, question_of(asked(), 2)).ok());
  say(std::move(asker), RetrievalRequest{});
  expect_fault(RetrievalFault::kBadDocuments, kResponder);
}

TEST_F(Retrieval, CountIsThatOfTheCommitments) {
  Participant party = responder();
  RetrievalDocuments body = commit_documents(party, path("documents")).value();
  ++body.count;
  say(std::move(party), body);
  say(requester(), RetrievalRequest{});
  expect_fault(RetrievalFault::kBadDocuments, kResponder);
}

TEST_F(Retrieval, CommitsToPicturesOnly) {
  EXPECT_TRUE(write_file(path("documents/a"), Bytes{1, 2, 3}, FileAccess::kPublic).ok());
  Participant party = responder();
  EXPECT_FALSE(commit_documents(party, path("documents")).ok());
  std::filesystem::remove(path("documents/a"));
  EXPECT_TRUE(commit_documents(party, path("documents")).ok());
}

TEST_F(Retrieval, CommitsOnceToWhatThereWas) {
  Participant party = responder();
  const RetrievalDocuments first = commit_documents(party, path("documents")).value();
  EXPECT_TRUE(write_file(path("documents/zz"), small_picture(9), FileAccess::kPublic).ok());
  EXPECT_EQ(commit_documents(party, path("documents")).value().root, first.root);
}

TEST_F(Retrieval, NoticesThatAFileHasChanged) {
  commit();
  request();
  approve();
  EXPECT_TRUE(write_file(document_path(3), small_picture(99), FileAccess::kPublic).ok());
  const Participant party = responder();
  const RetrievalSubject about = subject();
  const DocumentFiles documents = files();
  EXPECT_FALSE(
      commit_inputs({asked().model, party.bundle(), party.session(), about, documents}, [] {
      }).ok());
}

// The request.

TEST_F(Retrieval, AsksOnlyWhatIsTrueOrFalse) {
  commit();
  Participant party = requester();
  for (const auto kind : {Predicate::Kind::kMembers, Predicate::Kind::kLabel}) {
    Predicate predicate;
    predicate.kind = kind;
    predicate.labels = Predicate::Labels::kCommitted;
    EXPECT_FALSE(ask(party, {asked().secret, asked().commitment, predicate, 3, 2}).ok());
  }
  Predicate counted = asked().predicate;
  counted.count = true;
  EXPECT_FALSE(ask(party, {asked().secret, asked().commitment, counted, 3, 2}).ok());
  RetrievalRequest body = request_of(party);
  body.predicate.push_back(0);
  say(std::move(party), body);
  expect_fault(RetrievalFault::kBadRequest, kRequester);
}

TEST_F(Retrieval, AsksOfThePublishedModel) {
  commit();
  Participant party = requester();
  static const TestQuestion other = small_question(2);
  EXPECT_FALSE(ask(party, {other.secret, asked().commitment, asked().predicate, 3, 2}).ok());
  RetrievalRequest body = request_of(party);
  body.model = other.model.identity();
  say(std::move(party), body);
  expect_fault(RetrievalFault::kBadRequest, kRequester);
}

TEST_F(Retrieval, AsksWithinLimits) {
  commit();
  Participant party = requester();
  RetrievalRequest body = request_of(party);
  body.each = 0;
  say(std::move(party), body);
  expect_fault(RetrievalFault::kBadRequest, kRequester);
}

TEST_F(Retrieval, HandsTheModelOver) {
  commit();
  request();
  const RetrievalRequest body = *said().request;
  EXPECT_TRUE(open_handed_model(bundle(), test_key(2), body, body.for_responder).ok());
  EXPECT_TRUE(open_handed_model(bundle(), test_key(3), body, body.for_judge).ok());
  EXPECT_FALSE(open_handed_model(bundle(), test_key(3), body, body.for_responder).ok());
  EXPECT_TRUE(check_handed_model(asked().model).ok());
  const ProverModel other(asked_circuit(), asked_weights(2), asked().model.seed(),
                          asked().model.commitment());
  EXPECT_FALSE(check_handed_model(other).ok());  // the commitment of other weights
}

TEST_F(Retrieval, ModelIsTheFileThatIsNamed) {
  commit();
  request();
  RetrievalRequest body = *said().request;
  static const TestQuestion other = small_question(2);
  const Digest sealed = bundle().put(seal(test_key(2).public_key(), other.secret)).value();
  EXPECT_FALSE(open_handed_model(bundle(), test_key(2), body, sealed).ok());
  body.model_file = file_digest(other.secret);
  EXPECT_FALSE(open_handed_model(bundle(), test_key(2), body, sealed).ok());
}

// Inputs.

TEST_F(Retrieval, NoDocumentIsLeftOut) {
  commit();
  request();
  approve();
  answer_with([](std::vector<Digest>& inputs) { inputs.pop_back(); });
  expect_fault(RetrievalFault::kMissingDocument, kResponder, kTestDocuments - 1);
}

TEST_F(Retrieval, NoDocumentIsAdded) {
  commit();
  request();
  approve();
  answer_with([](std::vector<Digest>& inputs) { inputs.emplace_back(); });
  expect_fault(RetrievalFault::kMissingDocument, kResponder, kTestDocuments);
}

TEST_F(Retrieval, NoDocumentIsAnsweredTwice) {
  commit();
  request();
  approve();
  answer_with([](std::vector<Digest>& inputs) { inputs[5] = inputs[2]; });
  expect_fault(RetrievalFault::kRepeatedInput, kResponder, 5);
}

TEST_F(Retrieval, DocumentsAreNotExchanged) {
  commit();
  request();
  approve();
  const Bytes proof = [&] {  // about the documents in their order
    answer_with([](std::vector<Digest>& inputs) { std::swap(inputs[1], inputs[2]); });
    return forged_proof(0, [](std::vector<Bytes>& /*inputs*/, ProveOptions& /*options*/) {});
  }();
  std::vector<Digest> proofs(subject().proofs(), bundle().put(proof).value());
  say(responder(), RetrievalProofs{bundle().put_list(proofs).value()});
  expect_fault(RetrievalFault::kOtherInput, kResponder, 1);
}

// Proofs.

TEST_F(Retrieval, LiesAreNoProofs) {
  for (const uint64_t document : {0, 4, 6}) {
    SetUp();
    ask_all();
    prove_with(document / 3, [&](Proof& proof) { proof.output[document % 3] ^= 1; });
    expect_fault(RetrievalFault::kInvalidProof, kResponder, document / 3 * 3);
    TearDown();
  }
  SetUp();
}

TEST_F(Retrieval, EveryProofIsThere) {
  ask_all();
  prove_list([](std::vector<Digest>& proofs) { proofs.pop_back(); });
  expect_fault(RetrievalFault::kMissingProof, kResponder);
}

TEST_F(Retrieval, NoProofIsAdded) {
  ask_all();
  prove_list([](std::vector<Digest>& proofs) { proofs.push_back(proofs[0]); });
  expect_fault(RetrievalFault::kMissingProof, kResponder);
}

TEST_F(Retrieval, ProofsAreNotExchanged) {
  ask_all();
  prove_list([](std::vector<Digest>& proofs) { std::swap(proofs[0], proofs[1]); });
  expect_fault(RetrievalFault::kOtherContext, kResponder);
  EXPECT_EQ(outcome().faults.size(), 2U);
}

TEST_F(Retrieval, NoProofCountsTwice) {
  ask_all();
  prove_list([](std::vector<Digest>& proofs) { proofs[1] = proofs[0]; });
  expect_fault(RetrievalFault::kOtherContext, kResponder, 3);
}

TEST_F(Retrieval, ProofsAreOfThisSession) {
  ask_all();
  Session other = exchange().session;
  other.id[0] ^= 1;
  put_proof(1, forged_proof(1, [&](std::vector<Bytes>& /*inputs*/, ProveOptions& options) {
              options.context = documents_context(other, said().inputs->inputs, subject().range(1));
            }));
  expect_fault(RetrievalFault::kOtherContext, kResponder, 3);
}

TEST_F(Retrieval, ProofsAreAboutTheCommittedInputs) {
  ask_all();
  put_proof(1, forged_proof(1, [&](std::vector<Bytes>& inputs, ProveOptions& /*options*/) {
              inputs[1] = black();
            }));
  expect_fault(RetrievalFault::kOtherInput, kResponder, 4);
}

TEST_F(Retrieval, ProofsAreAboutAllDocumentsOfTheirBatch) {
  ask_all();
  put_proof(1, forged_proof(1, [&](std::vector<Bytes>& inputs, ProveOptions& options) {
              inputs.pop_back();
              options.salts.pop_back();
              options.shape = choose_shape(asked().model.circuit(), Profile::kFast, 2);
            }));
  expect_fault(RetrievalFault::kOtherInput, kResponder, 3);
}

TEST_F(Retrieval, ProofsSayWhatWasAsked) {
  ask_all();
  put_proof(0, forged_proof(0, [](std::vector<Bytes>& /*inputs*/, ProveOptions& options) {
              options.hidden_output->predicate.classes = {0, 2, 3};
            }));
  expect_fault(RetrievalFault::kOtherPredicate, kResponder);
}

TEST_F(Retrieval, ProofsSayNoMore) {
  ask_all();
  put_proof(0, forged_proof(0, [](std::vector<Bytes>& /*inputs*/, ProveOptions& options) {
              options.hide_input = false;
            }));
  expect_fault(RetrievalFault::kOtherPredicate, kResponder);
}

TEST_F(Retrieval, ProofsHideTheOutput) {
  ask_all();
  put_proof(0, forged_proof(0, [](std::vector<Bytes>& /*inputs*/, ProveOptions& options) {
              options.hidden_output.reset();
            }));
  expect_fault(RetrievalFault::kOtherPredicate, kResponder);
}

TEST_F(Retrieval, BytesThatAreNoProof) {
  ask_all();
  put_proof(2, Bytes{1, 2, 3});
  expect_fault(RetrievalFault::kInvalidProof, kResponder, 6);
}

TEST_F(Retrieval, ShardsMakeEachProofOnce) {
  ask_all();
  const Participant party = responder();
  const RetrievalSubject about = subject();
  const DocumentFiles documents = files();
  const RetrievalWork work{asked().model, party.bundle(), party.session(), about, documents};
  EXPECT_EQ(batches_left(work, answers(), {0, 2}).value(), (std::vector<uint64_t>{0, 2}));
  EXPECT_EQ(batches_left(work, answers(), {1, 2}).value(), (std::vector<uint64_t>{1}));
  EXPECT_FALSE(collect_proofs(work, answers()).ok());
  ASSERT_TRUE(prove_documents(work, answers(), 1, UINT64_MAX).ok());
  const ProofFiles made(party.bundle());
  const Bytes first = made.read(1).value();
  ASSERT_TRUE(prove_documents(work, answers(), 1, UINT64_MAX).ok());  // a second machine
  EXPECT_EQ(made.read(1).value(), first);
  EXPECT_TRUE(batches_left(work, answers(), {1, 2}).value().empty());
  EXPECT_FALSE(all_proven(party.bundle(), about));
  EXPECT_TRUE(write_file(made.path(0), Bytes(10, 0), FileAccess::kPublic).ok());  // damaged
  EXPECT_EQ(batches_left(work, answers(), {}).value(), (std::vector<uint64_t>{0, 2}));
  EXPECT_FALSE(made.has(0));
}

TEST_F(Retrieval, ProofsAreMadeInTheBundleOnly) {
  ask_all();
  const std::string kept = path("elsewhere/0.proof");
  std::filesystem::create_directory(path("elsewhere"));
  ASSERT_TRUE(write_file(kept, Bytes{1, 2, 3}, FileAccess::kPublic).ok());
  std::filesystem::create_directory_symlink(path("elsewhere"), path("bundle/proofs"));
  const Participant party = responder();
  const RetrievalSubject about = subject();
  const DocumentFiles documents = files();
  const RetrievalWork work{asked().model, party.bundle(), party.session(), about, documents};
  EXPECT_FALSE(batches_left(work, answers(), {}).ok());
  const ProofFiles made(party.bundle());
  EXPECT_FALSE(made.has(0));
  EXPECT_FALSE(made.read(0).ok());
  EXPECT_FALSE(made.write(1, Bytes{1}).ok());
  made.remove(0);
  EXPECT_TRUE(std::filesystem::exists(kept));
}

TEST_F(Retrieval, ProofsTakeNoMoreMemoryThanThereIs) {
  ask_all();
  const Participant party = responder();
  const RetrievalSubject about = subject();
  const DocumentFiles documents = files();
  const RetrievalWork work{asked().model, party.bundle(), party.session(), about, documents};
  EXPECT_FALSE(prove_documents(work, answers(), 0, 1000).ok());
}

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
  TearDown();
  SetUp();
  ask_all();
  prove_all();
  EXPECT_TRUE(bundle().put(Bytes(33)).ok());
  say(responder(), RetrievalDelivery{odd, handed(numbers(true), kRequester).sealed});
  expect_fault(RetrievalFault::kWrongSet, kResponder);
}

// Deadlines.

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
}

TEST_F(RetrievalDeadline, ListsThatAreAnnouncedAreDue) {
  ask();
  answer();
  std::filesystem::remove(bundle().object_path(said().inputs->inputs));
  EXPECT_EQ(outcome().judgement.state, Judgement::State::kIncomplete);
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

// As more are missing than a record can name.
TEST_F(RetrievalDeadline, AListStandsForItsMissingObjects) {
  ask();
  answer();
  prove_all();
  const Digest announced = said().proofs->proofs;
  std::filesystem::remove(bundle().object_path(list(announced)[1]));
  const uint64_t later = now_milliseconds() + 2 * 3'600'000;
  Participant party = judge();
  EXPECT_TRUE(
      party.store()
          .append(retrieval_rules(), test_key(3), saying(TimeTold{later, {announced}}), later)
          .ok());
  EXPECT_TRUE(party.publish().ok());
  expect_fault(RetrievalFault::kMissingObject, kResponder);
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

// Opened documents.

TEST(OpenedDocument, IsDecodedAsItIsEncoded) {
  const OpenedDocument document{7, Digest{1}, Salt{2}, {1, 2, 3}};
  const Bytes bytes = encode_opened_document(document);
  const OpenedDocument again = decode_opened_document(bytes).value();
  EXPECT_EQ(encode_opened_document(again), bytes);
  EXPECT_EQ(again.number, 7U);
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(decode_opened_document(ByteSpan(bytes).first(i)).ok()) << i;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_opened_document(longer).ok());
}

TEST(Documents, HaveSaltsOfTheirOwn) {
  const DocumentSeed seed{3};
  EXPECT_NE(document_salt(seed, 1), document_salt(seed, 2));
  EXPECT_NE(document_salt(seed, 1), document_input_salt(seed, 1));
  EXPECT_NE(document_commitment(Digest{1}, Bytes{1}), document_commitment(Digest{2}, Bytes{1}));
  EXPECT_NE(document_commitment(Digest{1}, Bytes{1}), document_commitment(Digest{1}, Bytes{2}));
}

TEST(Documents, AreInExactlyOneProof) {
  for (uint64_t documents = 1; documents < 30; ++documents) {
    for (uint64_t each = 1; each < 12; ++each) {
      uint64_t next = 0;
      for (uint64_t batch = 0; batch < proof_count(documents, each); ++batch) {
        const DocumentRange range = proof_range(documents, each, batch);
        EXPECT_EQ(range.first, next);
        EXPECT_GE(range.count, 1U);
        EXPECT_LE(range.count, each);
        next += range.count;
      }
      EXPECT_EQ(next, documents);
    }
  }
}

}  // namespace
}  // namespace vouch
