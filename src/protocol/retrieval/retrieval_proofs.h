// The proofs of a retrieval, one a batch of documents, by which everybody learns what is true of
// each of them.
#pragma once

#include <functional>

#include "protocol/retrieval/retrieval_subject.h"

namespace vouch {

/// What is wrong, and where.
struct DocumentFault {
  RetrievalFault fault = RetrievalFault::kNone;
  uint64_t item = 0;  ///< the document, or the first of a proof's
  std::string detail;
  Digest object{};  ///< what shows it, or is missing; zeros: the record alone
};

/// The identities that the responder committed to.
struct RetrievalAnswers {
  Session session;
  Digest list{};               ///< the list's name
  std::vector<Digest> inputs;  ///< one a document
};

/// That there is one identity a document, and none twice.
[[nodiscard]] std::optional<DocumentFault> check_inputs(const RetrievalSubject& subject,
                                                        const std::vector<Digest>& inputs);

/// A proof's file, and the number of its batch.
struct NumberedProof {
  uint64_t batch = 0;
  Bytes file;
};

/// What the verifier says of each: bits of its documents, or a fault. Each proof is about these
/// documents' inputs, in order, hides inputs and outputs, says this predicate, and was made for
/// them in this session.
struct CheckedProof {
  std::optional<DocumentFault> fault;
  Bytes bits;
};
[[nodiscard]] Result<std::vector<CheckedProof>> check_proofs(const RetrievalSubject& subject,
                                                             const RetrievalAnswers& answers,
                                                             std::span<const NumberedProof> proofs);

/// All that were announced: the bits of all documents, or all faults in the order of the documents
/// (a missing object's is kMissingProof, with its name). `tick` is called once a proof.
struct ProvenBits {
  std::vector<DocumentFault> faults;
  Bytes bits;  ///< one a document if there are no faults
};
[[nodiscard]] Result<ProvenBits> check_announced_proofs(const Bundle& bundle,
                                                        const RetrievalSubject& subject,
                                                        const RetrievalAnswers& answers,
                                                        std::span<const Digest> proofs,
                                                        const std::function<void()>& tick);

/// Numbers of the documents with this bit.
[[nodiscard]] std::vector<uint64_t> documents_with(ByteSpan bits, uint8_t bit);

}  // namespace vouch
