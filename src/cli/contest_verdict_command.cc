// `contest verdict`: who is at fault and why, as a file.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/bundle_options.h"
#include "cli/contest_commands.h"
#include "cli/contest_report.h"
#include "cli/exchange_report.h"
#include "cli/paths.h"
#include "cli/printable.h"

namespace vouch {
namespace {

class ContestVerdictCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "verdict"; }
  [[nodiscard]] const char* about() const override {
    return "Say who is at fault and why, from the bundle alone, and write it down";
  }
  [[nodiscard]] const char* footer() const override {
    return "Anybody can: it needs no key. The file says nothing that the bundle does not show; "
           "`contest check`\n"
           "holds one against the other. Exit status 0: nobody is at fault, 1: somebody is, 2: it "
           "cannot be said.\n"
           "\n"
           "Example:\n"
           "  vouch contest verdict contest/ -o verdict.json";
  }
  void declare(CLI::App& app) override {
    options_.declare(app);
    app.add_option("-o,--output", output_path_, "The verdict to write")
        ->required()
        ->type_name("FILE.json");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({output_path_}, {}));
    VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
    VOUCH_ASSIGN(const auto exchange, options_.read(bundle, contest_workflow(), output));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    VOUCH_ASSIGN(const ContestOutcome outcome, examine_contest(exchange.value(), bundle));
    const Json verdict = verdict_of(exchange.value(), outcome);
    const std::string text = verdict.dump(2) + "\n";
    VOUCH_TRY(write_file(output_path_, Bytes(text.begin(), text.end()), FileAccess::kPublic));
    output.object().update(verdict);
    output.object()["file"] = printable(output_path_);
    report_outcome(outcome, output);
    return status_of(outcome.judgement);
  }

 private:
  BundleOptions options_;
  std::string output_path_;
};

}  // namespace

std::unique_ptr<Command> contest_verdict_command() {
  return std::make_unique<ContestVerdictCommand>();
}

}  // namespace vouch
