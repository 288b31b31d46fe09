// `retrieval status`: how far it is, without verifying proofs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/bundle_options.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/proof_files.h"

namespace vouch {
namespace {

class RetrievalStatusCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "status"; }
  [[nodiscard]] const char* about() const override {
    return "What was said, what is due, and how many proofs are there";
  }
  [[nodiscard]] const char* footer() const override {
    return "Example:\n"
           "  vouch retrieval status case/";
  }
  void declare(CLI::App& app) override { options_.declare(app); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
    VOUCH_ASSIGN(const auto exchange, options_.read(bundle, retrieval_workflow(), output));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    report_exchange(exchange.value(), retrieval_workflow(), output);
    report_proofs(bundle, retrieval_said(exchange.value().records), output);
    return ExitStatus::kAccepted;
  }

 private:
  static void report_proofs(const Bundle& bundle, const RetrievalSaid& said, Output& output) {
    if (!said.documents || !said.request || said.request->each == 0 ||
        said.documents->count > kMostDocuments) {
      return;
    }
    const uint64_t of = proof_count(said.documents->count, said.request->each);
    const ProofFiles files(bundle);
    uint64_t made = 0;
    for (uint64_t batch = 0; batch < of; ++batch) {
      made += files.has(batch) ? 1 : 0;
    }
    output.object()["proofs"] = of;
    output.object()["made"] = made;
    output.line(fmt::format("Proofs:   {} of {} are there", made, of));
  }

  BundleOptions options_;
};

}  // namespace

std::unique_ptr<Command> retrieval_status_command() {
  return std::make_unique<RetrievalStatusCommand>();
}

}  // namespace vouch
