// What a retrieval is about: committed documents, and a question that a committed model answers.
#pragma once

#include "protocol/bundle.h"
#include "protocol/retrieval/document.h"

namespace vouch {

struct RetrievalSubject {
  uint64_t count = 0;               ///< documents
  std::vector<Digest> commitments;  ///< one each
  RetrievalRequest request;
  VerifierModel model;
  Predicate predicate;
  std::shared_ptr<const Generators> generators;  ///< for inputs

  [[nodiscard]] InputCommitter committer() const {
    return {model.circuit, model.columns, *generators};
  }
  [[nodiscard]] uint64_t proofs() const { return proof_count(count, request.each); }
  [[nodiscard]] DocumentRange range(uint64_t batch) const {
    return proof_range(count, request.each, batch);
  }
};

/// The predicate of the request. Error: it is none that is true or false of each document.
[[nodiscard]] Result<Predicate> retrieval_predicate(ByteSpan encoded, const Circuit& circuit);

/// A subject, the fault that there is none, or (kNone) that objects are missing.
struct OpenedSubject {
  std::optional<RetrievalSubject> subject;
  RetrievalFault fault = RetrievalFault::kNone;  ///< kBadDocuments or kBadRequest
  std::string detail;
};
/// Opens what documents and request name, and checks it: that root and number are those of the
/// commitments, the model commitment, the predicate, and numbers within their limits. Error: not
/// enough memory or disk for generators.
[[nodiscard]] Result<OpenedSubject> open_subject(const Bundle& bundle,
                                                 const RetrievalDocuments& documents,
                                                 const RetrievalRequest& request);

}  // namespace vouch
