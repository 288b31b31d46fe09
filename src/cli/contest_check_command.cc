// `contest check`: anybody checks a contest, and a verdict about it, from scratch.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/bundle_options.h"
#include "cli/contest_commands.h"
#include "cli/contest_report.h"
#include "cli/exchange_report.h"
#include "cli/printable.h"

namespace vouch {
namespace {

constexpr size_t kMaxVerdictBytes = size_t{1} << 26;

class ContestCheckCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "check"; }
  [[nodiscard]] const char* about() const override {
    return "Check a contest from its files, and a verdict about it";
  }
  [[nodiscard]] const char* footer() const override {
    return "Signatures, order, the draw, the log, inputs and proofs are checked again. With "
           "--verdict the exit\n"
           "status says whether the verdict is right (0) or not (1); without, whether nobody is at "
           "fault (0),\n"
           "somebody is (1), or it cannot be said yet (2). Whose keys the parties' are is for the "
           "reader to know.\n"
           "\n"
           "Example:\n"
           "  vouch contest check contest/ --verdict verdict.json";
  }
  void declare(CLI::App& app) override {
    options_.declare(app);
    app.add_option("--verdict", verdict_path_, "A verdict to check")->type_name("FILE.json");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
    VOUCH_ASSIGN(const auto exchange, options_.read(bundle, contest_workflow(), output));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    report_exchange(exchange.value(), contest_workflow(), output);
    if (const auto terms = find_body<ContestOpened>(exchange.value().records)) {
      report_terms(*terms, output);
    }
    VOUCH_ASSIGN(const ContestOutcome outcome, examine_contest(exchange.value(), bundle));
    const Json verdict = verdict_of(exchange.value(), outcome);
    output.object().update(verdict);
    report_outcome(outcome, output);
    return verdict_path_.empty() ? status_of(outcome.judgement) : compare(verdict, output);
  }

 private:
  [[nodiscard]] Result<ExitStatus> compare(const Json& verdict, Output& output) const {
    VOUCH_ASSIGN(const Bytes file, read_file(verdict_path_, kMaxVerdictBytes));
    const Json claimed = Json::parse(file.begin(), file.end(), nullptr, false);
    const bool right = !claimed.is_discarded() && claimed == verdict;
    output.object()["verdict_is_right"] = right;
    output.line(right ? "ACCEPTED: the verdict says what the bundle shows."
                      : "REJECTED: the verdict says something else than the bundle shows.");
    return right ? ExitStatus::kAccepted : ExitStatus::kRejected;
  }

  BundleOptions options_;
  std::string verdict_path_;
};

}  // namespace

std::unique_ptr<Command> contest_check_command() { return std::make_unique<ContestCheckCommand>(); }

}  // namespace vouch
