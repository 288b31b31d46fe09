// `audit verify`: the consumer checks all proofs and signs the report.
#include <CLI/CLI.hpp>

#include "cli/audit_commands.h"
#include "cli/audit_judgement.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/party_options.h"

namespace vouch {
namespace {

class AuditVerifyCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "verify"; }
  [[nodiscard]] const char* about() const override {
    return "The consumer's third step: verify everything, and sign the report";
  }
  [[nodiscard]] const char* footer() const override {
    return "Exit status: 0 signed; 1 the provider's records or proofs are rejected, nothing is "
           "signed; 2 error.\n"
           "\n"
           "Example:\n"
           "  vouch audit verify audit/ --key c.key --state c.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "consumer"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(audit_workflow(), kAuditConsumer, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant consumer = std::move(joined).value();
    VOUCH_ASSIGN(const auto judged, judge_and_report(consumer.bundle(), consumer.session(),
                                                     consumer.records(), 0, output));
    if (!judged.ok()) {
      return report_fault(judged.fault(), audit_workflow(), output);
    }
    const auto& report = judged.value().report;
    if (!report) {
      return Error{"it is too early: predictions, proofs and labels come first"};
    }
    VOUCH_TRY(consumer.say(*report));
    report_due(consumer.records(), audit_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> audit_verify_command() { return std::make_unique<AuditVerifyCommand>(); }

}  // namespace vouch
