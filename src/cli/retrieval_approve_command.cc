// `retrieval approve`: the judge's signature.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/secret.h"
#include "cli/numbers.h"
#include "cli/record_report.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalApproveCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "approve"; }
  [[nodiscard]] const char* about() const override {
    return "The judge's first step: approve the request, and set deadlines";
  }
  [[nodiscard]] const char* footer() const override {
    return "Checks that root and number of the documents were there before the request, that the "
           "model was\n"
           "handed over and is the committed one, and that the predicate can be answered; shows "
           "what is asked.\n"
           "Whether it may be asked is for the judge to say: nobody else looks. Should the "
           "responder's copy of\n"
           "the model not open, --model-out writes the judge's, for him.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval approve case/ --key j.key --state j.state --answer-hours 168";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "judge");
    declare_hours(app, "--answer-hours", answer_hours_, "Time for the proofs and the documents");
    declare_hours(app, "--reveal-hours", reveal_hours_, "Then, for the requester's random bytes");
    declare_hours(app, "--open-hours", open_hours_, "Then, for the responder to open the sample");
    app.add_option("--model-out", model_path_, "Where to write the model (secret)")
        ->type_name("FILE.vouch");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const SecretKey key, party_.key());
    return take_retrieval_step(party_, kRetrievalJudge, was_said<RetrievalApproval>, output,
                               [&](Participant& party, const RetrievalOutcome& outcome) {
                                 return approve(party, outcome, key, output);
                               });
  }

 private:
  static constexpr double kHour = 3'600'000;  // milliseconds

  static void declare_hours(CLI::App& app, const char* name, double& hours, const char* about) {
    app.add_option(name, hours, about)
        ->check(real_number(1e-3, 1e5))
        ->type_name("H")
        ->capture_default_str();
  }

  [[nodiscard]] Result<void> approve(Participant& judge, const RetrievalOutcome& outcome,
                                     const SecretKey& key, Output& output) const {
    if (!outcome.subject) {
      return Error{"nothing to approve: " + outcome.judgement.detail};
    }
    const RetrievalRequest& request = outcome.subject->request;
    VOUCH_ASSIGN(const ModelFile file,
                 open_handed_model(judge.bundle(), key, request, request.for_judge));
    VOUCH_TRY(check_handed_model(file.model));
    if (!model_path_.empty()) {
      Bytes bytes = encode_model_file(file.model, file.metadata);
      const WipedAtEnd wiped(bytes);
      VOUCH_TRY(write_file(model_path_, bytes, FileAccess::kOwnerOnly));
    }
    report_question(*outcome.subject, output);
    RetrievalApproval approval;
    approval.answer_by = now_milliseconds() + static_cast<uint64_t>(answer_hours_ * kHour);
    approval.reveal_by = approval.answer_by + static_cast<uint64_t>(reveal_hours_ * kHour);
    approval.open_by = approval.reveal_by + static_cast<uint64_t>(open_hours_ * kHour);
    VOUCH_TRY(judge.say(approval));
    return {};
  }

  PartyOptions party_;
  double answer_hours_ = 168;
  double reveal_hours_ = 48;
  double open_hours_ = 48;
  std::string model_path_;
};

}  // namespace

std::unique_ptr<Command> retrieval_approve_command() {
  return std::make_unique<RetrievalApproveCommand>();
}

}  // namespace vouch
