#include "protocol/retrieval/retrieval_records.h"

#include <algorithm>

#include "base/hex.h"

namespace vouch {
namespace {

// Each is said once, in this order; the judge tells the time as often as he is asked.
class RetrievalWorkflow final : public Workflow {
 public:
  [[nodiscard]] const ProtocolRules& rules() const override { return retrieval_rules(); }

  [[nodiscard]] std::vector<Turn> due(std::span<const SignedRecord> said) const override {
    const auto approval = find_body<RetrievalApproval>(said);
    std::vector<Turn> turns;
    for (const Turn& step : steps(approval)) {
      if (!was_said(said, step.kind)) {
        turns.push_back(step);
        break;
      }
    }
    if (approval) {
      turns.push_back({TimeTold::kKind, kRetrievalJudge, "retrieval time", {}});
    }
    return turns;
  }
  [[nodiscard]] bool is_aside(uint16_t kind) const override { return kind == TimeTold::kKind; }

 private:
  static std::array<Turn, 9> steps(const std::optional<RetrievalApproval>& approval) {
    std::optional<uint64_t> answer_by;
    std::optional<uint64_t> reveal_by;
    std::optional<uint64_t> open_by;
    if (approval) {
      answer_by = approval->answer_by;
      reveal_by = approval->reveal_by;
      open_by = approval->open_by;
    }
    return {Turn{RetrievalDocuments::kKind, kResponder, "retrieval commit", {}},
            Turn{RetrievalRequest::kKind, kRequester, "retrieval request", {}},
            Turn{RetrievalApproval::kKind, kRetrievalJudge, "retrieval approve", {}},
            Turn{RetrievalInputs::kKind, kResponder, "retrieval prove", answer_by},
            Turn{RetrievalProofs::kKind, kResponder, "retrieval prove", answer_by},
            Turn{RetrievalDelivery::kKind, kResponder, "retrieval deliver", answer_by},
            Turn{RetrievalReveal::kKind, kRequester, "retrieval sample", reveal_by},
            Turn{RetrievalOpening::kKind, kResponder, "retrieval open-sample", open_by},
            Turn{RetrievalFinding::kKind, kRetrievalJudge, "retrieval judge-sample", {}}};
  }

  static bool was_said(std::span<const SignedRecord> said, uint16_t kind) {
    return std::ranges::any_of(
        said, [&](const SignedRecord& record) { return record.record().kind == kind; });
  }
};

}  // namespace

const ProtocolRules& retrieval_rules() {
  static const ProtocolRules rules{
      "retrieval",
      1,
      {"requester", "responder", "judge"},
      {rules_of<RetrievalDocuments>(), rules_of<RetrievalRequest>(), rules_of<RetrievalApproval>(),
       rules_of<RetrievalInputs>(), rules_of<RetrievalProofs>(), rules_of<RetrievalDelivery>(),
       rules_of<TimeTold>(), rules_of<RetrievalReveal>(), rules_of<RetrievalOpening>(),
       rules_of<RetrievalFinding>()}};
  return rules;
}

const Workflow& retrieval_workflow() {
  static const RetrievalWorkflow workflow;
  return workflow;
}

RetrievalSaid retrieval_said(std::span<const SignedRecord> records) {
  return {find_body<RetrievalDocuments>(records), find_body<RetrievalRequest>(records),
          find_body<RetrievalApproval>(records),  find_body<RetrievalInputs>(records),
          find_body<RetrievalProofs>(records),    find_body<RetrievalDelivery>(records),
          find_body<RetrievalReveal>(records),    find_body<RetrievalOpening>(records),
          find_body<RetrievalFinding>(records)};
}

uint64_t proof_count(uint64_t documents, uint64_t each) { return (documents + each - 1) / each; }

DocumentRange proof_range(uint64_t documents, uint64_t each, uint64_t batch) {
  const uint64_t first = batch * each;
  VOUCH_CHECK(first < documents);
  return {first, std::min(each, documents - first)};
}

Bytes documents_context(const Session& session, const Digest& inputs, DocumentRange range) {
  const Digest context = proof_context(
      session, "documents " + std::to_string(range.first) + " to " +
                   std::to_string(range.first + range.count - 1) + " of " + hex_text(inputs));
  return {context.begin(), context.end()};
}

}  // namespace vouch
