// `contest prove`: the proofs of what was drawn.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/progress.h"
#include "cli/contest_commands.h"
#include "cli/exchange_report.h"
#include "cli/log_files.h"
#include "cli/memory_option.h"
#include "cli/owned_model.h"
#include "cli/party_options.h"
#include "protocol/contest/contest_work.h"

namespace vouch {
namespace {

class ContestProveCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "prove"; }
  [[nodiscard]] const char* about() const override {
    return "The provider's third step: prove all answers that are drawn";
  }
  [[nodiscard]] const char* footer() const override {
    return "Goes on where it was killed: a proof that is in the bundle is not made again. Answers "
           "that the model\n"
           "did not give cannot be proven; these are told, and the proofs show what it gives.\n"
           "\n"
           "Example:\n"
           "  vouch contest prove contest/ --key me.key --state me.state --log my.log \\\n"
           "    --model model.vouch";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "provider");
    app.add_option("--log", log_path_, "The provider's log")->required()->type_name("LOG");
    app.add_option("--model", model_path_, "The compiled model")
        ->required()
        ->type_name("FILE.vouch");
    memory_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(auto joined, party_.join(contest_workflow(), kProvider, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant provider = std::move(joined).value();
    if (find_record<AnswersProven>(provider.records()) == nullptr) {
      VOUCH_TRY(prove_all(provider, output));
    }
    VOUCH_TRY(provider.publish());
    report_due(provider.records(), contest_workflow(), output);
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<void> prove_all(Participant& provider, Output& output) const {
    VOUCH_ASSIGN(const SessionStore log, open_log(log_path_));
    VOUCH_ASSIGN(const ModelFile file, read_owned_model(model_path_));
    ContestProving how;
    VOUCH_ASSIGN(how.memory, memory_.bytes());
    how.progress = [&](size_t done, size_t of) {
      output.note(fmt::format("proof {} of {}", done, of));
    };
    VOUCH_ASSIGN(const ProvenAnswers made, prove_drawn(provider, log, file.model, how));
    for (const uint64_t answer : made.wrong) {
      output.note(
          fmt::format("answer {}: the receipt says something else than the model: the "
                      "proof convicts you",
                      answer));
    }
    VOUCH_TRY(provider.say(made.said));
    output.object()["proofs"] = made.said.proofs.size();
    output.object()["wrong"] = made.wrong;
    output.line(fmt::format("Proven:   {} proofs of {} answers each, {} wrong answers",
                            made.said.proofs.size(), made.said.each, made.wrong.size()));
    return {};
  }

  PartyOptions party_;
  std::string log_path_;
  std::string model_path_;
  MemoryOption memory_;
};

}  // namespace

std::unique_ptr<Command> contest_prove_command() { return std::make_unique<ContestProveCommand>(); }

}  // namespace vouch
