#include "cli/whole_audit.h"

#include "base/file.h"
#include "cli/audit_judgement.h"
#include "cli/audit_report.h"
#include "cli/exchange_report.h"
#include "cli/identity_files.h"
#include "cli/judgement_report.h"
#include "records/log_proof.h"

namespace vouch {
namespace {

void report_times(std::span<const SignedRecord> records, Output& output) {
  if (find_record<AuditProofs>(records) == nullptr) {
    return;
  }
  const bool late = provider_is_late(records);
  output.object()["in_time"] = !late;
  if (late) {
    output.line("Late:     the proofs were announced after the deadline");
  }
}

}  // namespace

void WholeAudit::declare(CLI::App& app) {
  options_.declare(app);
  app.add_option("--provider", expected_[kAuditProvider], "Who the provider must be")
      ->type_name("KEY");
  app.add_option("--consumer", expected_[kAuditConsumer], "Who the consumer must be")
      ->type_name("KEY");
  app.add_option("--head", head_path_,
                 "The signed root under which the model must have been published")
      ->type_name("FILE.record");
}

Result<std::optional<AuditFindings>> WholeAudit::check(double price, Output& output) const {
  using Found = std::optional<AuditFindings>;
  VOUCH_ASSIGN(const Bundle bundle, options_.bundle());
  VOUCH_ASSIGN(const auto read, options_.read(bundle, audit_workflow(), output));
  if (!read.ok()) {
    static_cast<void>(report_refusal(read.refusal(), output));
    return Found();
  }
  const Exchange& exchange = read.value();
  report_exchange(exchange, audit_workflow(), output);
  VOUCH_ASSIGN(const MaybeRefusal others, check_parties(exchange.session));
  if (others) {
    static_cast<void>(report_refusal(*others, output));
    return Found();
  }
  if (const auto convicted = judge_offences(exchange, audit_rules())) {
    tell_judgement(*convicted, audit_rules(), output);
    return Found();
  }
  VOUCH_ASSIGN(auto judged,
               judge_and_report(bundle, exchange.session, exchange.records, price, output));
  if (!judged.ok()) {
    static_cast<void>(report_fault(judged.fault(), audit_workflow(), output));
    return Found();
  }
  VOUCH_ASSIGN(const MaybeRefusal head, check_head(judged.value().subject));
  if (head) {
    static_cast<void>(report_refusal(*head, output));
    return Found();
  }
  report_times(exchange.records, output);
  if (!audit_workflow().due(exchange.records).empty()) {
    return Error{"the audit is not finished; what there is of it is right"};
  }
  return Found(std::move(judged).value());
}

Result<MaybeRefusal> WholeAudit::check_parties(const Session& session) const {
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

Result<MaybeRefusal> WholeAudit::check_head(const AuditSubject& subject) const {
  if (head_path_.empty()) {
    return MaybeRefusal();
  }
  VOUCH_ASSIGN(const Bytes head, read_file(head_path_, kMaxRecordBytes));
  return subject.publication.head.bytes() == head
             ? MaybeRefusal()
             : MaybeRefusal(Refusal{Refused::kNotInLog,
                                    "the model was published under another signed root"});
}

}  // namespace vouch
