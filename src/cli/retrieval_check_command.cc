// `retrieval check`: anybody checks a retrieval from scratch.
#include <CLI/CLI.hpp>

#include "cli/bundle_options.h"
#include "cli/numbers.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

class RetrievalCheckCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "check"; }
  [[nodiscard]] const char* about() const override {
    return "Check a retrieval from its files, as anybody can";
  }
  [[nodiscard]] const char* footer() const override {
    return "Signatures, order, commitments, every proof, the set that was handed over and the draw "
           "are checked\n"
           "again. What is sealed is not seen: the judge's word is taken for it, unless a document "
           "was laid open.\n"
           "Exit status: 0 nobody is at fault so far, 1 somebody is, 2 objects are missing. Whose "
           "keys the\n"
           "parties' are is for the reader to know.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval check case/";
  }
  void declare(CLI::App& app) override {
    options_.declare(app);
    app.add_option("--confidence", confidence_, "Of the bound on withheld documents")
        ->check(real_number(0.5, 1 - kLeastPlanned))
        ->type_name("C")
        ->capture_default_str();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
    VOUCH_ASSIGN(const auto exchange, options_.read(bundle, retrieval_workflow(), output));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    report_exchange(exchange.value(), retrieval_workflow(), output);
    Progress progress("retrieval", 0, progress_options(output));
    progress.phase("verifying");
    VOUCH_ASSIGN(const RetrievalOutcome outcome,
                 examine_retrieval(exchange.value(), bundle, documents_laid_open(bundle),
                                   [&] { progress.tick(); }));
    progress.finish();
    report_retrieval(outcome, confidence_, output);
    return status_of_retrieval(outcome.judgement);
  }

 private:
  BundleOptions options_;
  double confidence_ = 0.95;
};

}  // namespace

std::unique_ptr<Command> retrieval_check_command() {
  return std::make_unique<RetrievalCheckCommand>();
}

}  // namespace vouch
