#include "protocol/audit/audit_evidence.h"

#include <algorithm>

#include "protocol/audit/announced_object.h"

namespace vouch {
namespace {

Result<Judged<LabelOpening>> open_labels(const Bundle& bundle, const AuditSubject& subject,
                                         const AuditLabels& announced) {
  const auto fault = [](const std::string& detail) {
    return Judged<LabelOpening>(Fault{kAuditConsumer, AuditLabels::kKind, detail});
  };
  const AuditRequest& request = subject.request;
  VOUCH_ASSIGN(const Bytes bytes,
               bundle.get(announced.opening, kMaxObjectBytes, "the opening of the labels"));
  if (label_commitment(bytes) != request.labels) {
    return fault("they do not open what the request committed to");
  }
  auto opening = decode_label_opening(bytes, request.inputs, subject.outputs());
  return opening.ok() ? Judged<LabelOpening>(std::move(opening).value())
                      : fault(opening.error().message);
}

Result<Judged<AuditEvidence>> open_predictions(const Bundle& bundle, const AuditSubject& subject,
                                               const AuditPredictions& announced) {
  const uint64_t inputs = subject.request.inputs;
  AuditEvidence evidence;
  if (is_hidden(subject.request)) {
    VOUCH_ASSIGN(auto list, open_announced_list(bundle, announced.predictions, inputs,
                                                "the list of predictions",
                                                {kAuditProvider, AuditPredictions::kKind}));
    if (!list.ok()) {
      return Judged<AuditEvidence>(list.fault());
    }
    evidence.predictions = std::move(list).value();
    return Judged<AuditEvidence>(std::move(evidence));
  }
  VOUCH_ASSIGN(evidence.outputs,
               bundle.get(announced.predictions, kMaxObjectBytes, "the predictions"));
  const bool fits = evidence.outputs.size() == inputs * subject.outputs();
  return fits ? Judged<AuditEvidence>(std::move(evidence))
              : Judged<AuditEvidence>(Fault{kAuditProvider, AuditPredictions::kKind,
                                            "they are not one for each input"});
}

}  // namespace

Result<Judged<AuditEvidence>> open_audit_evidence(const Bundle& bundle, const AuditSubject& subject,
                                                  const AuditPredictions& predictions,
                                                  const AuditLabels* labels) {
  VOUCH_ASSIGN(auto opened, open_predictions(bundle, subject, predictions));
  if (!opened.ok() || labels == nullptr) {
    return opened;
  }
  VOUCH_ASSIGN(auto opening, open_labels(bundle, subject, *labels));
  if (!opening.ok()) {
    return Judged<AuditEvidence>(opening.fault());
  }
  AuditEvidence evidence = std::move(opened).value();
  evidence.labels = std::move(opening).value().classes;
  return Judged<AuditEvidence>(std::move(evidence));
}

Predicate audit_predicate(const AuditRequest& request, const AuditEvidence& evidence,
                          BatchRange range) {
  VOUCH_CHECK(evidence.labels.size() == request.inputs);
  Predicate predicate;
  predicate.kind = Predicate::Kind::kLabel;
  predicate.count = true;
  predicate.top = static_cast<uint8_t>(request.top);
  for (size_t i = range.first; i < range.first + range.count; ++i) {
    predicate.label.push_back(static_cast<uint16_t>(evidence.labels[i]));
  }
  return predicate;
}

void expect_predictions(const AuditRequest& request, const AuditEvidence& evidence,
                        BatchRange range, Expectation& expectation) {
  if (!is_hidden(request)) {
    expectation.public_output = true;
    return;
  }
  expectation.predicate = audit_predicate(request, evidence, range);
  const auto first = evidence.predictions.begin() + static_cast<std::ptrdiff_t>(range.first);
  expectation.predictions.assign(first, first + static_cast<std::ptrdiff_t>(range.count));
}

}  // namespace vouch
