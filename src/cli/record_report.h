// A record for people and programs.
#pragma once

#include "cli/output.h"
#include "records/record_kind.h"

namespace vouch {

/// "receipt", or "kind 7" of a protocol that this program does not know.
[[nodiscard]] std::string kind_text(const Record& record);

/// 2026-11-27 17:05:59 UTC.
[[nodiscard]] std::string time_text(uint64_t milliseconds);

/// One line: number, time, kind, digest.
void report_record_line(const SignedRecord& record, Output& output);
/// {record, kind, time, digest}.
[[nodiscard]] Json record_summary(const SignedRecord& record);

/// Everything in it.
void report_record(const SignedRecord& record, Output& output, Json& object);

}  // namespace vouch
