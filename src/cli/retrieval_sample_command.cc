// `retrieval sample`: the requester's random bytes, when everything else is fixed.
#include <CLI/CLI.hpp>

#include "cli/retrieval_commands.h"
#include "cli/retrieval_complaints.h"
#include "cli/retrieval_step.h"
#include "protocol/nonce.h"
#include "protocol/retrieval/retrieval_sample.h"

namespace vouch {
namespace {

class RetrievalSampleCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "sample"; }
  [[nodiscard]] const char* about() const override {
    return "The requester's third step: reveal the random bytes, and what does not open";
  }
  [[nodiscard]] const char* footer() const override {
    return "With the responder's, they draw the withheld documents that the judge will see. What "
           "`vouch retrieval\n"
           "verify` could not open, or found to be something else, is named as well.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval sample case/ --key q.key --state q.state";
  }
  void declare(CLI::App& app) override { party_.declare(app, "requester"); }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    return take_retrieval_step(
        party_, kRequester, was_said<RetrievalReveal>, output,
        [](Participant& party, const RetrievalOutcome& /*outcome*/) -> Result<void> {
          VOUCH_ASSIGN(std::vector<uint64_t> complaints, kept_complaints(party.store()));
          complaints.resize(std::min<size_t>(complaints.size(), kMostOpened));
          VOUCH_ASSIGN(const Digest nonce, own_nonce(party.store()));
          VOUCH_TRY(party.say(RetrievalReveal{nonce, encode_complaints(complaints)}));
          return {};
        });
  }

 private:
  PartyOptions party_;
};

}  // namespace

std::unique_ptr<Command> retrieval_sample_command() {
  return std::make_unique<RetrievalSampleCommand>();
}

}  // namespace vouch
