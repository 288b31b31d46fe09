// `audit predict`: the provider commits to what his model says about all inputs.
#include <CLI/CLI.hpp>

#include "base/progress.h"
#include "cli/audit_commands.h"
#include "cli/audit_provider.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/progress_options.h"

namespace vouch {
namespace {

class AuditPredictCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "predict"; }
  [[nodiscard]] const char* about() const override {
    return "The provider's first step: run the model on all inputs and say what it gives";
  }
  [[nodiscard]] const char* footer() const override {
    return "They cannot be changed any more. By the variant that was requested they are handed "
           "over, "
           "or only\n"
           "committed to. The request is checked first.\n"
           "\n"
           "Example:\n"
           "  vouch audit predict audit/ --key p.key --state p.state --model model.vouch";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "provider");
    app.add_option("--model", model_path_, "The compiled model")
        ->required()
        ->type_name("FILE.vouch");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(audit_workflow(), kAuditProvider, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant provider = std::move(joined).value();
    VOUCH_ASSIGN(const auto opened, open_requested_model(provider.bundle(), provider.session(),
                                                         provider.records(), model_path_));
    if (!opened.ok()) {
      return report_fault(opened.fault(), audit_workflow(), output);
    }
    const auto& [file, request, subject] = opened.value();
    VOUCH_TRY(check_time_left(provider.records(), subject.request));
    Progress progress("audit", subject.request.inputs, progress_options(output));
    progress.phase("predicting");
    VOUCH_ASSIGN(const auto predicted, predict_audit(file.model, provider.bundle(), request,
                                                     subject, [&] { progress.tick(); }));
    progress.finish();
    if (!predicted.ok()) {
      return report_fault(predicted.fault(), audit_workflow(), output);
    }
    VOUCH_ASSIGN(const Digest object, provider.bundle().put(predicted.value()));
    VOUCH_TRY(provider.say(AuditPredictions{object}));
    report_audit_subject(subject, output);
    report_due(provider.records(), audit_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  // With the predictions the provider takes the deadline on.
  [[nodiscard]] static Result<void> check_time_left(std::span<const SignedRecord> records,
                                                    const AuditRequest& request) {
    if (find_record<AuditPredictions>(records) != nullptr ||
        now_milliseconds() < request.deadline) {
      return {};
    }
    return Error{"the request's deadline has passed: let the consumer make another one"};
  }

  PartyOptions party_;
  std::string model_path_;
};

}  // namespace

std::unique_ptr<Command> audit_predict_command() { return std::make_unique<AuditPredictCommand>(); }

}  // namespace vouch
