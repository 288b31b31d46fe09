#include "cli/tell_time.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/exchange_report.h"
#include "cli/record_report.h"
#include "protocol/judge_clock.h"

namespace vouch {
namespace {

class TimeCommand final : public Command {
 public:
  explicit TimeCommand(const TimeTeller& teller)
      : teller_(teller),
        footer_(std::string("Before a deadline it shows that what is there came in time, after it "
                            "that what is not there did not.\n"
                            "Have the party concerned show what is missing before you sign that it "
                            "is: whoever hands over a\n"
                            "bundle can have taken something out of it.\n"
                            "\n"
                            "Example:\n") +
                teller.example) {}

  [[nodiscard]] const char* name() const override { return "time"; }
  [[nodiscard]] const char* about() const override {
    return "The judge's: sign the time, and what is in the bundle by then";
  }
  [[nodiscard]] const char* footer() const override { return footer_.c_str(); }
  void declare(CLI::App& app) override { party_.declare(app, "judge"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(teller_.workflow, kRoleOfJudge, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant judge = std::move(joined).value();
    const TimeTold told{now_milliseconds(), teller_.missing(judge.records(), judge.bundle())};
    const bool is_said = shows_more(told, judge.records(), teller_.workflow);
    if (is_said) {
      VOUCH_TRY(judge.say(told));
    } else {
      VOUCH_TRY(judge.publish());
    }
    output.object()["time"] = told.at;
    output.object()["missing"] = told.missing.size();
    output.object()["signed"] = is_said;
    output.line(fmt::format(
        "Time:     {}; {} objects are missing{}", time_text(told.at), told.missing.size(),
        is_said ? ""
                : " (as when it was told last, and no deadline has passed since: not told again)"));
    report_due(judge.records(), teller_.workflow, output);
    return ExitStatus::kAccepted;
  }

 private:
  TimeTeller teller_;
  std::string footer_;
  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> time_command(const TimeTeller& teller) {
  return std::make_unique<TimeCommand>(teller);
}

}  // namespace vouch
