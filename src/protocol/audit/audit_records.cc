#include "protocol/audit/audit_records.h"

#include <algorithm>

namespace vouch {
namespace {

// One behind the other.
class AuditWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return audit_rules(); }
  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    static const std::vector<Turn> steps{
        {AuditRequest::kKind, kAuditConsumer, "audit request", {}},
        {AuditPredictions::kKind, kAuditProvider, "audit predict", {}},
        {AuditProofs::kKind, kAuditProvider, "audit prove", {}},
        {AuditLabels::kKind, kAuditConsumer, "audit reveal", {}},
        {AuditReport::kKind, kAuditConsumer, "audit verify", {}},
        {AuditAgreement::kKind, kAuditProvider, "audit sign", {}}};
    if (said.size() >= steps.size()) {
      return {};
    }
    Turn turn = steps[said.size()];
    const auto request = find_body<AuditRequest>(said);
    if (request && turn.author == kAuditProvider && !find_record<AuditProofs>(said)) {
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
