// An audit checked from scratch, as consumer, provider and third parties do alike.
#pragma once

#include "cli/output.h"
#include "protocol/audit/audit_result.h"

namespace vouch {

/// judge_audit with progress, and what it finds reported: subject, cost, result. `price` of a
/// core-hour, or 0.
[[nodiscard]] Result<Judged<AuditFindings>> judge_and_report(const Bundle& bundle,
                                                             const Session& session,
                                                             std::span<const SignedRecord> records,
                                                             double price, Output& output);

}  // namespace vouch
