// `audit check`: anybody checks an audit from scratch.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/audit_commands.h"
#include "cli/audit_judgement.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "records/log_proof.h"

namespace vouch {
namespace {

class AuditCheckCommand final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "check"; }
  [[nodiscard]] const char* about() const override {
    return "Check a whole audit from its files: exit status 0 accepted, 1 rejected, 2 error";
  }
  [[nodiscard]] const char* footer() const override {
    return "Everything is checked again: signatures and order of the records, the model's "
           "publication,\n"
           "inputs, proofs, labels, numbers, and that both parties signed the report. Who they are "
           "is for\n"
           "--provider, --consumer and --head to say: without these the files may be anybody's.\n"
           "\n"
           "Example:\n"
           "  vouch audit check audit/ --provider p.id --consumer c.id --head head.record";
  }
  void declare(CLI::App& app) override {
    app.add_option("BUNDLE", bundle_path_, "The directory that the parties exchanged")->required();
    app.add_option("--provider", expected_[kAuditProvider], "Who the provider must be")
        ->type_name("KEY");
    app.add_option("--consumer", expected_[kAuditConsumer], "Who the consumer must be")
        ->type_name("KEY");
    app.add_option("--head", head_path_,
                   "The signed root under which the model must have been published")
        ->type_name("FILE.record");
    app.add_option("--price", price_, "Of a core for an hour, in any currency")
        ->check(CLI::Range(0.0, 1e9))
        ->type_name("P");
  }

  [[nodiscard]] Result<ExitStatus> run(Output& output) override {
    VOUCH_ASSIGN(const Bundle bundle, Bundle::open(bundle_path_));
    VOUCH_ASSIGN(const auto read, read_exchange(bundle, audit_workflow()));
    if (!read.ok()) {
      return report_refusal(read.refusal(), output);
    }
    const Exchange& exchange = read.value();
    report_exchange(exchange, audit_workflow(), output);
    VOUCH_ASSIGN(const MaybeRefusal others, check_parties(exchange.session));
    if (others) {
      return report_refusal(*others, output);
    }
    VOUCH_ASSIGN(const auto judged,
                 judge_and_report(bundle, exchange.session, exchange.records, price_, output));
    if (!judged.ok()) {
      return report_fault(judged.fault(), audit_workflow(), output);
    }
    VOUCH_ASSIGN(const MaybeRefusal head, check_head(judged.value().subject));
    if (head) {
      return report_refusal(*head, output);
    }
    report_times(exchange.records, output);
    if (!audit_workflow().due(exchange.records).empty()) {
      return Error{"the audit is not finished; what there is of it is right"};
    }
    output.line("ACCEPTED: both parties signed the report, and it is right.");
    return ExitStatus::kAccepted;
  }

 private:
  [[nodiscard]] Result<MaybeRefusal> check_parties(const Session& session) const {
    for (size_t party = 0; party < expected_.size(); ++party) {
      if (expected_.at(party).empty()) {
        continue;
      }
      VOUCH_ASSIGN(const PublicKey key, read_public_key(expected_.at(party)));
      if (session.parties.at(party) != key) {
        return MaybeRefusal(
            Refusal{Refused::kOtherParties, std::string("the ") + audit_rules().roles.at(party) +
                                                " is " + fingerprint(session.parties.at(party)) +
                                                ", not " + fingerprint(key)});
      }
    }
    return MaybeRefusal();
  }

  [[nodiscard]] Result<MaybeRefusal> check_head(const AuditSubject& subject) const {
    if (head_path_.empty()) {
      return MaybeRefusal();
    }
    VOUCH_ASSIGN(const Bytes head, read_file(head_path_, kMaxRecordBytes));
    return subject.publication.head.bytes() == head
               ? MaybeRefusal()
               : MaybeRefusal(Refusal{Refused::kNotInLog,
                                      "the model was published under another signed root"});
  }

  static void report_times(std::span<const SignedRecord> records, Output& output) {
    const auto request = find_body<AuditRequest>(records);
    const SignedRecord* proofs = find_record<AuditProofs>(records);
    if (request && proofs != nullptr) {
      const bool late = proofs->record().time > request->deadline;
      output.object()["in_time"] = !late;
      if (late) {
        output.line("Late:     the proofs were announced after the deadline");
      }
    }
  }

  std::string bundle_path_;
  std::array<std::string, 2> expected_;
  std::string head_path_;
  double price_ = 0;
};

}  // namespace

std::unique_ptr<Command> audit_check_command() { return std::make_unique<AuditCheckCommand>(); }

}  // namespace vouch
