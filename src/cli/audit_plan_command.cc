// `audit plan`: how many inputs an audit of a model's accuracy needs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/numbers.h"
#include "cli/plan_commands.h"
#include "cli/proof_cost.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

class AuditPlanCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "plan"; }
  [[nodiscard]] const char* about() const override {
    return "Tell how many inputs an audit needs, and what it costs";
  }
  [[nodiscard]] const char* footer() const override {
    return "For inputs that are drawn independently, after the model was committed to: the "
           "accuracy measured\n"
           "on so many is within the margin of the true one but for the probability that the "
           "confidence\n"
           "leaves. One-sided: it is not better by more than the margin, which is what a buyer "
           "has to know.\n"
           "With --correct and --of it tells the exact interval (Clopper, Pearson) of a result.\n"
           "\n"
           "Examples:\n"
           "  vouch audit plan --margin 0.05 --confidence 0.95 --model model.vouch --price 0.04\n"
           "  vouch audit plan --confidence 0.95 --correct 335 --of 600";
  }
  void declare(CLI::App& app) override {
    app.add_option("--margin", margin_, "How far the measured accuracy may be off")
        ->check(real_number(kLeastPlanned, 0.5))
        ->type_name("E")
        ->capture_default_str();
    app.add_option("--confidence", confidence_, "With which probability it is not")
        ->check(real_number(0.5, 1 - kLeastPlanned))
        ->type_name("C")
        ->capture_default_str();
    CLI::Option* correct = app.add_option("--correct", correct_, "Correct answers of a result")
                               ->transform(whole_number(0, kMost))
                               ->type_name("K");
    app.add_option("--of", of_, "Of how many")
        ->transform(whole_number(1, kMost))
        ->type_name("N")
        ->needs(correct);
    correct->needs("--of");
    cost_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    const double delta = 1 - confidence_;
    const uint64_t one_sided = one_sided_samples(margin_, delta);
    const uint64_t two_sided = two_sided_samples(margin_, delta);
    Json& object = output.object();
    object["margin"] = margin_;
    object["confidence"] = confidence_;
    object["samples"] = one_sided;
    object["samples_two_sided"] = two_sided;
    output.line(fmt::format("Inputs:   {} (not better by more than {:g}), {} (within {:g})",
                            count_text(one_sided), margin_, count_text(two_sided), margin_));
    if (correct_) {
      if (*correct_ > of_) {
        return Error{"--correct is more than --of"};
      }
      report_interval(delta, output);
    }
    VOUCH_TRY(cost_.report(one_sided, output));
    return ExitStatus::kAccepted;
  }

 private:
  static constexpr uint64_t kMost = uint64_t{1} << 40;

  void report_interval(double delta, Output& output) const {
    const Interval interval = exact_interval(*correct_, of_, delta);
    const double accuracy = static_cast<double>(*correct_) / static_cast<double>(of_);
    output.object()["accuracy"] = accuracy;
    output.object()["interval"] = {interval.lower, interval.upper};
    output.line(fmt::format("Accuracy: {:.2f} %, true one in {:.2f} … {:.2f} %", 100 * accuracy,
                            100 * interval.lower, 100 * interval.upper));
  }

  double margin_ = 0.05;
  double confidence_ = 0.95;
  std::optional<uint64_t> correct_;
  uint64_t of_ = 0;
  ProofCostOptions cost_;
};

}  // namespace

std::unique_ptr<Command> audit_plan_command() { return std::make_unique<AuditPlanCommand>(); }

}  // namespace vouch
