// Inputs and proofs of a retrieval, and what a responder could say in their place.
#include <gtest/gtest.h>

#include "protocol/retrieval/proof_files.h"
#include "protocol/retrieval/retrieval_cheats.h"

namespace vouch {
namespace {

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
  std::vector<Digest> proofs{bundle().put(proof).value()};
  while (proofs.size() < subject().proofs()) {
    proofs.push_back(bundle().put(Bytes(proofs.size())).value());
  }
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
  std::filesystem::remove(bundle().object_path(list(said().proofs->proofs)[0]));
  expect_fault(RetrievalFault::kOtherContext, kResponder, 3);  // the list alone shows it
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

TEST_F(Retrieval, ProofsThatAreTooLarge) {
  ask_all();
  prove_list([&](std::vector<Digest>& proofs) {
    proofs[1] = bundle().put(Bytes(kMaxProofBytes + 1)).value();
  });
  expect_fault(RetrievalFault::kInvalidProof, kResponder, 3);
  EXPECT_NE(outcome().judgement.deviations.front().detail.find("(it has more than"),
            std::string::npos);
}

// A fault of one step ends it: proofs about inputs that are none are not looked at.
TEST_F(Retrieval, ProofsAboutTooFewInputsAreNotLookedAt) {
  commit();
  request();
  approve();
  answer_with([](std::vector<Digest>& inputs) { inputs.pop_back(); });
  const Digest none = bundle().put(Bytes{1}).value();
  say(responder(), RetrievalProofs{bundle().put_list(std::vector{none, none, none}).value()});
  expect_fault(RetrievalFault::kMissingDocument, kResponder, 6);
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
  EXPECT_NE(collect_proofs(work, answers()).error().message.find("3 of 3 proofs are missing"),
            std::string::npos);
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

// It might tell more than was asked.
TEST_F(Retrieval, ProofsOfOtherModelsAreNotWritten) {
  ask_all();
  const Participant party = responder();
  const RetrievalSubject about = subject();
  const DocumentFiles documents = files();
  static const TestQuestion other = small_question(2);
  const RetrievalWork work{other.model, party.bundle(), party.session(), about, documents};
  EXPECT_NE(prove_documents(work, answers(), 0, UINT64_MAX).error().message.find("is not valid"),
            std::string::npos);
  EXPECT_FALSE(ProofFiles(party.bundle()).has(0));
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

}  // namespace
}  // namespace vouch
