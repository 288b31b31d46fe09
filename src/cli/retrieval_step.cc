#include "cli/retrieval_step.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/secret.h"
#include "cli/judgement_report.h"
#include "protocol/retrieval/document.h"

namespace vouch {
namespace {

// By the first bytes, as decode_picture tells them apart.
const char* ending_of(ByteSpan file) {
  if (file.size() >= 2 && file[0] == 0xff && file[1] == 0xd8) {
    return ".jpg";
  }
  return file.size() >= 2 && file[0] == 'B' && file[1] == 'M' ? ".bmp" : ".png";
}

}  // namespace

Result<RetrievalOutcome> examine_as_third(const Participant& party) {
  const Exchange exchange{party.session(), party.records()};
  return examine_retrieval(exchange, party.bundle(), documents_laid_open(party.bundle()));
}

Result<ExitStatus> take_retrieval_step(
    const PartyOptions& options, RetrievalRole role, WasSaid is_done, Output& output,
    const std::function<Result<void>(Participant& party, const RetrievalOutcome& outcome)>& work) {
  VOUCH_ASSIGN(auto joined, options.join(retrieval_workflow(), role, output));
  if (!joined.ok()) {
    return report_refusal(joined.refusal(), output);
  }
  Participant party = std::move(joined).value();
  if (!is_done(party.records())) {
    VOUCH_ASSIGN(const RetrievalOutcome outcome, examine_as_third(party));
    if (outcome.judgement.state == Judgement::State::kDeviation) {
      output.object().update(judgement_json(outcome.judgement, retrieval_rules()));
      report_judgement(outcome.judgement, retrieval_rules(), output);
      return ExitStatus::kRejected;
    }
    VOUCH_TRY(work(party, outcome));
  }
  return end_retrieval_step(party, output);
}

Result<ExitStatus> end_retrieval_step(const Participant& party, Output& output) {
  VOUCH_TRY(party.publish());
  report_due(party.records(), retrieval_workflow(), output);
  return ExitStatus::kAccepted;
}

void declare_documents(CLI::App& app, std::string& directory) {
  app.add_option("--documents", directory, "The directory of the responder's pictures")
      ->required()
      ->type_name("DIRECTORY");
}

Result<void> write_opened(const std::string& directory, ByteSpan opened) {
  VOUCH_ASSIGN(OpenedDocument document, decode_opened_document(opened));
  const WipedAtEnd wiped(document.file);
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  const std::string path = (std::filesystem::path(directory) /
                            (std::to_string(document.number) + ending_of(document.file)))
                               .string();
  return write_file(path, document.file, FileAccess::kOwnerOnly);
}

}  // namespace vouch
