// What is known of an audit's predictions when its proofs are verified: the one place where the
// variants differ.
#pragma once

#include "protocol/audit/audit_subject.h"
#include "protocol/audit/label_opening.h"

namespace vouch {

struct AuditEvidence {
  // One of both is empty.
  Bytes outputs;                    ///< public codes of all inputs, one behind the other
  std::vector<Digest> predictions;  ///< hidden: prediction_identity of each input's best classes
  std::vector<uint32_t> labels;     ///< of each input, where they have been opened

  /// Codes of one input; `size` is how many it has. Contract: they are public.
  [[nodiscard]] ByteSpan output(size_t input, size_t size) const {
    return ByteSpan(outputs).subspan(input * size, size);
  }
};

/// From what was announced; no labels if null. Fault: not one prediction for each input, or labels
/// that were not committed to.
[[nodiscard]] Result<Judged<AuditEvidence>> open_audit_evidence(const Bundle& bundle,
                                                                const AuditSubject& subject,
                                                                const AuditPredictions& predictions,
                                                                const AuditLabels* labels);

/// What is stated of the hidden outputs of a batch: its labels are among the best classes, of which
/// only the number is committed to. Contract: the labels are there.
[[nodiscard]] Predicate audit_predicate(const AuditRequest& request, const AuditEvidence& evidence,
                                        BatchRange range);

/// What a batch's proof has to say beside its inputs and context. Contract: labels are there if the
/// predictions are hidden.
void expect_predictions(const AuditRequest& request, const AuditEvidence& evidence,
                        BatchRange range, Expectation& expectation);

}  // namespace vouch
