// `contest time`: the judge says what is there at which time.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/contest_commands.h"
#include "cli/exchange_report.h"
#include "cli/party_options.h"
#include "cli/record_report.h"
#include "protocol/contest/contest_objects.h"

namespace vouch {
namespace {

class ContestTimeCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "time"; }
  [[nodiscard]] const char* about() const override {
    return "The judge's: sign the time, and what is in the bundle by then";
  }
  [[nodiscard]] const char* footer() const override {
    return "Before a deadline it shows that what is there came in time, after it that what is not "
           "there did not.\n"
           "Have the party concerned show what is missing before you sign that it is: whoever "
           "hands over a\n"
           "bundle can have taken something out of it.\n"
           "\n"
           "Example:\n"
           "  vouch contest time contest/ --key judge.key --state judge.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "judge"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join_despite(contest_workflow(), kJudge, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant judge = std::move(joined).value();
    const TimeTold told{now_milliseconds(), missing_objects(judge.records(), judge.bundle())};
    VOUCH_TRY(judge.say(told));
    output.object()["time"] = told.at;
    output.object()["missing"] = told.missing.size();
    output.line(fmt::format("Time:     {}; {} objects are missing", time_text(told.at),
                            told.missing.size()));
    report_due(judge.records(), contest_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> contest_time_command() { return std::make_unique<ContestTimeCommand>(); }

}  // namespace vouch
