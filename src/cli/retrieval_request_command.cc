// `retrieval request`: what is asked of every document.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "base/secret.h"
#include "cli/numbers.h"
#include "cli/predicate_options.h"
#include "cli/printable.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalRequestCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "request"; }
  [[nodiscard]] const char* about() const override {
    return "The requester's first step: hand over a model and what is asked of every document";
  }
  [[nodiscard]] const char* footer() const override {
    return "The .vouch file goes into the bundle sealed to responder and judge, who both get to "
           "know its weights;\n"
           "all others see its commitment. PREDICATE has to be true or false of each document: "
           "contains:N:LIST\n"
           "(one of LIST, 3,17 or @FILE, is among the N first) or score:CLASS:REAL (that class has "
           "this score or\n"
           "more). --sample of the withheld documents will be opened to the judge; see "
           "`vouch contest plan`.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval request case/ --key q.key --state q.state --model m.vouch \\\n"
           "    --commitment m.pub --predicate contains:5:281,282 --sample 20";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "requester");
    app.add_option("--model", model_path_, "The compiled model")
        ->required()
        ->type_name("FILE.vouch");
    app.add_option("--commitment", commitment_path_, "Its commitment")
        ->required()
        ->type_name("FILE.pub");
    app.add_option("--predicate", predicate_, "What is asked")->required()->type_name("PREDICATE");
    app.add_option("--batch", each_, "Documents a proof")
        ->transform(whole_number(1, kMostDocumentsEach))
        ->capture_default_str();
    app.add_option("--sample", sample_, "Withheld documents that are opened to the judge")
        ->transform(whole_number(0, kMostOpened))
        ->capture_default_str();
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    return take_retrieval_step(
        party_, kRequester, was_said<RetrievalRequest>, output,
        [&](Participant& party, const RetrievalOutcome& /*outcome*/) { return request(party); });
  }

 private:
  [[nodiscard]] Result<void> request(Participant& requester) const {
    VOUCH_ASSIGN(Bytes model_file, read_file(model_path_, kMaxObjectBytes));
    const WipedAtEnd wiped(model_file);
    const auto model = decode_model_file(model_file);
    if (!model.ok()) {
      return Error{printable(model_path_) + ": " + model.error().message};
    }
    VOUCH_ASSIGN(const Bytes commitment, read_file(commitment_path_, kMaxModelPublicBytes));
    VOUCH_ASSIGN(const Predicate predicate,
                 parse_predicate(predicate_, model.value().model.circuit()));
    VOUCH_ASSIGN(const RetrievalRequest asked,
                 ask(requester, {model_file, commitment, predicate, each_, sample_}));
    VOUCH_TRY(requester.say(asked));
    return {};
  }

  PartyOptions party_;
  std::string model_path_;
  std::string commitment_path_;
  std::string predicate_;
  uint64_t each_ = 16;
  uint64_t sample_ = 20;
};

}  // namespace

std::unique_ptr<Command> retrieval_request_command() {
  return std::make_unique<RetrievalRequestCommand>();
}

}  // namespace vouch
