// `retrieval judge-sample`: what the judge finds of the documents that were opened to him.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/secret.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalJudgeSampleCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "judge-sample"; }
  [[nodiscard]] const char* about() const override {
    return "The judge's last step: look at the documents that are drawn, and sign what they show";
  }
  [[nodiscard]] const char* footer() const override {
    return "Each has to be the file that was committed to at first, with the pixels that were "
           "proven about. Others\n"
           "see the finding, not the documents. --into writes those that the requester complained "
           "about and that\n"
           "are in order: they are due to him.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval judge-sample case/ --key j.key --state j.state";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "judge");
    app.add_option("--into", directory_, "Where to put documents that are due to the requester")
        ->type_name("DIRECTORY");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const SecretKey key, party_.key());
    return take_retrieval_step(party_, kRetrievalJudge, was_said<RetrievalFinding>, output,
                               [&](Participant& party, const RetrievalOutcome& outcome) {
                                 return find(party, outcome, key, output);
                               });
  }

 private:
  [[nodiscard]] Result<void> find(Participant& judge, const RetrievalOutcome& outcome,
                                  const SecretKey& key, Output& output) const {
    if (!was_said<RetrievalOpening>(judge.records())) {
      return Error{"nothing is opened yet: " + outcome.judgement.detail};
    }
    VOUCH_ASSIGN(const RetrievalFinding finding, find_of_opened(outcome, judge.bundle(), key));
    VOUCH_TRY(write_due(outcome, finding, documents_sealed_to(key, judge.bundle())));
    VOUCH_TRY(judge.say(finding));
    Json& found = output.object()["found"] = Json::array();
    for (size_t i = 0; i < finding.faults.size(); ++i) {
      const auto fault = RetrievalFault{finding.faults[i]};
      found.push_back({{"document", outcome.opened[i].number}, {"fault", fault_name(fault)}});
      output.line(fmt::format("Document {}: {}", outcome.opened[i].number,
                              fault == RetrievalFault::kNone ? "in order" : fault_text(fault)));
    }
    return {};
  }

  [[nodiscard]] Result<void> write_due(const RetrievalOutcome& outcome,
                                       const RetrievalFinding& finding,
                                       const OpenDocument& open) const {
    for (size_t i = 0; i < finding.faults.size() && !directory_.empty(); ++i) {
      const DueDocument& due = outcome.opened[i];
      if (finding.faults[i] != 0 || !std::ranges::binary_search(outcome.complaints, due.number)) {
        continue;
      }
      auto opened = open(due.document, due.sealed);
      if (!opened) {
        return Error{"document " + std::to_string(due.number) + " is not there any more"};
      }
      const WipedAtEnd wiped(*opened);
      VOUCH_TRY(write_opened(directory_, *opened));
    }
    return {};
  }

  PartyOptions party_;
  std::string directory_;
};

}  // namespace

std::unique_ptr<Command> retrieval_judge_sample_command() {
  return std::make_unique<RetrievalJudgeSampleCommand>();
}

}  // namespace vouch
