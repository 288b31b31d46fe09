// The proofs of an audit, one a batch of inputs.
#pragma once

#include <functional>

#include "protocol/audit/audit_subject.h"

namespace vouch {

struct BatchProof {
  uint64_t batch = 0;
  Bytes proof;
};

/// What the verifier says of each: about these inputs of the audit, for this session and batch, by
/// this model, and with the outputs that were predicted (of all inputs, one behind the other).
/// `tick` is called once a proof. Fault: an input is none.
[[nodiscard]] Result<Judged<std::vector<Verdict>>> verify_batch_proofs(
    const Bundle& bundle, const Session& session, const AuditSubject& subject, ByteSpan predictions,
    std::span<const BatchProof> proofs, const std::function<void()>& tick);

/// All proofs that the provider announced. Fault: one is missing in the list or rejected.
[[nodiscard]] Result<MaybeFault> verify_audit_proofs(const Bundle& bundle, const Session& session,
                                                     const AuditSubject& subject,
                                                     ByteSpan predictions,
                                                     const AuditProofs& announced,
                                                     const std::function<void()>& tick);

}  // namespace vouch
