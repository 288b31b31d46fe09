#include "protocol/audit/audit_proofs.h"

#include <algorithm>

#include "base/parallel.h"
#include "verify/batch.h"

namespace vouch {
namespace {

// Proofs whose inputs are in memory at a time: enough for one sum (verify/batch.h).
constexpr size_t kGroup = 32;

Result<Generators> load_generators(const VerifierModel& model, std::span<const BatchProof> proofs) {
  size_t needed = generators_needed(model);
  for (const BatchProof& proof : proofs) {
    needed = std::max(needed, generators_needed(model, proof.proof));
  }
  return Generators::load(needed, parallel_for);
}

Verdict check_outputs(const Verification& verification, BatchRange range, size_t outputs,
                      ByteSpan predictions) {
  if (!verification.verdict.accepted()) {
    return verification.verdict;
  }
  const std::vector<Bytes>& proven = verification.claim->outputs;
  for (size_t i = 0; i < range.count; ++i) {
    if (!std::ranges::equal(proven.at(i),
                            predictions.subspan((range.first + i) * outputs, outputs))) {
      return {Reason::kStatement, "it proves another output for input " +
                                      std::to_string(range.first + i) + " than was predicted"};
    }
  }
  return verification.verdict;
}

Result<Judged<std::vector<Verdict>>> verify_group(const Bundle& bundle, const Session& session,
                                                  const AuditSubject& subject, ByteSpan predictions,
                                                  std::span<const BatchProof> proofs) {
  std::vector<Expectation> expectations(proofs.size());
  std::vector<BatchItem> items;
  for (size_t i = 0; i < proofs.size(); ++i) {
    const BatchRange range = batch_range(subject.request, proofs[i].batch);
    VOUCH_ASSIGN(auto inputs, load_audit_inputs(bundle, subject, range));
    if (!inputs.ok()) {
      return Judged<std::vector<Verdict>>(inputs.fault());
    }
    expectations[i].inputs = std::move(inputs).value();
    expectations[i].context = batch_context(session, proofs[i].batch);
    expectations[i].public_output = true;
    items.push_back({&subject.model, proofs[i].proof, &expectations[i]});
  }
  VOUCH_ASSIGN(const Generators generators, load_generators(subject.model, proofs));
  const std::vector<Verification> verified = verify_batch(items, generators, parallel_for);
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < proofs.size(); ++i) {
    verdicts.push_back(check_outputs(verified[i], batch_range(subject.request, proofs[i].batch),
                                     subject.outputs(), predictions));
  }
  return Judged<std::vector<Verdict>>(std::move(verdicts));
}

Fault proofs_fault(const std::string& detail) {
  return {kAuditProvider, AuditProofs::kKind, detail};
}

Result<std::vector<BatchProof>> load_proofs(const Bundle& bundle, std::span<const Digest> list,
                                            uint64_t first) {
  std::vector<BatchProof> proofs;
  for (const Digest& digest : list) {
    const uint64_t batch = first + proofs.size();
    VOUCH_ASSIGN(Bytes proof,
                 bundle.get(digest, kMaxProofBytes, "the proof of batch " + std::to_string(batch)));
    proofs.push_back({batch, std::move(proof)});
  }
  return proofs;
}

}  // namespace

Result<Judged<std::vector<Verdict>>> verify_batch_proofs(
    const Bundle& bundle, const Session& session, const AuditSubject& subject, ByteSpan predictions,
    std::span<const BatchProof> proofs, const std::function<void()>& tick) {
  VOUCH_CHECK(predictions.size() == subject.request.inputs * subject.outputs());
  std::vector<Verdict> verdicts;
  for (size_t first = 0; first < proofs.size(); first += kGroup) {
    const auto group = proofs.subspan(first, std::min(kGroup, proofs.size() - first));
    VOUCH_ASSIGN(auto judged, verify_group(bundle, session, subject, predictions, group));
    if (!judged.ok()) {
      return judged;
    }
    std::ranges::move(judged.value(), std::back_inserter(verdicts));
    for (size_t i = 0; i < group.size(); ++i) {
      tick();
    }
  }
  return Judged<std::vector<Verdict>>(std::move(verdicts));
}

Result<MaybeFault> verify_audit_proofs(const Bundle& bundle, const Session& session,
                                       const AuditSubject& subject, ByteSpan predictions,
                                       const AuditProofs& announced,
                                       const std::function<void()>& tick) {
  const uint64_t batches = batch_count(subject.request);
  VOUCH_ASSIGN(const std::vector<Digest> list,
               bundle.get_list(announced.proof_list, kMostAuditInputs, "the list of proofs"));
  if (list.size() != batches) {
    return MaybeFault(proofs_fault(std::to_string(list.size()) + " proofs are announced, not " +
                                   std::to_string(batches)));
  }
  for (size_t first = 0; first < batches; first += kGroup) {
    const auto part = std::span(list).subspan(first, std::min(kGroup, list.size() - first));
    VOUCH_ASSIGN(const std::vector<BatchProof> proofs, load_proofs(bundle, part, first));
    VOUCH_ASSIGN(const auto judged,
                 verify_batch_proofs(bundle, session, subject, predictions, proofs, tick));
    if (!judged.ok()) {
      return MaybeFault(judged.fault());
    }
    const auto& verdicts = judged.value();
    const auto bad = std::ranges::find_if_not(verdicts, &Verdict::accepted);
    if (bad != verdicts.end()) {
      return MaybeFault(
          proofs_fault("the proof of batch " + std::to_string(first + (bad - verdicts.begin())) +
                       " is rejected: " + reason_name(bad->reason) + ": " + bad->detail));
    }
  }
  return MaybeFault();
}

}  // namespace vouch
