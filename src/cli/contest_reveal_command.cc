// `contest reveal`: the contester's random bytes.
#include <CLI/CLI.hpp>

#include "cli/contest_commands.h"
#include "cli/exchange_report.h"
#include "cli/party_options.h"
#include "protocol/contest/contest_records.h"
#include "protocol/nonce.h"

namespace vouch {
namespace {

class ContestRevealCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "reveal"; }
  [[nodiscard]] const char* about() const override {
    return "The contester's second step: reveal the random bytes";
  }
  [[nodiscard]] const char* footer() const override {
    return "Only after the provider has committed to his: before, he could choose them by these.\n"
           "\n"
           "Example:\n"
           "  vouch contest reveal contest/ --key me.key --state me.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "contester"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(contest_workflow(), kContester, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant contester = std::move(joined).value();
    VOUCH_ASSIGN(const Digest nonce, own_nonce(contester.store()));
    VOUCH_TRY(contester.say(NonceRevealed{nonce}));
    report_due(contester.records(), contest_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> contest_reveal_command() {
  return std::make_unique<ContestRevealCommand>();
}

}  // namespace vouch
