// `contest verify`: the contester checks the proofs and says what is wrong with them.
#include <CLI/CLI.hpp>

#include "cli/contest_commands.h"
#include "cli/contest_report.h"
#include "cli/exchange_report.h"
#include "cli/party_options.h"

namespace vouch {
namespace {

class ContestVerifyCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "verify"; }
  [[nodiscard]] const char* about() const override {
    return "The contester's third step: verify the proofs and say so";
  }
  [[nodiscard]] const char* footer() const override {
    return "Exit status 0 if all is proven, 1 if somebody is at fault, 2 if it cannot be said yet. "
           "What was found\n"
           "is signed once the proofs are there; a claim that is not so is the contester's fault.\n"
           "\n"
           "Example:\n"
           "  vouch contest verify contest/ --key me.key --state me.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "contester"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(contest_workflow(), kContester, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant contester = std::move(joined).value();
    const Exchange exchange{contester.session(), contester.records()};
    VOUCH_ASSIGN(const ContestOutcome outcome, examine_contest(exchange, contester.bundle()));
    const bool settled = outcome.judgement.state == Judgement::State::kFulfilled ||
                         outcome.judgement.state == Judgement::State::kDeviation;
    if (settled && find_record<AnswersProven>(contester.records()) != nullptr &&
        find_record<FaultClaimed>(contester.records()) == nullptr) {
      VOUCH_TRY(contester.say(claim_of(outcome)));
    }
    output.object().update(verdict_of(exchange, outcome));
    report_outcome(outcome, output);
    return status_of(outcome.judgement);
  }

 private:
  static FaultClaimed claim_of(const ContestOutcome& outcome) {
    for (const FaultFound& found : outcome.faults) {
      if (found.party == kProvider) {
        return {static_cast<uint64_t>(found.fault), found.item};
      }
    }
    return {};
  }

  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> contest_verify_command() {
  return std::make_unique<ContestVerifyCommand>();
}

}  // namespace vouch
