#include "protocol/audit/audit_result.h"

#include <algorithm>
#include <cmath>

#include "circuit/class_rank.h"
#include "protocol/sample_plan.h"

namespace vouch {
namespace {

constexpr size_t kTopFive = 5;

Fault labels_fault(const std::string& detail) {
  return {kAuditConsumer, AuditLabels::kKind, detail};
}

Result<Judged<LabelOpening>> open_labels(const Bundle& bundle, const AuditSubject& subject,
                                         const AuditLabels& announced) {
  const AuditRequest& request = subject.request;
  VOUCH_ASSIGN(const Bytes bytes,
               bundle.get(announced.opening, kMaxObjectBytes, "the opening of the labels"));
  if (label_commitment(bytes) != request.labels) {
    return Judged<LabelOpening>(labels_fault("they do not open what the request committed to"));
  }
  auto opening = decode_label_opening(bytes, request.inputs, subject.outputs());
  if (!opening.ok()) {
    return Judged<LabelOpening>(labels_fault(opening.error().message));
  }
  return Judged<LabelOpening>(std::move(opening).value());
}

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

AuditReport make_audit_report(const AuditRequest& request, ByteSpan predictions,
                              std::span<const uint32_t> classes) {
  AuditReport report{request.inputs};
  const size_t outputs = predictions.size() / classes.size();
  for (size_t i = 0; i < classes.size(); ++i) {
    const size_t rank = rank_of(predictions.subspan(i * outputs, outputs), classes[i]);
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

Result<Judged<Bytes>> open_audit_predictions(const Bundle& bundle, const AuditSubject& subject,
                                             const AuditPredictions& announced) {
  VOUCH_ASSIGN(Bytes predictions,
               bundle.get(announced.predictions, kMaxObjectBytes, "the predictions"));
  if (predictions.size() != subject.request.inputs * subject.outputs()) {
    return Judged<Bytes>(
        Fault{kAuditProvider, AuditPredictions::kKind, "they are not one output for each input"});
  }
  return Judged<Bytes>(std::move(predictions));
}

Result<Judged<AuditFindings>> judge_audit(const Bundle& bundle, const Session& session,
                                          std::span<const SignedRecord> records,
                                          const std::function<void()>& tick) {
  using Findings = Judged<AuditFindings>;
  const AuditSaid said = audit_said(records);
  if (!said.request) {
    return Error{"no audit was requested yet"};
  }
  VOUCH_ASSIGN(auto subject, open_audit_subject(bundle, session, *said.request));
  if (!subject.ok()) {
    return Findings(subject.fault());
  }
  AuditFindings findings{std::move(subject).value(), {}};
  if (!said.predictions) {
    return Findings(std::move(findings));
  }
  VOUCH_ASSIGN(const auto opened,
               open_audit_predictions(bundle, findings.subject, *said.predictions));
  if (!opened.ok()) {
    return Findings(opened.fault());
  }
  const Bytes& predictions = opened.value();
  if (said.proofs) {
    VOUCH_ASSIGN(const MaybeFault fault, verify_audit_proofs(bundle, session, findings.subject,
                                                             predictions, *said.proofs, tick));
    if (fault) {
      return Findings(*fault);
    }
  }
  if (!said.labels) {
    return Findings(std::move(findings));
  }
  VOUCH_ASSIGN(const auto labels, open_labels(bundle, findings.subject, *said.labels));
  if (!labels.ok()) {
    return Findings(labels.fault());
  }
  findings.report = make_audit_report(*said.request, predictions, labels.value().classes);
  if (const MaybeFault fault = check_conclusions(records, *findings.report)) {
    return Findings(*fault);
  }
  return Findings(std::move(findings));
}

}  // namespace vouch
