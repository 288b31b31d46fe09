#include "protocol/audit/audit_records.h"

#include <algorithm>
#include <array>

namespace vouch {
namespace {

constexpr Turn kRequest{AuditRequest::kKind, kAuditConsumer, "audit request", {}};
constexpr Turn kPredictions{AuditPredictions::kKind, kAuditProvider, "audit predict", {}};
constexpr Turn kProofs{AuditProofs::kKind, kAuditProvider, "audit prove", {}};
constexpr Turn kLabels{AuditLabels::kKind, kAuditConsumer, "audit reveal", {}};
constexpr Turn kReport{AuditReport::kKind, kAuditConsumer, "audit verify", {}};
constexpr Turn kAgreement{AuditAgreement::kKind, kAuditProvider, "audit sign", {}};

// One behind the other. What is proven of hidden predictions is about the labels, so these come
// first; else they come last.
class AuditWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return audit_rules(); }
  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    const auto request = find_body<AuditRequest>(said);
    const bool hidden = request && is_hidden(*request);
    const std::array steps{
        kRequest, kPredictions, hidden ? kLabels : kProofs, hidden ? kProofs : kLabels,
        kReport,  kAgreement};
    if (said.size() >= steps.size()) {
      return {};
    }
    Turn turn = steps.at(said.size());
    if (request && (turn.kind == kPredictions.kind || turn.kind == kProofs.kind)) {
      turn.deadline = request->deadline;
    }
    return {turn};
  }
};

}  // namespace

const ProtocolRules& audit_rules() {
  static const ProtocolRules rules{
      "audit",
      1,
      {"provider", "consumer"},
      {rules_of<AuditRequest>(), rules_of<AuditPredictions>(), rules_of<AuditProofs>(),
       rules_of<AuditLabels>(), rules_of<AuditReport>(), rules_of<AuditAgreement>()}};
  return rules;
}

const Workflow& audit_workflow() {
  static const AuditWorkflow workflow;
  return workflow;
}

AuditSaid audit_said(std::span<const SignedRecord> records) {
  return {find_body<AuditRequest>(records), find_body<AuditPredictions>(records),
          find_body<AuditProofs>(records),  find_body<AuditLabels>(records),
          find_body<AuditReport>(records),  find_body<AuditAgreement>(records)};
}

bool provider_is_late(std::span<const SignedRecord> records) {
  const auto request = find_body<AuditRequest>(records);
  const auto after_deadline = [&](const SignedRecord* record) {
    return request && record != nullptr && record->record().time > request->deadline;
  };
  const bool labels_first = request && is_hidden(*request);
  return after_deadline(find_record<AuditPredictions>(records)) ||
         (after_deadline(find_record<AuditProofs>(records)) &&
          !(labels_first && after_deadline(find_record<AuditLabels>(records))));
}

uint64_t batch_count(const AuditRequest& request) {
  return (request.inputs + request.batch - 1) / request.batch;
}

BatchRange batch_range(const AuditRequest& request, uint64_t batch) {
  const uint64_t first = batch * request.batch;
  VOUCH_CHECK(first < request.inputs);
  return {first, std::min(request.batch, request.inputs - first)};
}

Bytes batch_context(const Session& session, uint64_t batch) {
  const Digest context = proof_context(session, "batch " + std::to_string(batch));
  return {context.begin(), context.end()};
}

}  // namespace vouch
