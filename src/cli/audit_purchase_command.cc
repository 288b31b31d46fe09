// `audit purchase`: whether a model that was delivered is the one that was audited.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/parallel.h"
#include "cli/audit_commands.h"
#include "cli/owned_model.h"
#include "cli/printable.h"
#include "cli/whole_audit.h"

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
    return "The audit is checked as by `audit check`, and must be finished. The commitment is made "
           "again from\n"
           "the delivered weights and seed, and compared with the audited one. So pay for a file "
           "that this\n"
           "accepts, not for one that gives the same answers on some inputs.\n"
           "\n"
           "Example:\n"
           "  vouch audit purchase audit/ --model delivered.vouch --provider p.id \\\n"
           "    --consumer c.id --head head.record";
  }
  void declare(CLI::App& app) override {
    audit_.declare(app);
    app.add_option("--model", model_path_, "The model that was delivered")
        ->required()
        ->type_name("FILE.vouch");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const auto audited, audit_.check(0, output));
    return audited ? compare(audited->subject.model.commitment, output) : ExitStatus::kRejected;
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

  WholeAudit audit_;
  std::string model_path_;
};

}  // namespace

std::unique_ptr<Command> audit_purchase_command() {
  return std::make_unique<AuditPurchaseCommand>();
}

}  // namespace vouch
