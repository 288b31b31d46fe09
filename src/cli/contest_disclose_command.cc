// `contest disclose`: the provider's random bytes, and what both draw.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/contest_commands.h"
#include "cli/exchange_report.h"
#include "cli/log_files.h"
#include "cli/party_options.h"
#include "protocol/contest/contest_work.h"

namespace vouch {
namespace {

class ContestDiscloseCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "disclose"; }
  [[nodiscard]] const char* about() const override {
    return "The provider's second step: reveal the random bytes and show what is drawn";
  }
  [[nodiscard]] const char* footer() const override {
    return "Example:\n"
           "  vouch contest disclose contest/ --key me.key --state me.state --log my.log";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "provider");
    app.add_option("--log", log_path_, "The provider's log")->required()->type_name("LOG");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(contest_workflow(), kProvider, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant provider = std::move(joined).value();
    VOUCH_ASSIGN(const SessionStore log, open_log(log_path_));
    VOUCH_ASSIGN(const ReceiptsDisclosed disclosed, disclose_drawn(provider, log));
    VOUCH_TRY(provider.say(disclosed));
    output.object()["records"] = disclosed.records.size();
    output.object()["inputs"] = disclosed.inputs.size();
    output.line(fmt::format("Shown:    {} records of the log, {} inputs", disclosed.records.size(),
                            disclosed.inputs.size()));
    report_due(provider.records(), contest_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  PartyOptions party_;
  std::string log_path_;
};

}  // namespace

std::unique_ptr<Command> contest_disclose_command() {
  return std::make_unique<ContestDiscloseCommand>();
}

}  // namespace vouch
