// `retrieval open-sample`: the documents that are drawn, to the judge alone.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/nonce.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalOpenSampleCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "open-sample"; }
  [[nodiscard]] const char* about() const override {
    return "The responder's last step: open to the judge what is drawn";
  }
  [[nodiscard]] const char* footer() const override {
    return "Reveals the responder's random bytes; the documents that both sides' bytes draw, and "
           "those that the\n"
           "requester could not open, go into the bundle sealed to the judge.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval open-sample case/ --key r.key --state r.state --documents pictures/";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "responder");
    declare_documents(app, directory_);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    return take_retrieval_step(party_, kResponder, was_said<RetrievalOpening>, output,
                               [&](Participant& party, const RetrievalOutcome& outcome) {
                                 return open_sample(party, outcome, output);
                               });
  }

 private:
  [[nodiscard]] Result<void> open_sample(Participant& responder, const RetrievalOutcome& outcome,
                                         Output& output) const {
    if (!was_said<RetrievalReveal>(responder.records())) {
      return Error{"nothing is drawn yet: " + outcome.judgement.detail};
    }
    VOUCH_ASSIGN(const std::vector<uint64_t> due, due_to_judge(responder, outcome));
    VOUCH_ASSIGN(const DocumentFiles files, DocumentFiles::open(responder.store(), directory_));
    VOUCH_ASSIGN(const HandedOver handed,
                 hand_over(responder.bundle(), files, outcome.subject->commitments, due,
                           responder.session().parties.at(kRetrievalJudge)));
    VOUCH_ASSIGN(const Digest nonce, own_nonce(responder.store()));
    VOUCH_TRY(responder.say(RetrievalOpening{nonce, handed.documents, handed.sealed}));
    output.object()["opened"] = due;
    output.line(fmt::format("Opened to the judge: {}", numbers_text(due)));
    return {};
  }

  PartyOptions party_;
  std::string directory_;
};

}  // namespace

std::unique_ptr<Command> retrieval_open_sample_command() {
  return std::make_unique<RetrievalOpenSampleCommand>();
}

}  // namespace vouch
