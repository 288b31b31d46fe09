// `audit prove`: the provider's proofs, by as many machines as there are.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>

#include "cli/audit_commands.h"
#include "cli/audit_provider.h"
#include "cli/audit_report.h"
#include "cli/bundle_options.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "cli/memory_option.h"
#include "cli/progress_options.h"
#include "cli/proof_cost.h"
#include "cli/shard_option.h"

namespace vouch {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class AuditProveCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "prove"; }
  [[nodiscard]] const char* about() const override {
    return "The provider's second step: prove the predictions, and say so when all are proven";
  }
  [[nodiscard]] const char* footer() const override {
    return "Goes on where it was killed. Shards may run at the same time, on machines that share "
           "the\n"
           "directories; they need neither key nor state. With --key and --state (without --shard) "
           "what is\n"
           "missing is proven, everything is verified, and the proofs are announced. See "
           "tools/slurm.\n"
           "\n"
           "Examples:\n"
           "  vouch audit prove audit/ --model model.vouch --shard 3/8\n"
           "  vouch audit prove audit/ --model model.vouch --key p.key --state p.state";
  }
  void declare(CLI::App& app) override {
    app.add_option("BUNDLE", paths_.bundle, "The directory that the parties exchange")->required();
    app.add_option("--model", model_path_, "The compiled model")
        ->required()
        ->type_name("FILE.vouch");
    session_.declare(app);
    CLI::Option* shard = shard_.declare(app);
    CLI::Option* key = app.add_option("--key", key_path_, "The provider's secret key")
                           ->type_name("FILE.key")
                           ->excludes(shard);
    CLI::Option* state =
        app.add_option("--state", paths_.state, "The provider's own memory of this session")
            ->type_name("FILE")
            ->needs(key);
    key->needs(state);
    app.add_option("--work", work_path_,
                   "Where the proofs are made, outside of the bundle; default: BUNDLE.work")
        ->type_name("DIR");
    memory_.declare(app);
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    if (!shard_.given() && key_path_.empty()) {
      return Error{"give --key and --state, or --shard"};
    }
    if (shard_.given()) {
      return run_shard(output);
    }
    VOUCH_ASSIGN(SecretKey key, read_secret_key(key_path_));
    VOUCH_ASSIGN(auto joined,
                 join_session(audit_workflow(), paths_, std::move(key), kAuditProvider, output));
    if (!joined.ok()) {
      return report_refusal(joined.refusal(), output);
    }
    Participant provider = std::move(joined).value();
    return finish(provider, output);
  }

 private:
  [[nodiscard]] std::string directory() const {
    std::string bundle = paths_.bundle;
    while (bundle.size() > 1 && bundle.back() == '/') {
      bundle.pop_back();
    }
    return work_path_.empty() ? bundle + ".work" : work_path_;
  }

  // Reads the bundle only.
  [[nodiscard]] Result<ExitStatus> run_shard(Output& output) const {
    VOUCH_ASSIGN(const Shard shard, shard_.shard());
    VOUCH_ASSIGN(const Bundle bundle, Bundle::open(paths_.bundle));
    VOUCH_ASSIGN(const SessionFilter wanted, session_.wanted());
    VOUCH_ASSIGN(const auto exchange, read_exchange(bundle, audit_workflow(), wanted));
    if (!exchange.ok()) {
      return report_refusal(exchange.refusal(), output);
    }
    return work(bundle, exchange.value().session, exchange.value().records, shard, output, {});
  }

  [[nodiscard]] Result<ExitStatus> finish(Participant& provider, Output& output) const {
    if (find_record<AuditProofs>(provider.records()) != nullptr) {
      VOUCH_TRY(provider.publish());
      report_due(provider.records(), audit_workflow(), output);
      return ExitStatus::kAccepted;
    }
    const auto announce = [&](const AuditWork& work) -> Result<void> {
      VOUCH_ASSIGN(const AuditProofs proofs, collect_audit_proofs(work));
      VOUCH_TRY(provider.say(proofs));
      report_audit_cost(work.subject.request, proofs, 0, output);
      report_due(provider.records(), audit_workflow(), output);
      return {};
    };
    return work(provider.bundle(), provider.session(), provider.records(), {}, output, announce);
  }

  static bool proofs_are_due(std::span<const SignedRecord> records) {
    const std::vector<Turn> due = audit_workflow().due(records);
    return std::ranges::any_of(due,
                               [](const Turn& turn) { return turn.kind == AuditProofs::kKind; });
  }

  // Proves what is missing of the shard, and then does `at_end`.
  [[nodiscard]] Result<ExitStatus> work(
      const Bundle& bundle, const Session& session, std::span<const SignedRecord> records,
      Shard shard, Output& output,
      const std::function<Result<void>(const AuditWork&)>& at_end) const {
    VOUCH_ASSIGN(const auto opened, open_requested_model(bundle, session, records, model_path_));
    if (!opened.ok()) {
      return report_fault(opened.fault(), audit_workflow(), output);
    }
    const auto& [file, request, subject] = opened.value();
    if (!proofs_are_due(records)) {
      return Error{"it is too early, or too late, to prove: see `vouch audit status`"};
    }
    const AuditSaid said = audit_said(records);
    VOUCH_ASSIGN(const auto evidence, open_audit_evidence(bundle, subject, *said.predictions,
                                                          said.labels ? &*said.labels : nullptr));
    if (!evidence.ok()) {
      return report_fault(evidence.fault(), audit_workflow(), output);
    }
    const AuditWork work{file.model, bundle,           session,    request,
                         subject,    evidence.value(), directory()};
    VOUCH_TRY(prove_missing(work, shard, output));
    if (at_end) {
      VOUCH_TRY(at_end(work));
    }
    return ExitStatus::kAccepted;
  }

  [[nodiscard]] Result<void> prove_missing(const AuditWork& work, Shard shard,
                                           Output& output) const {
    VOUCH_ASSIGN(const uint64_t memory, memory_.bytes());
    VOUCH_ASSIGN(const std::vector<uint64_t> missing, batches_to_prove(work, shard));
    const auto start = std::chrono::steady_clock::now();
    Progress progress("audit", missing.size(), progress_options(output));
    for (size_t done = 0; done < missing.size(); ++done) {
      progress.phase(phase_text(done, missing.size(), seconds_since(start)));
      VOUCH_TRY(prove_audit_batch(work, missing[done], memory));
      progress.tick();
    }
    progress.finish();
    const uint64_t all = batch_count(work.subject.request);
    output.object()["made"] = missing.size();
    output.object()["seconds"] = seconds_since(start);
    output.object()["proofs"] = all;
    const bool complete = all_batches_proven(work);
    output.object()["complete"] = complete;
    output.line(fmt::format("Proofs:   {} made in {}; {} in all{}", missing.size(),
                            duration_text(seconds_since(start)), all,
                            complete ? ", complete" : ", others are missing"));
    return {};
  }

  static std::string phase_text(size_t done, size_t of, double seconds) {
    std::string text = fmt::format("proof {} of {}", done + 1, of);
    if (done != 0) {
      const double left = seconds / static_cast<double>(done) * static_cast<double>(of - done);
      text += ", " + duration_text(left) + " left";
    }
    return text;
  }

  PartyPaths paths_;
  std::string key_path_;
  std::string model_path_;
  SessionOption session_;  // of a shard, which has no state
  ShardOption shard_;
  std::string work_path_;
  MemoryOption memory_;
};

}  // namespace

std::unique_ptr<Command> audit_prove_command() { return std::make_unique<AuditProveCommand>(); }

}  // namespace vouch
