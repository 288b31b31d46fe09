// `incentives audit`: deposits for the sale of an audited model.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "cli/numbers.h"
#include "cli/plan_commands.h"
#include "protocol/audit_incentives.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

class IncentivesAuditCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "audit"; }
  [[nodiscard]] const char* about() const override {
    return "Tell the deposits with which only good models are sold";
  }
  [[nodiscard]] const char* footer() const override {
    return "A model is bought if the accuracy that an audit proves reaches --threshold. The buyer "
           "deposits the\n"
           "price and the fee of the audit, the seller a stake that is lost, to nobody's "
           "advantage, if the model\n"
           "fails or is not delivered. Told is the least stake with which the sale of a model of "
           "accuracy --bad\n"
           "is expected to bring nothing, and what an honest seller of one of --good expects. "
           "Money is in any unit.\n"
           "\n"
           "Example:\n"
           "  vouch incentives audit --samples 600 --threshold 0.70 --good 0.75 --bad 0.65 --price "
           "1000 \\\n"
           "      --proof-cost 0.02";
  }
  void declare(CLI::App& app) override {
    app.add_option("--samples", terms_.samples, "Inputs of the audit")
        ->transform(whole_number(1, uint64_t{1} << 32))
        ->type_name("N")
        ->capture_default_str();
    fraction(app, "--threshold", terms_.threshold, "Proven accuracy at which the model is bought");
    fraction(app, "--good", terms_.good, "True accuracy of a model that deserves it");
    fraction(app, "--bad", terms_.bad, "Of one that does not");
    money(app, "--price", terms_.price, "Of the model");
    money(app, "--cost", terms_.cost, "Of a good model, to its seller");
    money(app, "--proof-cost", terms_.proof_cost, "Of one answer's proof");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    if (terms_.bad >= terms_.good) {
      return Error{"--bad is not below --good"};
    }
    const double stake = least_stake(terms_);
    if (!std::isfinite(stake)) {
      return Error{"the bad model passes always: no stake helps"};
    }
    report(stake, output);
    return ExitStatus::kAccepted;
  }

 private:
  static void fraction(CLI::App& app, const char* name, double& value, const char* about) {
    app.add_option(name, value, about)
        ->check(real_number(kLeastPlanned, 1 - kLeastPlanned))
        ->type_name("A")
        ->capture_default_str();
  }
  static void money(CLI::App& app, const char* name, double& value, const char* about) {
    app.add_option(name, value, about)
        ->check(real_number(0.0, 1e12))
        ->type_name("X")
        ->capture_default_str();
  }

  void report(double stake, Output& output) const {
    const double passes_bad = passes(terms_, terms_.bad);
    const double passes_good = passes(terms_, terms_.good);
    const double honest = honest_profit(terms_, stake);
    Json& object = output.object();
    object["passes_good"] = passes_good;
    object["passes_bad"] = passes_bad;
    object["seller_stake"] = stake;
    object["buyer_escrow"] = terms_.price;
    object["audit_fee"] = audit_fee(terms_);
    object["honest_profit"] = honest;
    object["honest_takes_part"] = honest > 0;
    output.line(
        fmt::format("Passes:   a model of {:g} with probability {:.4g}, one of {:g} with {:.4g}",
                    terms_.good, passes_good, terms_.bad, passes_bad));
    output.line(
        fmt::format("Seller:   stake {:.6g}, lost if the model fails or is not delivered", stake));
    output.line(
        fmt::format("Buyer:    price {:.6g} and fee {:.6g} in advance; the fee is the "
                    "seller's if all is proven",
                    terms_.price, audit_fee(terms_)));
    output.line(fmt::format("Honest:   the seller of the good model expects {:.6g}{}", honest,
                            honest > 0 ? "" : ": he had better not take part"));
  }

  AuditTerms terms_;
};

}  // namespace

std::unique_ptr<Command> incentives_audit_command() {
  return std::make_unique<IncentivesAuditCommand>();
}

}  // namespace vouch
