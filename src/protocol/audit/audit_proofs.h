// The proofs of an audit, one a batch of inputs.
#pragma once

#include <functional>

#include "protocol/audit/audit_evidence.h"

namespace vouch {

struct BatchProof {
  uint64_t batch = 0;
  Bytes proof;
};

struct BatchVerdict {
  Verdict verdict;
  Encoding count{};  ///< hidden: the commitment to how many predictions are correct
};

/// What the verifier says of each: about these inputs of the audit, for this session and batch, by
/// this model, and with the predictions that were announced. `tick` is called once a proof. Fault:
/// an input is none. Contract: labels are there if the predictions are hidden.
[[nodiscard]] Result<Judged<std::vector<BatchVerdict>>> verify_batch_proofs(
    const Bundle& bundle, const Session& session, const AuditSubject& subject,
    const AuditEvidence& evidence, std::span<const BatchProof> proofs,
    const std::function<void()>& tick);

/// All proofs that the provider announced. Returns how many predictions are correct, if these are
/// hidden. Fault: a proof is missing in the list or rejected, or the number is another one.
[[nodiscard]] Result<Judged<std::optional<uint64_t>>> verify_audit_proofs(
    const Bundle& bundle, const Session& session, const AuditSubject& subject,
    const AuditEvidence& evidence, const AuditProofs& announced, const std::function<void()>& tick);

}  // namespace vouch
