#include "protocol/retrieval/retrieval_proofs.h"

#include <algorithm>

#include "base/parallel.h"
#include "protocol/retrieval/retrieval_objects.h"
#include "verify/batch.h"

namespace vouch {
namespace {

class ProofGroup {
 public:
  ProofGroup(const RetrievalSubject& subject, const RetrievalAnswers& answers,
             std::span<const NumberedProof> proofs)
      : subject_(subject), answers_(answers), proofs_(proofs), checked_(proofs.size()) {}

  Result<std::vector<CheckedProof>> run() {
    for (size_t i = 0; i < proofs_.size(); ++i) {
      look_at(i);
    }
    VOUCH_TRY(verify());
    return std::move(checked_);
  }

 private:
  [[nodiscard]] DocumentRange range(size_t i) const { return subject_.range(proofs_[i].batch); }

  void fail(size_t i, RetrievalFault fault, uint64_t item, std::string detail) {
    checked_[i].fault = DocumentFault{fault, item, std::move(detail), file_digest(proofs_[i].file)};
  }

  // What the proof's bytes say of themselves; the rest is for the verifier.
  void look_at(size_t i) {
    const uint64_t first = range(i).first;
    const auto proof = decode_proof(proofs_[i].file);
    if (!proof.ok()) {
      fail(i, RetrievalFault::kInvalidProof, first, proof.error().message);
    } else if (proof.value().context !=
               documents_context(answers_.session, answers_.list, range(i))) {
      fail(i, RetrievalFault::kOtherContext, first, "");
    } else if (proof.value().input_public || proof.value().predicate != subject_.predicate) {
      fail(i, RetrievalFault::kOtherPredicate, first, "");
    } else {
      to_verify_.push_back(i);
    }
  }

  Result<void> verify() {
    size_t needed = generators_needed(subject_.model);
    for (const size_t i : to_verify_) {
      needed = std::max(needed, generators_needed(subject_.model, proofs_[i].file));
    }
    VOUCH_ASSIGN(const Generators generators, Generators::load(needed, parallel_for));
    std::vector<BatchItem> items;
    for (const size_t i : to_verify_) {
      items.push_back({&subject_.model, proofs_[i].file, nullptr});
    }
    const std::vector<Verification> verified = verify_batch(items, generators, parallel_for);
    for (size_t j = 0; j < to_verify_.size(); ++j) {
      settle(to_verify_[j], verified[j]);
    }
    return {};
  }

  void settle(size_t i, const Verification& verified) {
    const auto [first, count] = range(i);
    if (!verified.verdict.accepted()) {
      fail(i, RetrievalFault::kInvalidProof, first,
           std::string(reason_name(verified.verdict.reason)) + ": " + verified.verdict.detail);
      return;
    }
    const Claim& claim = *verified.claim;
    if (claim.inputs.size() != count) {
      fail(i, RetrievalFault::kOtherInput, first,
           "it is about " + std::to_string(claim.inputs.size()) + " documents, not " +
               std::to_string(count));
      return;
    }
    const auto expected = std::span(answers_.inputs).subspan(first, count);
    const auto other = std::ranges::mismatch(claim.inputs, expected);
    if (other.in1 != claim.inputs.end()) {
      fail(i, RetrievalFault::kOtherInput,
           first + static_cast<uint64_t>(other.in1 - claim.inputs.begin()), "");
      return;
    }
    checked_[i].bits = claim.hidden->result;
  }

  const RetrievalSubject& subject_;
  const RetrievalAnswers& answers_;
  std::span<const NumberedProof> proofs_;
  std::vector<CheckedProof> checked_;
  std::vector<size_t> to_verify_;
};

}  // namespace

std::optional<DocumentFault> check_inputs(const RetrievalSubject& subject,
                                          const std::vector<Digest>& inputs) {
  if (inputs.size() != subject.count) {
    return DocumentFault{RetrievalFault::kMissingDocument,
                         std::min(inputs.size(), subject.count),
                         "there are " + std::to_string(inputs.size()) + " inputs for " +
                             std::to_string(subject.count) + " documents",
                         {}};
  }
  if (const auto repeated = first_repeated(inputs)) {
    return DocumentFault{
        RetrievalFault::kRepeatedInput,
        repeated->again,
        "documents " + std::to_string(repeated->before) + " and " + std::to_string(repeated->again),
        {}};
  }
  return {};
}

Result<std::vector<CheckedProof>> check_proofs(const RetrievalSubject& subject,
                                               const RetrievalAnswers& answers,
                                               std::span<const NumberedProof> proofs) {
  return ProofGroup(subject, answers, proofs).run();
}

Result<ProvenBits> check_announced_proofs(const Bundle& bundle, const RetrievalSubject& subject,
                                          const RetrievalAnswers& answers,
                                          std::span<const Digest> proofs,
                                          const std::function<void()>& tick) {
  ProvenBits proven;
  if (proofs.size() != subject.proofs()) {
    proven.faults.push_back({RetrievalFault::kMissingProof,
                             0,
                             "there are " + std::to_string(proofs.size()) + " proofs, not " +
                                 std::to_string(subject.proofs()),
                             {}});
    return proven;
  }
  if (const auto repeated = first_repeated(proofs)) {
    proven.faults.push_back({RetrievalFault::kOtherContext, subject.range(repeated->again).first,
                             "it is named as the proof of documents before these, too",
                             proofs[repeated->again]});
    return proven;
  }
  for (size_t first = 0; first < proofs.size(); first += kProofGroup) {
    std::vector<NumberedProof> group;
    for (size_t i = first; i < std::min(first + kProofGroup, proofs.size()); ++i) {
      auto file = bundle.find(proofs[i], kMaxProofBytes, "a proof");
      if (file.ok() && !file.value()) {  // no need to look at others that are as large
        proven.faults = {{RetrievalFault::kInvalidProof, subject.range(i).first,
                          "it has more than " + std::to_string(kMaxProofBytes) + " bytes",
                          proofs[i]}};
        return proven;
      }
      if (file.ok()) {
        group.push_back({i, *std::move(file).value()});
      } else {
        proven.faults.push_back(
            {RetrievalFault::kMissingProof, subject.range(i).first, "", proofs[i]});
      }
    }
    VOUCH_ASSIGN(const std::vector<CheckedProof> checked, check_proofs(subject, answers, group));
    for (const CheckedProof& proof : checked) {
      if (proof.fault) {
        proven.faults.push_back(*proof.fault);
      }
      proven.bits.insert(proven.bits.end(), proof.bits.begin(), proof.bits.end());
      tick();
    }
  }
  std::ranges::stable_sort(proven.faults, {}, &DocumentFault::item);
  return proven;
}

std::vector<uint64_t> documents_with(ByteSpan bits, uint8_t bit) {
  std::vector<uint64_t> numbers;
  for (uint64_t i = 0; i < bits.size(); ++i) {
    if (bits[i] == bit) {
      numbers.push_back(i);
    }
  }
  return numbers;
}

}  // namespace vouch
