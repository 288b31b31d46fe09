// `retrieval commit`: the responder's documents, before anything else.
#include <CLI/CLI.hpp>

#include "base/hex.h"
#include "cli/identity_files.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalCommitCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "commit"; }
  [[nodiscard]] const char* about() const override {
    return "The responder's first step: commit to every document, and how many there are";
  }
  [[nodiscard]] const char* footer() const override {
    return "Documents are the pictures of a directory, numbered in the order of their names. "
           "Commitments are\n"
           "salted digests of the files and tell nothing of them; the salts are in the state. Keep "
           "both, the\n"
           "state and the files as they are, until the retrieval is over.\n"
           "\n"
           "Example:\n"
           "  vouch retrieval commit case/ --key r.key --state r.state --documents pictures/ \\\n"
           "    --requester q.id --judge j.id";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "responder");
    declare_documents(app, directory_);
    app.add_option("--requester", requester_, "Who will ask")->required()->type_name("KEY");
    app.add_option("--judge", judge_, "Who fixes order and deadlines, and sees the sample")
        ->required()
        ->type_name("KEY");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const std::vector<PublicKey> parties, read_parties());
    VOUCH_ASSIGN(auto begun, party_.begin(retrieval_workflow(), parties, output));
    if (!begun.ok()) {
      return report_refusal(begun.refusal(), output);
    }
    Participant responder = std::move(begun).value();
    if (!was_said<RetrievalDocuments>(responder.records())) {
      VOUCH_ASSIGN(const RetrievalDocuments documents, commit_documents(responder, directory_));
      VOUCH_TRY(responder.say(documents));
    }
    const auto said = *find_body<RetrievalDocuments>(responder.records());
    output.object()["documents"] = said.count;
    output.object()["root"] = hex_text(said.root);
    output.line("Documents: " + count_text(said.count));
    output.line("Root:     " + hex_text(said.root));
    return end_retrieval_step(responder, output);
  }

 private:
  [[nodiscard]] Result<std::vector<PublicKey>> read_parties() const {
    VOUCH_ASSIGN(const PublicKey requester, read_public_key(requester_));
    VOUCH_ASSIGN(const SecretKey own, party_.key());
    VOUCH_ASSIGN(const PublicKey judge, read_public_key(judge_));
    if (requester == judge || requester == own.public_key() || judge == own.public_key()) {
      return Error{"requester, responder and judge have to be three"};
    }
    return std::vector{requester, own.public_key(), judge};
  }

  PartyOptions party_;
  std::string directory_;
  std::string requester_;
  std::string judge_;
};

}  // namespace

std::unique_ptr<Command> retrieval_commit_command() {
  return std::make_unique<RetrievalCommitCommand>();
}

}  // namespace vouch
