// `audit sign`: the provider checks the report and signs it too.
#include <CLI/CLI.hpp>

#include "cli/audit_commands.h"
#include "cli/audit_judgement.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/party_options.h"

namespace vouch {
namespace {

class AuditSignCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "sign"; }
  [[nodiscard]] const char* about() const override {
    return "The provider's last step: check the consumer's report, and sign it too";
  }
  [[nodiscard]] const char* footer() const override {
    return "Exit status: 0 signed; 1 the consumer's records are rejected, nothing is signed; 2 "
           "error.\n"
           "\n"
           "Example:\n"
           "  vouch audit sign audit/ --key p.key --state p.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "provider"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(audit_workflow(), kAuditProvider, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant provider = std::move(joined).value();
    const SignedRecord* report = find_record<AuditReport>(provider.records());
    if (report == nullptr) {
      return Error{"it is too early: there is no report yet"};
    }
    const AuditAgreement agreement{report->digest()};
    VOUCH_ASSIGN(const auto judged, judge_and_report(provider.bundle(), provider.session(),
                                                     provider.records(), 0, output));
    if (!judged.ok()) {
      return report_fault(judged.fault(), audit_workflow(), output);
    }
    VOUCH_TRY(provider.say(agreement));
    report_due(provider.records(), audit_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> audit_sign_command() { return std::make_unique<AuditSignCommand>(); }

}  // namespace vouch
