// `contest plan`: how many answers have to be contested to find a wrong one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/numbers.h"
#include "cli/plan_commands.h"
#include "cli/proof_cost.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

class ContestPlanCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "plan"; }
  [[nodiscard]] const char* about() const override {
    return "Tell how many answers to contest, and what it costs";
  }
  [[nodiscard]] const char* footer() const override {
    return "If so many answers, drawn at random after all were given, are proven, at least one "
           "wrong one is\n"
           "among them with the confidence, should a fraction --wrong or more be wrong. With "
           "--answers, how\n"
           "many were given, fewer are enough.\n"
           "\n"
           "Example:\n"
           "  vouch contest plan --wrong 0.05 --confidence 0.99 --answers 2000 --model model.vouch";
  }
  void declare(CLI::App& app) override {
    app.add_option("--wrong", wrong_, "The fraction of wrong answers that is to be found")
        ->check(real_number(kLeastPlanned, 0.999))
        ->type_name("E")
        ->capture_default_str();
    app.add_option("--confidence", confidence_, "With which probability")
        ->check(real_number(0.5, 1 - kLeastPlanned))
        ->type_name("C")
        ->capture_default_str();
    app.add_option("--answers", answers_, "How many answers were given")
        ->transform(whole_number(1, kMostAnswers))
        ->type_name("N");
    cost_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    const double delta = 1 - confidence_;
    uint64_t samples = detecting_samples(wrong_, delta);
    Json& object = output.object();
    object["wrong"] = wrong_;
    object["confidence"] = confidence_;
    object["samples_of_any"] = samples;
    object["samples_two_sided"] = detecting_samples_two_sided(wrong_, delta);
    output.line(fmt::format("Contest:  {} answers of any number ({} with ln(2/δ))",
                            count_text(samples),
                            count_text(detecting_samples_two_sided(wrong_, delta))));
    if (answers_ != 0) {
      samples = detecting_samples_of(answers_, wrong_, delta);
      object["found"] = 1 - missing_probability(answers_, samples, wrong_);
      output.line(fmt::format("          {} of {}: found with probability {:.4f}",
                              count_text(samples), count_text(answers_),
                              object["found"].get<double>()));
    }
    object["samples"] = samples;
    VOUCH_TRY(cost_.report(samples, output));
    return ExitStatus::kAccepted;
  }

 private:
  static constexpr uint64_t kMostAnswers = 100'000'000;  // a loop over as many

  double wrong_ = 0.05;
  double confidence_ = 0.95;
  uint64_t answers_ = 0;
  ProofCostOptions cost_;
};

}  // namespace

std::unique_ptr<Command> contest_plan_command() { return std::make_unique<ContestPlanCommand>(); }

}  // namespace vouch
