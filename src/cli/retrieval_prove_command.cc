// `retrieval prove`: what is true of every document, by as many machines as there are.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/judgement_report.h"
#include "cli/memory_option.h"
#include "cli/retrieval_commands.h"
#include "cli/retrieval_step.h"
#include "cli/shard_option.h"
#include "protocol/nonce.h"
#include "protocol/retrieval/retrieval_sample.h"
#include "protocol/retrieval/retrieval_work.h"

namespace vouch {
namespace {

class RetrievalProveCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "prove"; }
  [[nodiscard]] const char* about() const override {
    return "The responder's second step: prove of every document what was asked, and nothing else";
  }
  [[nodiscard]] const char* footer() const override {
    return "Commits to every document's pixels as the model reads them, and says so; then proves, "
           "in batches, and\n"
           "says so when all are proven. Goes on where it was killed: a proof that is there is not "
           "made again.\n"
           "On several machines that share bundle, state and documents, first run it with "
           "--inputs-only, then\n"
           "once a machine with --shard, then without either.\n"
           "\n"
           "Examples:\n"
           "  vouch retrieval prove case/ --key r.key --state r.state --documents pictures/\n"
           "  vouch retrieval prove case/ --key r.key --state r.state --documents pictures/ "
           "--shard 3/8";
  }
  void declare(CLI::App& app) override {
    party_.declare(app, "responder");
    declare_documents(app, directory_);
    shard_.declare(app);
    app.add_flag("--inputs-only", inputs_only_, "Commit to the inputs, and stop");
    memory_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Shard shard, shard_.shard());
    VOUCH_ASSIGN(auto joined, party_.join(retrieval_workflow(), kResponder, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant responder = std::move(joined).value();
    if (was_said<RetrievalProofs>(responder.records())) {
      return end_retrieval_step(responder, output);
    }
    const RetrievalSaid said = retrieval_said(responder.records());
    if (!said.approval) {
      return Error{"the judge has not approved a request yet"};
    }
    VOUCH_ASSIGN(const OpenedSubject opened,
                 open_subject(responder.bundle(), *said.documents, *said.request));
    if (!opened.subject) {
      return Error{"the request cannot be answered: " + opened.detail};
    }
    return work(responder, *opened.subject, shard, output);
  }

 private:
  [[nodiscard]] Result<ExitStatus> work(Participant& responder, const RetrievalSubject& subject,
                                        Shard shard, Output& output) const {
    VOUCH_ASSIGN(const SecretKey key, party_.key());
    VOUCH_ASSIGN(const ModelFile file, open_handed_model(responder.bundle(), key, subject.request,
                                                         subject.request.for_responder));
    VOUCH_ASSIGN(const DocumentFiles files, DocumentFiles::open(responder.store(), directory_));
    report_question(subject, output);
    const RetrievalWork work{file.model, responder.bundle(), responder.session(), subject, files};
    if (!was_said<RetrievalInputs>(responder.records())) {
      if (shard_.given()) {
        return Error{"the inputs are not committed to yet: run it with --inputs-only first"};
      }
      VOUCH_TRY(say_inputs(responder, work, output));
    }
    if (inputs_only_) {
      return end_retrieval_step(responder, output);
    }
    VOUCH_ASSIGN(const RetrievalAnswers answers, answers_of(responder));
    VOUCH_TRY(prove_left(work, answers, shard, output));
    if (!shard_.given()) {
      VOUCH_ASSIGN(const RetrievalProofs proofs, collect_proofs(work, answers));
      VOUCH_TRY(responder.say(proofs));
    }
    return end_retrieval_step(responder, output);
  }

  static Result<void> say_inputs(Participant& responder, const RetrievalWork& work,
                                 Output& output) {
    Progress progress("retrieval", work.subject.count, progress_options(output));
    progress.phase("inputs");
    VOUCH_ASSIGN(const CommittedInputs committed, commit_inputs(work, [&] { progress.tick(); }));
    VOUCH_ASSIGN(const Digest nonce, own_nonce(responder.store()));
    VOUCH_TRY(responder.say(RetrievalInputs{
        committed.list, retrieval_nonce_commitment(responder.session(), kResponder, nonce)}));
    return {};
  }

  static Result<RetrievalAnswers> answers_of(const Participant& responder) {
    const Digest list = find_body<RetrievalInputs>(responder.records())->inputs;
    VOUCH_ASSIGN(std::vector<Digest> inputs,
                 responder.bundle().get_list(list, kMostDocuments, "the list of inputs"));
    return RetrievalAnswers{responder.session(), list, std::move(inputs)};
  }

  [[nodiscard]] Result<void> prove_left(const RetrievalWork& work, const RetrievalAnswers& answers,
                                        Shard shard, Output& output) const {
    VOUCH_ASSIGN(const uint64_t memory, memory_.bytes());
    VOUCH_ASSIGN(const std::vector<uint64_t> left, batches_left(work, answers, shard));
    Progress progress("retrieval", left.size(), progress_options(output));
    for (size_t done = 0; done < left.size(); ++done) {
      progress.phase(fmt::format("proof {} of {}", done + 1, left.size()));
      VOUCH_TRY(prove_documents(work, answers, left[done], memory));
      progress.tick();
    }
    progress.finish();
    const bool complete = all_proven(work.bundle, work.subject);
    output.object()["made"] = left.size();
    output.object()["proofs"] = work.subject.proofs();
    output.object()["complete"] = complete;
    output.line(fmt::format("Proofs:   {} made, {} in all{}", left.size(), work.subject.proofs(),
                            complete ? ", complete" : ", others are missing"));
    return {};
  }

  PartyOptions party_;
  std::string directory_;
  ShardOption shard_;
  bool inputs_only_ = false;
  MemoryOption memory_;
};

}  // namespace

std::unique_ptr<Command> retrieval_prove_command() {
  return std::make_unique<RetrievalProveCommand>();
}

}  // namespace vouch
