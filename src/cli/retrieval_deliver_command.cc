// `retrieval deliver`: the documents that match, to the requester alone.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalDeliverCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "deliver"; }
  [[nodiscard]] const char* about() const override {
    return "The responder's third step: hand over the documents that match";
  }
  [[nodiscard]] const char* footer() const override {
    return "Each goes into the bundle sealed to the requester, with what opens both commitments to "
           "it.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval deliver case/ --key r.key --state r.state --documents pictures/";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "responder");
    declare_documents(app, directory_);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    return take_retrieval_step(party_, kResponder, was_said<RetrievalDelivery>, output,
                               [&](Participant& party, const RetrievalOutcome& outcome) {
                                 return deliver(party, outcome, output);
                               });
  }

 private:
  [[nodiscard]] Result<void> deliver(Participant& responder, const RetrievalOutcome& outcome,
                                     Output& output) const {
    if (outcome.bits.empty()) {
      return Error{"nothing to hand over yet: " + outcome.judgement.detail};
    }
    VOUCH_ASSIGN(const DocumentFiles files, DocumentFiles::open(responder.store(), directory_));
    VOUCH_ASSIGN(const HandedOver handed,
                 hand_over(responder.bundle(), files, outcome.subject->commitments,
                           outcome.matching, responder.session().parties.at(kRequester)));
    VOUCH_TRY(responder.say(RetrievalDelivery{handed.documents, handed.sealed}));
    output.object()["delivered"] = outcome.matching;
    output.line(fmt::format("Handed over: {} documents: {}", outcome.matching.size(),
                            numbers_text(outcome.matching)));
    return {};
  }

  PartyOptions party_;
  std::string directory_;
};

}  // namespace

std::unique_ptr<Command> retrieval_deliver_command() {
  return std::make_unique<RetrievalDeliverCommand>();
}

}  // namespace vouch
