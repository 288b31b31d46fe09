// `retrieval verify`: the requester checks every proof, and the documents that were handed over.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/secret.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_complaints.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalVerifyCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "verify"; }
  [[nodiscard]] const char* about() const override {
    return "The requester's second step: check all proofs, and unpack what was handed over";
  }
  [[nodiscard]] const char* footer() const override {
    return "Every document's answer is proven; files are unpacked that are those committed to at "
           "first and whose\n"
           "pixels are those proven about. Documents that are not, or cannot be opened, are noted, "
           "and `vouch\n"
           "retrieval sample` has the judge look at them.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval verify case/ --key q.key --state q.state --into found/";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "requester");
    app.add_option("--into", directory_, "Where to put the documents, named by their numbers")
        ->required()
        ->type_name("DIRECTORY");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(retrieval_workflow(), kRequester, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant requester = std::move(joined).value();
    VOUCH_ASSIGN(const SecretKey key, party_.key());
    const OpenDocument open = documents_sealed_to(key, requester.bundle());
    VOUCH_ASSIGN(const RetrievalOutcome outcome, examine(requester, open, output));
    report_retrieval(outcome, kPlannedConfidence, output);
    if (was_said<RetrievalDelivery>(requester.records()) && !outcome.bits.empty()) {
      VOUCH_TRY(unpack(requester, outcome, open, output));
    }
    report_due(requester.records(), retrieval_workflow(), output);
    return status_of_retrieval(outcome.judgement);
  }

 private:
  static constexpr double kPlannedConfidence = 0.95;

  static Result<RetrievalOutcome> examine(const Participant& requester, const OpenDocument& open,
                                          const Output& output) {
    const Exchange exchange{requester.session(), requester.records()};
    Progress progress("retrieval", 0, progress_options(output));
    progress.phase("verifying");
    return examine_retrieval(exchange, requester.bundle(), open, [&] { progress.tick(); });
  }

  // Good documents as files; the others are kept as complaints.
  [[nodiscard]] Result<void> unpack(Participant& requester, const RetrievalOutcome& outcome,
                                    const OpenDocument& open, Output& output) const {
    std::vector<uint64_t> complaints = outcome.unopened;
    for (const RetrievalFaultFound& fault : outcome.faults) {
      if (is_document_fault(fault.fault) && fault.step == RetrievalDelivery::kKind) {
        complaints.push_back(fault.item);
      }
    }
    std::ranges::sort(complaints);
    uint64_t unpacked = 0;
    for (const DueDocument& due : outcome.delivered) {
      if (std::ranges::binary_search(complaints, due.number)) {
        continue;
      }
      auto opened = open(due.document, due.sealed);
      const WipedAtEnd wiped(opened.value());
      VOUCH_TRY(write_opened(directory_, *opened));
      ++unpacked;
    }
    VOUCH_TRY(keep_complaints(requester.store(), complaints));
    output.object()["unpacked"] = unpacked;
    output.object()["complaints"] = complaints;
    output.line(fmt::format("Unpacked: {} documents", unpacked));
    if (!complaints.empty()) {
      output.line("Complaints: " + numbers_text(complaints));
    }
    return {};
  }

  PartyOptions party_;
  std::string directory_;
};

}  // namespace

std::unique_ptr<Command> retrieval_verify_command() {
  return std::make_unique<RetrievalVerifyCommand>();
}

}  // namespace vouch
