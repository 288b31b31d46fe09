// `incentives contest`: deposits for answers that may be contested, and a simulation of them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/file.h"
#include "cli/numbers.h"
#include "cli/paths.h"
#include "cli/plan_commands.h"
#include "cli/printable.h"
#include "protocol/incentive_picture.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

class IncentivesContestCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "contest"; }
  [[nodiscard]] const char* about() const override {
    return "Tell the deposits with which no wrong answer pays, and simulate it";
  }
  [[nodiscard]] const char* footer() const override {
    return "In each period --answers are given out; their price stays in escrow until it is over. "
           "With\n"
           "probability --contested some are drawn and have to be proven; a provider who cannot "
           "loses escrow and\n"
           "stake. Whoever contests deposits the proofs' cost, which the provider gets if all is "
           "proven. Told is\n"
           "the least stake with which no number of wrong answers brings a profit. The simulation "
           "draws as\n"
           "contests do, against providers who give the most profitable number of wrong answers. "
           "Money is in\n"
           "any unit.\n"
           "\n"
           "Example:\n"
           "  vouch incentives contest --answers 1000 --contested 0.1 --price 0.01 --gain 0.02 \\\n"
           "      --proof-cost 0.005 --picture stakes.svg";
  }
  void declare(CLI::App& app) override {
    app.add_option("--answers", terms_.answers, "Given out in a period")
        ->transform(whole_number(1, kMostAnswers))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--wrong", terms_.planned_wrong, "Fraction of wrong answers to plan contests by")
        ->check(real_number(kLeastPlanned, 0.999))
        ->type_name("E")
        ->capture_default_str();
    app.add_option("--confidence", confidence_, "With which probability it is found")
        ->check(real_number(0.5, 1 - kLeastPlanned))
        ->type_name("C")
        ->capture_default_str();
    probability(app, "--contested", terms_.contested, "That a period's answers are contested");
    probability(app, "--most", terms_.most_wrong, "Fraction of wrong answers that goes unnoticed");
    money(app, "--price", terms_.price, "Of an answer");
    money(app, "--gain", terms_.gain, "What a wrong answer brings or saves the provider");
    money(app, "--proof-cost", terms_.proof_cost, "Of one answer's proof");
    money(app, "--check-cost", terms_.check_cost, "Of contesting, without the fee");
    app.add_option("--reward", terms_.reward, "Share of a lost stake for who contested")
        ->check(real_number(0.0, 0.99))
        ->type_name("R")
        ->capture_default_str();
    app.add_option("--simulate", periods_, "Contests to simulate; 0: none")
        ->transform(whole_number(0, kMostPeriods))
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--seed", seed_, "Of the simulation")->transform(whole_number());
    app.add_option("--picture", picture_path_,
                   "Profit against wrong answers, as a picture to write")
        ->type_name("FILE.svg");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_TRY(check_outputs({picture_path_}, {}));
    if (!picture_path_.empty() && periods_ == 0) {
      return Error{"--picture shows the simulation: without --simulate 0"};
    }
    terms_.samples = detecting_samples_of(terms_.answers, terms_.planned_wrong, 1 - confidence_);
    const double stake = least_stake(terms_);
    report_deposits(stake, output);
    if (periods_ != 0) {
      VOUCH_TRY(simulate(stake, output));
    }
    return ExitStatus::kAccepted;
  }

 private:
  static constexpr uint64_t kMostAnswers = 100'000'000;
  static constexpr uint64_t kMostPeriods = 10'000'000;

  static void probability(CLI::App& app, const char* name, double& value, const char* about) {
    app.add_option(name, value, about)
        ->check(real_number(kLeastPlanned, 1.0))
        ->type_name("P")
        ->capture_default_str();
  }
  static void money(CLI::App& app, const char* name, double& value, const char* about) {
    app.add_option(name, value, about)
        ->check(real_number(0.0, 1e12))
        ->type_name("X")
        ->capture_default_str();
  }

  void report_deposits(double stake, Output& output) const {
    const double fee = contest_fee(terms_);
    const double escrow = terms_.price * static_cast<double>(terms_.answers);
    const double suspicion = least_suspicion(terms_, stake);
    output.object().update(
        {{"samples", terms_.samples},
         {"provider_stake", stake},
         {"escrow", escrow},
         {"contest_fee", fee},
         {"reward", terms_.reward * stake},
         {"suspicion", suspicion},
         {"cost_of_contesting_per_answer",
          terms_.contested * (fee + terms_.check_cost) / static_cast<double>(terms_.answers)}});
    output.line(fmt::format("Contest:  {} of {} answers are proven", count_text(terms_.samples),
                            count_text(terms_.answers)));
    output.line(
        fmt::format("Provider: stake {:.6g}, and {:.6g} of payments in escrow; loses both if "
                    "at fault",
                    stake, escrow));
    output.line(
        fmt::format("Consumer: fee {:.6g} in advance: the provider's if all is proven, else "
                    "returned, with {:.6g}",
                    fee, terms_.reward * stake));
    output.line(fmt::format("          contesting {}",
                            suspicion <= 1
                                ? fmt::format("pays from a suspicion of {:.4g} on", suspicion)
                                : std::string("never pays by itself")));
    output.line(fmt::format("For nothing: who contests honest answers loses {:.6g}, the provider 0",
                            fee + terms_.check_cost));
  }

  // Stakes below, at and above the least; of 1 where none is needed.
  static std::vector<double> stakes(double least) {
    std::vector<double> all;
    for (const double times : {0.0, 0.5, 0.9, 1.0, 1.1, 2.0}) {
      all.push_back(times * (least > 0 ? least : 1));
    }
    return all;
  }

  [[nodiscard]] Result<void> simulate(double least, Output& output) const {
    ByteWriter seed;
    seed.u64(seed_);
    const ContestSimulation simulation(terms_, periods_,
                                       labelled_digest("vouch simulation seed v1", seed.bytes()));
    output.line(
        fmt::format("\n{} simulated periods; the provider gives as many wrong answers as "
                    "bring most",
                    count_text(periods_)));
    output.line(fmt::format("{:>12}  {:>12}  {:>12}  {:>12}  {:>24}", "stake", "pays from",
                            "best: wrong", "profit", "all: derived, simulated"));
    output.object()["periods"] = periods_;
    output.object()["stakes"] = Json::array();
    for (const double stake : stakes(least)) {
      report_stake(simulation, stake, output);
    }
    if (!picture_path_.empty()) {
      const std::string picture = incentive_picture(terms_, simulation, stakes(least));
      VOUCH_TRY(
          write_file(picture_path_, Bytes(picture.begin(), picture.end()), FileAccess::kPublic));
      output.object()["picture"] = printable(picture_path_);
    }
    return {};
  }

  void report_stake(const ContestSimulation& simulation, double stake, Output& output) const {
    const uint64_t most = most_wrong(terms_);
    const uint64_t best = best_cheat(terms_, stake);
    const auto first = break_even(terms_, stake);
    const auto [mean, error] = simulation.profit(stake, most);
    const double derived = cheating_profit(terms_, stake, most);
    output.object()["stakes"].push_back({{"stake", stake},
                                         {"pays_from", first ? Json(*first) : Json()},
                                         {"best_wrong", best},
                                         {"best_profit", simulation.profit(stake, best).mean},
                                         {"all_wrong",
                                          {{"wrong", most},
                                           {"derived", derived},
                                           {"simulated", mean},
                                           {"standard_error", error}}}});
    output.line(fmt::format("{:>12.6g}  {:>12}  {:>12}  {:>12.6g}  {:>10.6g}, {:.6g} ± {:.2g}",
                            stake, first ? count_text(*first) : "never", count_text(best),
                            simulation.profit(stake, best).mean, derived, mean, error));
  }

  ContestTerms terms_;
  double confidence_ = 0.95;
  uint64_t periods_ = 100'000;
  uint64_t seed_ = 1;
  std::string picture_path_;
};

}  // namespace

std::unique_ptr<Command> incentives_contest_command() {
  return std::make_unique<IncentivesContestCommand>();
}

}  // namespace vouch
