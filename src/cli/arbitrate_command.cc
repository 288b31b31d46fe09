// `arbitrate`: a third party's verdict about any session, from the exchanged files alone.
#include <CLI/CLI.hpp>

#include "cli/bundle_options.h"
#include "cli/contest_commands.h"
#include "cli/contest_report.h"
#include "cli/exchange_report.h"
#include "cli/judgement_report.h"
#include "protocol/arbitrate.h"

namespace vouch {
namespace {

class ArbitrateCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "arbitrate"; }
  [[nodiscard]] const char* about() const override {
    return "Say who deviated from a protocol, at which step, and what shows it";
  }
  [[nodiscard]] const char* footer() const override {
    return "BUNDLE is what the parties exchanged; it needs no key and believes nobody. Exit status "
           "0: nobody\n"
           "deviated, 1: somebody did, 2: it cannot be said. Whose keys the parties' are, and "
           "whether deposits were\n"
           "paid, is for the reader to know, and so is which session is meant, if others were put "
           "there.\n"
           "\n"
           "Example:\n"
           "  vouch arbitrate contest/ --json";
  }
  void declare(CLI::App& app) override { options_.declare(app); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
    VOUCH_ASSIGN(const SessionFilter wanted, options_.wanted());
    VOUCH_ASSIGN(const Arbitration found, arbitrate(bundle, wanted));
    report_passed_over(found.exchange.refused, output);
    report_exchange(found.exchange, *found.workflow, output);
    tell_judgement(found.judgement, found.workflow->rules(), output);
    return status_of(found.judgement);
  }

 private:
  BundleOptions options_;
};

}  // namespace

std::unique_ptr<Command> arbitrate_command() { return std::make_unique<ArbitrateCommand>(); }

}  // namespace vouch
