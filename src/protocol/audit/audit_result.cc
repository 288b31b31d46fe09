#include "protocol/audit/audit_result.h"

#include <algorithm>
#include <cmath>

#include "circuit/class_rank.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

constexpr size_t kTopFive = 5;

// Another program's arithmetic may round the last bit of the interval the other way.
bool is_close(uint64_t a, uint64_t b) { return (a > b ? a - b : b - a) <= 1; }

bool same_report(const AuditReport& a, const AuditReport& b) {
  return a.inputs == b.inputs && a.correct == b.correct && a.top1 == b.top1 && a.top5 == b.top5 &&
         is_close(a.lower, b.lower) && is_close(a.upper, b.upper);
}

MaybeFault check_conclusions(std::span<const SignedRecord> records, const AuditReport& report) {
  const SignedRecord* said = find_record<AuditReport>(records);
  if (said == nullptr) {
    return {};
  }
  if (!same_report(body_of<AuditReport>(said->record().body), report)) {
    return Fault{kAuditConsumer, AuditReport::kKind, "its numbers are not those of the audit"};
  }
  const auto agreement = find_body<AuditAgreement>(records);
  if (agreement && agreement->report != said->digest()) {
    return Fault{kAuditProvider, AuditAgreement::kKind, "it is about another report"};
  }
  return {};
}

}  // namespace

AuditReport make_audit_report(const AuditRequest& request, const AuditEvidence& evidence,
                              std::optional<uint64_t> correct) {
  AuditReport report{request.inputs};
  report.correct = correct.value_or(0);
  const size_t outputs = evidence.outputs.size() / request.inputs;
  for (size_t i = 0; i < request.inputs && !correct; ++i) {
    const size_t rank = rank_of(evidence.output(i, outputs), evidence.labels[i]);
    report.correct += rank < request.top ? 1 : 0;
    report.top1 += rank == 0 ? 1 : 0;
    report.top5 += rank < kTopFive ? 1 : 0;
  }
  const double delta =
      static_cast<double>(kMillion - request.confidence) / static_cast<double>(kMillion);
  const Interval interval = exact_interval(report.correct, report.inputs, delta);
  report.lower = static_cast<uint64_t>(std::floor(interval.lower * kMillion));
  report.upper = static_cast<uint64_t>(std::ceil(interval.upper * kMillion));
  return report;
}

Result<Judged<AuditFindings>> judge_audit(const Bundle& bundle, const Session& session,
                                          std::span<const SignedRecord> records,
                                          const std::function<void()>& tick) {
  using Findings = Judged<AuditFindings>;
  const AuditSaid said = audit_said(records);
  if (!said.request) {
    return Error{"no audit was requested yet"};
  }
  if (const MaybeFault fault = check_deadline(*find_record<AuditRequest>(records))) {
    return Findings(*fault);
  }
  VOUCH_ASSIGN(auto subject, open_audit_subject(bundle, session, *said.request));
  if (!subject.ok()) {
    return Findings(subject.fault());
  }
  AuditFindings findings{std::move(subject).value(), {}};
  if (!said.predictions) {
    return Findings(std::move(findings));
  }
  VOUCH_ASSIGN(const auto evidence, open_audit_evidence(bundle, findings.subject, *said.predictions,
                                                        said.labels ? &*said.labels : nullptr));
  if (!evidence.ok()) {
    return Findings(evidence.fault());
  }
  if (!said.proofs) {
    return Findings(std::move(findings));
  }
  VOUCH_ASSIGN(const auto correct, verify_audit_proofs(bundle, session, findings.subject,
                                                       evidence.value(), *said.proofs, tick));
  if (!correct.ok()) {
    return Findings(correct.fault());
  }
  if (!said.labels) {
    return Findings(std::move(findings));
  }
  findings.report = make_audit_report(*said.request, evidence.value(), correct.value());
  if (const MaybeFault fault = check_conclusions(records, *findings.report)) {
    return Findings(*fault);
  }
  return Findings(std::move(findings));
}

}  // namespace vouch
