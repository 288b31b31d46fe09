// What the steps of a retrieval have in common on the command line.
#pragma once

#include <functional>

#include "cli/exchange_report.h"
#include "cli/party_options.h"
#include "cli/progress_options.h"
#include "cli/retrieval_report.h"

namespace vouch {

/// Whether a record was said, by whomever.
using WasSaid = bool (*)(std::span<const SignedRecord> records);
template <class Body>
bool was_said(std::span<const SignedRecord> records) {
  return find_record<Body>(records) != nullptr;
}

/// Examines what there is as a third does.
[[nodiscard]] Result<RetrievalOutcome> examine_as_third(const Participant& party);

/// A step of `role`: unless its record is there, `work` finds out what to say, and says it. If
/// somebody has deviated before, that is told, and nothing else is done.
[[nodiscard]] Result<ExitStatus> take_retrieval_step(
    const PartyOptions& options, RetrievalRole role, WasSaid is_done, Output& output,
    const std::function<Result<void>(Participant& party, const RetrievalOutcome& outcome)>& work);

/// The end of every step: publishes, and tells what is due.
[[nodiscard]] Result<ExitStatus> end_retrieval_step(const Participant& party, Output& output);

/// The option --documents.
void declare_documents(CLI::App& app, std::string& directory);

/// A document that was opened, as a file `DIRECTORY/NUMBER.jpg` (or .png, .bmp), readable by its
/// owner only. Error: it cannot be written.
[[nodiscard]] Result<void> write_opened(const std::string& directory, ByteSpan opened);

}  // namespace vouch
