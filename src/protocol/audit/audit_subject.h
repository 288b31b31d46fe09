// What an audit is about: a committed model that was published, and inputs.
#pragma once

#include "protocol/audit/audit_records.h"
#include "protocol/bundle.h"
#include "protocol/fault.h"
#include "records/log_proof.h"
#include "verify/verify.h"

namespace vouch {

struct AuditSubject {
  AuditRequest request;
  VerifierModel model;
  Included publication;        ///< of the model, in the provider's log
  std::vector<Digest> inputs;  ///< objects

  /// Of one input: how many codes its output has, which are the classes.
  [[nodiscard]] size_t outputs() const { return model.circuit.output_tensor().shape.elements(); }
};

/// Fault: the request's deadline had passed when it was made, so that nobody could have kept it.
[[nodiscard]] MaybeFault check_deadline(const SignedRecord& request);

/// Opens what the request names and checks it: the commitment, that the provider published it
/// before, numbers within their limits, an output that classifies. Error: an object is missing or
/// damaged.
[[nodiscard]] Result<Judged<AuditSubject>> open_audit_subject(const Bundle& bundle,
                                                              const Session& session,
                                                              const AuditRequest& request);

/// The codes of the inputs from number `first` on. Fault: one of them is no input of the model.
[[nodiscard]] Result<Judged<std::vector<Bytes>>> load_audit_inputs(const Bundle& bundle,
                                                                   const AuditSubject& subject,
                                                                   BatchRange range);

}  // namespace vouch
