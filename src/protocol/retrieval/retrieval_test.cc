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

TEST_F(Retrieval, StepsHaveTheJudgesDeadlines) {
  const auto deadline = [&] {
    return retrieval_workflow().due(exchange().records).front().deadline;
  };
  commit();
  request();
  EXPECT_FALSE(deadline());
  const uint64_t from = now_milliseconds() + 3'600'000;
  approve(from);
  EXPECT_EQ(deadline(), from);
  answer();
  prove_all();
  deliver();
  EXPECT_EQ(deadline(), from + 1);
  reveal();
  EXPECT_EQ(deadline(), from + 2);
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

TEST_F(Retrieval, CommitsToSomething) {
  Participant party = responder();
  const Digest none = party.bundle().put_list({}).value();
  say(std::move(party), RetrievalDocuments{0, documents_root({}), none});
  say(requester(), RetrievalRequest{});
  expect_fault(RetrievalFault::kBadDocuments, kResponder);
}

TEST_F(Retrieval, CommitmentsAreAList) {
  Participant party = responder();
  const Digest odd = party.bundle().put(Bytes(33)).value();
  say(std::move(party), RetrievalDocuments{1, documents_root({}), odd});
  say(requester(), RetrievalRequest{});
  expect_fault(RetrievalFault::kBadDocuments, kResponder);
  EXPECT_NE(outcome().faults.front().detail.find("not the form"), std::string::npos);
}

TEST_F(Retrieval, CommitsToTheDirectorysFiles) {
  EXPECT_TRUE(write_file(path("documents/.hidden"), Bytes{1}, FileAccess::kPublic).ok());
  std::filesystem::create_directory(path("documents/below"));
  Participant party = responder();
  EXPECT_EQ(commit_documents(party, path("documents")).value().count, kTestDocuments);
}

TEST_F(Retrieval, CommitsToADirectoryWithFiles) {
  Participant party = responder();
  EXPECT_FALSE(DocumentFiles::open(party.store(), path("documents")).ok());
  EXPECT_NE(commit_documents(party, path("nowhere")).error().message.find("No such file"),
            std::string::npos);
  std::filesystem::create_directory(path("empty"));
  EXPECT_NE(commit_documents(party, path("empty")).error().message.find("no documents"),
            std::string::npos);
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
  Bytes kept = party.store().kept("documents").value();
  kept.push_back(0);
  ASSERT_TRUE(party.store().keep("documents", kept).ok());
  EXPECT_NE(commit_documents(party, path("documents")).error().message.find("is damaged"),
            std::string::npos);
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

TEST_F(Retrieval, AsksOfAModelThatAnObjectHolds) {
  commit();
  Participant party = requester();
  const Bytes large(kMaxObjectBytes);
  EXPECT_EQ(ask(party, {large, asked().commitment, asked().predicate, 3, 2}).error().message,
            "the model file has more than 256 MiB");
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

// What is said of a request that is changed before it is said.
class RetrievalAsked : public Retrieval {
 protected:
  template <class Change>
  [[nodiscard]] std::string asked_with(const Change& change) const {
    std::filesystem::remove_all(path("bundle"));
    std::filesystem::remove(path("requester"));
    std::filesystem::remove(path("responder"));
    commit();
    Participant party = requester();
    RetrievalRequest body = request_of(party);
    change(body, party.bundle());
    say(std::move(party), body);
    const RetrievalOutcome found = outcome();
    if (found.faults.empty()) {
      return "";
    }
    EXPECT_EQ(found.faults.front().fault, RetrievalFault::kBadRequest);
    EXPECT_EQ(found.faults.front().party, kRequester);
    return found.faults.front().detail.substr(0, 25);
  }
};

// Else a responder would owe what nobody can do.
TEST_F(RetrievalAsked, ForProofsThatThereAre) {
  const auto with = [&](uint64_t each) {
    return asked_with([&](RetrievalRequest& request, const Bundle& there) {
      request.commitment = there.put(commitment_for_large_pictures()).value();
      request.model = load_model(commitment_for_large_pictures()).model->identity;
      request.each = each;
    });
  };
  EXPECT_EQ(with(4), "");
  EXPECT_EQ(with(5), "no proof can be about 5 d");
  EXPECT_EQ(with(1024), "no proof can be about 7 d");
}

TEST_F(RetrievalAsked, WithinLimits) {
  const auto with = [&](uint64_t RetrievalRequest::*number, uint64_t value) {
    return asked_with([&](RetrievalRequest& body, const Bundle&) { body.*number = value; });
  };
  EXPECT_EQ(with(&RetrievalRequest::each, 0), "a proof would be about no");
  EXPECT_EQ(with(&RetrievalRequest::each, kMostDocumentsEach + 1), "a proof would be about no");
  EXPECT_EQ(with(&RetrievalRequest::each, kMostDocumentsEach), "");
  EXPECT_EQ(with(&RetrievalRequest::sample, kMostOpened + 1), "more than 4096 documents ");
  EXPECT_EQ(with(&RetrievalRequest::sample, kMostOpened), "");
}

TEST_F(RetrievalAsked, OfAModelThatReadsPictures) {
  const auto of = [&](const Bytes& commitment) {
    return asked_with([&](RetrievalRequest& body, const Bundle& there) {
      body.commitment = there.put(commitment).value();
      const LoadedModel loaded = load_model(commitment);
      body.model = loaded.model ? loaded.model->identity : Digest{};
    });
  };
  EXPECT_EQ(of(Bytes{1, 2, 3}), "the model commitment: thi");
  EXPECT_EQ(of(Bytes(kMaxModelPublicBytes + 1)), "the model commitment is t");
  PublicModel false_bound = decode_model_public(asked().commitment).value();
  false_bound.bound.messages.back()[0] ^= 1;
  EXPECT_EQ(of(encode_model_public(false_bound)), "the model commitment: the");
  Circuit circuit = asked_circuit();
  circuit.preparation = {};
  const ProverModel blind(circuit, asked_weights(1), ProverModel::Seed{1}, test_generators());
  EXPECT_EQ(
      of(encode_model_public({blind.commitment(), prove_weight_bound(blind, test_generators())})),
      "the model reads no pictur");
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
  // The same model in another file.
  const Bytes renamed =
      encode_model_file(asked().model, {"other", "test", std::vector<std::string>(1), {}});
  const Digest another = bundle().put(seal(test_key(2).public_key(), renamed)).value();
  EXPECT_NE(open_handed_model(bundle(), test_key(2), *said().request, another)
                .error()
                .message.find("not the file that the request names"),
            std::string::npos);
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

TEST(OpenedDocument, IsThePictureThatWasCommittedTo) {
  const Circuit circuit = asked_circuit();
  const Columns columns(circuit, circuit.input_kappa);
  const InputCommitter committer{circuit, columns, test_generators()};
  EXPECT_EQ(check_opened_document(committer, Bytes{1, 2}, 0, {}, {}),
            RetrievalFault::kOtherDocument);
  const Digest salt{1};
  const auto found = [&](const Bytes& file) {
    return check_opened_document(committer, encode_opened_document({4, salt, {}, file}), 4,
                                 document_commitment(salt, file), {});
  };
  EXPECT_EQ(found(Bytes{1, 2, 3}), RetrievalFault::kOtherPixels) << "it is no picture";
  EXPECT_EQ(found(small_picture(1)), RetrievalFault::kOtherPixels);
}

TEST(Complaints, AreNumbersOfFourBytes) {
  const std::vector<uint64_t> due{0, 3, 7};
  EXPECT_EQ(decode_complaints(Bytes{3, 0, 0, 0, 7, 0, 0, 0}, due).value(),
            (std::vector<uint64_t>{3, 7}));
  EXPECT_FALSE(decode_complaints(Bytes{3, 0, 0, 0, 7}, due).ok());
  EXPECT_FALSE(decode_complaints(Bytes{0}, due).ok());
}

TEST(Findings, AreFaultsOfOpenedDocuments) {
  for (const RetrievalFault fault : {RetrievalFault::kOtherDocument, RetrievalFault::kOtherFile,
                                     RetrievalFault::kOtherPixels, RetrievalFault::kNotReadable}) {
    EXPECT_TRUE(is_document_fault(fault));
  }
  for (const RetrievalFault fault :
       {RetrievalFault::kNone, RetrievalFault::kWrongSet, RetrievalFault::kNotOpened,
        RetrievalFault::kOtherNonceShown, RetrievalFault::kBadFinding}) {
    EXPECT_FALSE(is_document_fault(fault));
  }
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
