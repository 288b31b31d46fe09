#include "protocol/audit/audit_proofs.h"

#include <algorithm>

#include "base/parallel.h"
#include "protocol/audit/announced_object.h"
#include "verify/batch.h"
#include "verify/hidden_output.h"

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

// Of an accepted proof: its outputs are those that were predicted. (Of hidden ones the verifier
// itself was told what to expect.)
Verdict check_outputs(const Claim& claim, BatchRange range, const AuditSubject& subject,
                      const AuditEvidence& evidence) {
  for (size_t i = 0; i < range.count && !is_hidden(subject.request); ++i) {
    if (!std::ranges::equal(claim.outputs.at(i),
                            evidence.output(range.first + i, subject.outputs()))) {
      return {Reason::kStatement, "it proves another output for input " +
                                      std::to_string(range.first + i) + " than was predicted"};
    }
  }
  return {};
}

BatchVerdict judge(const Verification& verification, BatchRange range, const AuditSubject& subject,
                   const AuditEvidence& evidence) {
  if (!verification.verdict.accepted()) {
    return {verification.verdict, {}};
  }
  const Claim& claim = *verification.claim;
  BatchVerdict judged{check_outputs(claim, range, subject, evidence), {}};
  if (claim.hidden) {
    judged.count = claim.hidden->count.value();
  }
  return judged;
}

Result<Judged<std::vector<BatchVerdict>>> verify_group(const Bundle& bundle, const Session& session,
                                                       const AuditSubject& subject,
                                                       const AuditEvidence& evidence,
                                                       std::span<const BatchProof> proofs) {
  std::vector<Expectation> expectations(proofs.size());
  std::vector<BatchItem> items;
  for (size_t i = 0; i < proofs.size(); ++i) {
    const BatchRange range = batch_range(subject.request, proofs[i].batch);
    VOUCH_ASSIGN(auto inputs, load_audit_inputs(bundle, subject, range));
    if (!inputs.ok()) {
      return Judged<std::vector<BatchVerdict>>(inputs.fault());
    }
    expectations[i].inputs = std::move(inputs).value();
    expectations[i].context = batch_context(session, proofs[i].batch);
    expect_predictions(subject.request, evidence, range, expectations[i]);
    items.push_back({&subject.model, proofs[i].proof, &expectations[i]});
  }
  VOUCH_ASSIGN(const Generators generators, load_generators(subject.model, proofs));
  const std::vector<Verification> verified = verify_batch(items, generators, parallel_for);
  std::vector<BatchVerdict> verdicts;
  for (size_t i = 0; i < proofs.size(); ++i) {
    verdicts.push_back(
        judge(verified[i], batch_range(subject.request, proofs[i].batch), subject, evidence));
  }
  return Judged<std::vector<BatchVerdict>>(std::move(verdicts));
}

Fault proofs_fault(const std::string& detail) {
  return {kAuditProvider, AuditProofs::kKind, detail};
}

Result<Judged<std::vector<BatchProof>>> load_proofs(const Bundle& bundle,
                                                    std::span<const Digest> list, uint64_t first) {
  std::vector<BatchProof> proofs;
  for (const Digest& digest : list) {
    const uint64_t batch = first + proofs.size();
    VOUCH_ASSIGN(auto proof, open_announced(bundle, digest, kMaxProofBytes,
                                            "the proof of batch " + std::to_string(batch),
                                            {kAuditProvider, AuditProofs::kKind}));
    if (!proof.ok()) {
      return Judged<std::vector<BatchProof>>(proof.fault());
    }
    proofs.push_back({batch, std::move(proof).value()});
  }
  return Judged<std::vector<BatchProof>>(std::move(proofs));
}

