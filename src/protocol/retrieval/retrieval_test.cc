// A retrieval between honest parties; its documents, and the request.
#include <gtest/gtest.h>

#include "protocol/retrieval/retrieval_cheats.h"

namespace vouch {
namespace {

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
