// What the parties of a session have said, for people and programs.
#pragma once

#include "cli/exit_status.h"
#include "cli/output.h"
#include "protocol/exchange.h"
#include "records/refusal.h"

namespace vouch {

/// Something signed was refused: a line, and members "reason" and "detail".
[[nodiscard]] ExitStatus report_refusal(const Refusal& refusal, Output& output);

/// What is refused, and does not keep anybody from the rest: notes, and the member "passed_over".
void report_passed_over(std::span<const Refusal> refused, Output& output);

/// Session, parties, what was said, whose turn it is and until when: lines, and members "session",
/// "parties", "said" and "due".
void report_exchange(const Exchange& exchange, const Workflow& workflow, Output& output);

/// Only whose turn it is: a line each, and the member "due".
void report_due(std::span<const SignedRecord> records, const Workflow& workflow, Output& output);

}  // namespace vouch
