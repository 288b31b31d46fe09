// Audits on the command line.
#pragma once

#include "cli/exit_status.h"
#include "cli/output.h"
#include "protocol/audit/audit_result.h"

namespace vouch {

/// Somebody did not keep to the protocol: a line, and the member "fault" {role, record, detail}.
[[nodiscard]] ExitStatus report_fault(const Fault& fault, const Workflow& workflow, Output& output);

/// Model, inputs, variant, batches: lines and members.
void report_audit_subject(const AuditSubject& subject, Output& output);

/// Accuracy and interval, counts: lines and members.
void report_audit_result(const AuditRequest& request, const AuditReport& report, Output& output);

/// What the proofs took, by the provider's account, and, if `price` (of a core-hour) is not 0, what
/// that costs: lines and the member "cost".
void report_audit_cost(const AuditRequest& request, const AuditProofs& proofs, double price,
                       Output& output);

}  // namespace vouch