// How many are correct, by the opening of the sum of all commitments.
Result<Judged<std::optional<uint64_t>>> open_count(const Bundle& bundle,
                                                   const AuditProofs& announced,
                                                   std::span<const Encoding> counts) {
  using Count = Judged<std::optional<uint64_t>>;
  VOUCH_ASSIGN(const Bytes file, bundle.get(announced.count, kMaxObjectBytes,
                                            "the opening of the number of correct ones"));
  const auto opening = decode_count_opening(file);
  if (!opening.ok()) {
    return Count(proofs_fault(opening.error().message));
  }
  VOUCH_ASSIGN(const Generators generators, Generators::load(1));
  const Verdict verdict = check_count(counts, opening.value(), generators);
  return verdict.accepted() ? Count(std::optional<uint64_t>(opening.value().total))
                            : Count(proofs_fault(verdict.detail));
}

// The proofs from number `first` on; appends their counts.
Result<MaybeFault> verify_announced(const Bundle& bundle, const Session& session,
                                    const AuditSubject& subject, const AuditEvidence& evidence,
                                    std::span<const Digest> list, uint64_t first,
                                    const std::function<void()>& tick,
                                    std::vector<Encoding>& counts) {
  VOUCH_ASSIGN(const auto proofs, load_proofs(bundle, list, first));
  if (!proofs.ok()) {
    return MaybeFault(proofs.fault());
  }
  VOUCH_ASSIGN(const auto judged,
               verify_batch_proofs(bundle, session, subject, evidence, proofs.value(), tick));
  if (!judged.ok()) {
    return MaybeFault(judged.fault());
  }
  for (const auto& [verdict, count] : judged.value()) {
    if (!verdict.accepted()) {
      return MaybeFault(proofs_fault("the proof of batch " + std::to_string(counts.size()) +
                                     " is rejected: " + reason_name(verdict.reason) + ": " +
                                     verdict.detail));
    }
    counts.push_back(count);
  }
  return MaybeFault();
}

}  // namespace

Result<Judged<std::vector<BatchVerdict>>> verify_batch_proofs(const Bundle& bundle,
                                                              const Session& session,
                                                              const AuditSubject& subject,
                                                              const AuditEvidence& evidence,
                                                              std::span<const BatchProof> proofs,
                                                              const std::function<void()>& tick) {
  std::vector<BatchVerdict> verdicts;
  for (size_t first = 0; first < proofs.size(); first += kGroup) {
    const auto group = proofs.subspan(first, std::min(kGroup, proofs.size() - first));
    VOUCH_ASSIGN(const auto judged, verify_group(bundle, session, subject, evidence, group));
    if (!judged.ok()) {
      return judged;
    }
    std::ranges::copy(judged.value(), std::back_inserter(verdicts));
    for (size_t i = 0; i < group.size(); ++i) {
      tick();
    }
  }
  return Judged<std::vector<BatchVerdict>>(std::move(verdicts));
}

Result<Judged<std::optional<uint64_t>>> verify_audit_proofs(const Bundle& bundle,
                                                            const Session& session,
                                                            const AuditSubject& subject,
                                                            const AuditEvidence& evidence,
                                                            const AuditProofs& announced,
                                                            const std::function<void()>& tick) {
  using Count = Judged<std::optional<uint64_t>>;
  const uint64_t batches = batch_count(subject.request);
  VOUCH_ASSIGN(const auto opened,
               open_announced_list(bundle, announced.proof_list, batches, "the list of proofs",
                                   {kAuditProvider, AuditProofs::kKind}));
  if (!opened.ok()) {
    return Count(opened.fault());
  }
  const std::vector<Digest>& list = opened.value();
  std::vector<Encoding> counts;
  for (size_t first = 0; first < list.size(); first += kGroup) {
    const auto part = std::span(list).subspan(first, std::min(kGroup, list.size() - first));
    VOUCH_ASSIGN(const MaybeFault fault,
                 verify_announced(bundle, session, subject, evidence, part, first, tick, counts));
    if (fault) {
      return Count(*fault);
    }
  }
  return is_hidden(subject.request) ? open_count(bundle, announced, counts)
                                    : Count(std::optional<uint64_t>());
}

}  // namespace vouch
