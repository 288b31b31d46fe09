// What an audit found, from all that was handed over.
#pragma once

#include "protocol/audit/audit_proofs.h"

namespace vouch {

/// The report that predictions and labels make; of hidden ones, the proven number of correct ones.
[[nodiscard]] AuditReport make_audit_report(const AuditRequest& request,
                                            const AuditEvidence& evidence,
                                            std::optional<uint64_t> correct);

/// Everything that was said so far, checked from scratch; `report` is there if all is that it
/// needs.
struct AuditFindings {
  AuditSubject subject;
  std::optional<AuditReport> report;  ///< as everybody computes it
};

/// Fault: the first thing that is false, up to the report and the agreement. `tick` is called once
/// a proof. Error: an object is missing or damaged, or nothing was requested yet.
[[nodiscard]] Result<Judged<AuditFindings>> judge_audit(const Bundle& bundle,
                                                        const Session& session,
                                                        std::span<const SignedRecord> records,
                                                        const std::function<void()>& tick);

}  // namespace vouch
