// `audit check`: anybody checks an audit from scratch.
#include <CLI/CLI.hpp>

#include "cli/audit_commands.h"
#include "cli/numbers.h"
#include "cli/whole_audit.h"

namespace vouch {
namespace {

class AuditCheckCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "check"; }
  [[nodiscard]] const char* about() const override {
    return "Check a whole audit from its files: exit status 0 accepted, 1 rejected, 2 error";
  }
  [[nodiscard]] const char* footer() const override {
    return "Everything is checked again: signatures and order of the records, the model's "
           "publication,\n"
           "inputs, proofs, labels, numbers, and that both parties signed the report. Who they are "
           "is for\n"
           "--provider, --consumer and --head to say: without these the files may be anybody's.\n"
           "\n"
           "Example:\n"
           "  vouch audit check audit/ --provider p.id --consumer c.id --head head.record";
  }
  void declare(CLI::App& app) override {
    audit_.declare(app);
    app.add_option("--price", price_, "Of a core for an hour, in any currency")
        ->check(real_number(0.0, 1e9))
        ->type_name("P");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const auto found, audit_.check(price_, output));
    if (!found) {
      return ExitStatus::kRejected;
    }
    output.line("ACCEPTED: both parties signed the report, and it is right.");
    return ExitStatus::kAccepted;
  }

 private:
  WholeAudit audit_;
  double price_ = 0;
};

}  // namespace

std::unique_ptr<Command> audit_check_command() { return std::make_unique<AuditCheckCommand>(); }

}  // namespace vouch
