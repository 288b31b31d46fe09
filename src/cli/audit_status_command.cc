// `audit status`: how far an audit is.
#include <CLI/CLI.hpp>

#include "cli/audit_commands.h"
#include "cli/bundle_options.h"
#include "cli/exchange_report.h"
#include "protocol/audit/audit_records.h"

namespace vouch {
namespace {

class AuditStatusCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "status"; }
  [[nodiscard]] const char* about() const override {
    return "Tell what was said, whose turn it is, and until when";
  }
  [[nodiscard]] const char* footer() const override {
    return "Example:\n"
           "  vouch audit status audit/";
  }
  void declare(CLI::App& app) override { options_.declare(app); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
    VOUCH_ASSIGN(const auto exchange, options_.read(bundle, audit_workflow(), output));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    report_exchange(exchange.value(), audit_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  BundleOptions options_;
};

}  // namespace

std::unique_ptr<Command> audit_status_command() { return std::make_unique<AuditStatusCommand>(); }

}  // namespace vouch
