// `arbitrate`: a third party's verdict about any session, from the exchanged files alone.
#include <CLI/CLI.hpp>

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
           "deviated, 1: somebody did, or the records are none of a session, 2: it cannot be said. "
           "Whose keys the\n"
           "parties' are, and whether deposits were paid, is for the reader to know.\n"
           "\n"
           "Example:\n"
           "  vouch arbitrate contest/ --json";
  }
  void declare(CLI::App& app) override {
    app.add_option("BUNDLE", bundle_path_, "The directory that the parties exchanged")->required();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, Bundle::open(bundle_path_));
    VOUCH_ASSIGN(const Arbitration found, arbitrate(bundle));
    const ProtocolRules& rules = found.workflow->rules();
    if (found.refusal && !found.exchange) {
      return report_refused(found, rules, output);
    }
    report_passed_over(found.exchange->refused, output);
    report_exchange(*found.exchange, *found.workflow, output);
    output.object()["judgement"] = judgement_json(*found.judgement, rules);
    report_judgement(*found.judgement, rules, output);
    return status_of(*found.judgement);
  }

 private:
  // Two records of one number convict who signed both; all else anybody may have put there.
  static ExitStatus report_refused(const Arbitration& found, const ProtocolRules& rules,
                                   Output& output) {
    if (found.judgement) {
      output.object()["judgement"] = judgement_json(*found.judgement, rules);
      report_judgement(*found.judgement, rules, output);
    }
    return report_refusal(*found.refusal, output);
  }

  std::string bundle_path_;
};

}  // namespace

std::unique_ptr<Command> arbitrate_command() { return std::make_unique<ArbitrateCommand>(); }

}  // namespace vouch
