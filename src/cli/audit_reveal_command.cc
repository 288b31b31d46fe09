// `audit reveal`: the consumer opens the labels, now that all predictions are fixed.
#include <CLI/CLI.hpp>

#include "cli/audit_commands.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/party_options.h"

namespace vouch {
namespace {

class AuditRevealCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "reveal"; }
  [[nodiscard]] const char* about() const override {
    return "The consumer's second step: open the labels, when all predictions are fixed";
  }
  [[nodiscard]] const char* footer() const override {
    return "Example:\n"
           "  vouch audit reveal audit/ --key c.key --state c.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "consumer"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(audit_workflow(), kAuditConsumer, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant consumer = std::move(joined).value();
    VOUCH_TRY(check_due(consumer));
    VOUCH_ASSIGN(const Bytes opening, consumer.store().kept(kAuditLabelsKept));
    VOUCH_ASSIGN(const Digest object, consumer.bundle().put(opening));
    VOUCH_TRY(consumer.say(AuditLabels{object}));
    report_due(consumer.records(), audit_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  // Before the labels are in the bundle.
  [[nodiscard]] static Result<void> check_due(const Participant& consumer) {
    if (find_record<AuditLabels>(consumer.records()) != nullptr) {
      return {};
    }
    for (const Turn& turn : audit_workflow().due(consumer.records())) {
      if (turn.kind == AuditLabels::kKind) {
        return {};
      }
    }
    return Error{"it is too early to open the labels: see `vouch audit status`"};
  }

  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> audit_reveal_command() { return std::make_unique<AuditRevealCommand>(); }

}  // namespace vouch
