// `audit purchase`: whether a model that was delivered is the one that was audited.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/parallel.h"
#include "cli/audit_commands.h"
#include "cli/audit_provider.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/printable.h"

namespace vouch {
namespace {

// What is another, or nothing.
const char* difference(const ModelCommitment& a, const ModelCommitment& b) {
  if (a.circuit != b.circuit) {
    return "it is another network";
  }
  if (a.weights != b.weights) {
    return "its weights do not open the commitment";
  }
  return a.biases != b.biases ? "its biases do not open the commitment" : nullptr;
}

class AuditPurchaseCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "purchase"; }
  [[nodiscard]] const char* about() const override {
    return "Check that a delivered model is the audited one: exit status 0 it is, 1 it is not";
  }
  [[nodiscard]] const char* footer() const override {
    return "The commitment is made again from the delivered weights and seed, and compared with "
           "the audited\n"
           "one. So pay for a file that this accepts, not for one that gives the same answers on "
           "some inputs.\n"
           "\n"
           "Example:\n"
           "  vouch audit purchase audit/ --model delivered.vouch";
  }
  void declare(CLI::App& app) override {
    app.add_option("BUNDLE", bundle_path_, "The directory that the parties exchanged")->required();
    app.add_option("--model", model_path_, "The model that was delivered")
        ->required()
        ->type_name("FILE.vouch");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, Bundle::open(bundle_path_));
    VOUCH_ASSIGN(const auto exchange, read_exchange(bundle, audit_workflow()));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    const auto request = find_body<AuditRequest>(exchange.value().records);
    if (!request) {
      return Error{"no audit was requested yet"};
    }
    VOUCH_ASSIGN(const auto subject,
                 open_audit_subject(bundle, exchange.value().session, *request));
    if (!subject.ok()) {
      return report_fault(subject.fault(), audit_workflow(), output);
    }
    report_audit_subject(subject.value(), output);
    return compare(subject.value().model.commitment, output);
  }

 private:
  [[nodiscard]] Result<ExitStatus> compare(const ModelCommitment& audited, Output& output) const {
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    const ProverModel& delivered = file.model;
    VOUCH_ASSIGN(const Generators generators,
                 Generators::load(size_t{1} << delivered.circuit().model_kappa, parallel_for));
    const ProverModel again(delivered.circuit(), delivered.weights(), delivered.seed(), generators);
    if (const char* other = difference(again.commitment(), audited)) {
      output.object()["detail"] = other;
      output.line(fmt::format("REJECTED: {}: {}", printable(model_path_), other));
      return ExitStatus::kRejected;
    }
    output.line(fmt::format("ACCEPTED: {} is the audited model.", printable(model_path_)));
    return ExitStatus::kAccepted;
  }

  std::string bundle_path_;
  std::string model_path_;
};

}  // namespace

std::unique_ptr<Command> audit_purchase_command() {
  return std::make_unique<AuditPurchaseCommand>();
}

}  // namespace vouch
