// A contest for people and programs.
#pragma once

#include "cli/exit_status.h"
#include "cli/output.h"
#include "protocol/contest/contest_judge.h"
#include "protocol/contest/contest_records.h"

namespace vouch {

/// Terms of a contest: lines, and the member "terms".
void report_terms(const ContestOpened& terms, Output& output);

/// What a contest came to, as a verdict file has it: nothing that depends on when or where it was
/// made.
[[nodiscard]] Json verdict_of(const Exchange& exchange, const ContestOutcome& outcome);

/// The same as lines.
void report_outcome(const ContestOutcome& outcome, Output& output);

/// kRejected if somebody is at fault, kError if it cannot be said yet.
[[nodiscard]] ExitStatus status_of(const Judgement& judgement);

}  // namespace vouch
