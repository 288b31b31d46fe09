// What requester, responder and judge do in a retrieval, up to what they say.
//
// A responder's shards write proofs as proof_files.h says. They need the state, for the salts, and
// only read it.
#pragma once

#include "protocol/participant.h"
#include "protocol/retrieval/document_files.h"
#include "protocol/retrieval/retrieval_judge.h"
#include "protocol/shard.h"
#include "prove/model_file.h"

namespace vouch {

/// The responder's first record. Error: a file is no picture.
[[nodiscard]] Result<RetrievalDocuments> commit_documents(Participant& responder,
                                                          const std::string& directory);

/// What a requester asks.
struct RetrievalQuestion {
  ByteSpan model_file;  ///< `.vouch`
  ByteSpan commitment;  ///< `.pub`
  Predicate predicate;
  uint64_t each = 16;   ///< documents a proof
  uint64_t sample = 0;  ///< withheld documents that are opened to the judge
};
/// The requester's record: what it names is in the bundle. Error: model and commitment do not
/// belong together, or the question cannot be asked.
[[nodiscard]] Result<RetrievalRequest> ask(Participant& requester,
                                           const RetrievalQuestion& question);

/// The model that was handed over, sealed as `sealed` to the key. Error: it is not there, not
/// readable, or not the one that is named.
[[nodiscard]] Result<ModelFile> open_handed_model(const Bundle& bundle, const SecretKey& key,
                                                  const RetrievalRequest& request,
                                                  const Digest& sealed);
/// That its commitment is really to these weights: by making it again.
[[nodiscard]] Result<void> check_handed_model(const ProverModel& model);

/// A responder's work on a question.
struct RetrievalWork {
  const ProverModel& model;
  const Bundle& bundle;
  const Session& session;
  const RetrievalSubject& subject;
  const DocumentFiles& files;
};

/// The identities of all documents' inputs, put into the bundle as a list. `tick` is called once a
/// document.
struct CommittedInputs {
  Digest list{};
  std::vector<Digest> inputs;
};
[[nodiscard]] Result<CommittedInputs> commit_inputs(const RetrievalWork& work,
                                                    const std::function<void()>& tick);

/// Numbers of a shard's batches that have no valid proof yet; files that are none are removed.
[[nodiscard]] Result<std::vector<uint64_t>> batches_left(const RetrievalWork& work,
                                                         const RetrievalAnswers& answers,
                                                         Shard shard);
/// Proves one batch, verifies it, and writes it. Error: no memory (`memory`: bytes that a proof may
/// take), or the model that was handed over is not the committed one.
[[nodiscard]] Result<void> prove_documents(const RetrievalWork& work,
                                           const RetrievalAnswers& answers, uint64_t batch,
                                           uint64_t memory);
[[nodiscard]] bool all_proven(const Bundle& bundle, const RetrievalSubject& subject);
/// Verifies all files and makes objects of them. Error: one is missing, or rejected, which is then
/// removed.
[[nodiscard]] Result<RetrievalProofs> collect_proofs(const RetrievalWork& work,
                                                     const RetrievalAnswers& answers);

/// Documents opened, sealed, and put into the bundle.
struct HandedOver {
  Digest documents{};
  Digest sealed{};
};
[[nodiscard]] Result<HandedOver> hand_over(const Bundle& bundle, const DocumentFiles& files,
                                           std::span<const Digest> commitments,
                                           std::span<const uint64_t> numbers,
                                           const PublicKey& recipient);

/// Numbers of the documents that a responder has to open to the judge: those that both sides'
/// random bytes draw, and those complained about. Error: it cannot be
/// known yet, as objects are missing. Contract: the reveal is said.
[[nodiscard]] Result<std::vector<uint64_t>> due_to_judge(Participant& responder,
                                                         const RetrievalOutcome& outcome);

/// What the judge finds of each document that was opened to him: what does not open is a fault. An
/// error, and no fault of anybody, if the bundle has not all of the objects that are named: others
/// can have lost or replaced them.
[[nodiscard]] Result<RetrievalFinding> find_of_opened(const RetrievalOutcome& outcome,
                                                      const Bundle& bundle, const SecretKey& key);

}  // namespace vouch
