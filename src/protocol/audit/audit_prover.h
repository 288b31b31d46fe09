// The provider's work in an audit: predictions, and proofs, by as many machines as there are.
//
// A shard writes each proof to a file of its own, in a directory of the provider's, in one step and
// only if there is none, so that whatever is killed and started again, each proof is made once.
// Shards need neither key nor state. When all are there, who has the key makes objects of them.
//
//   BATCH.made    u64 core-milliseconds that it took, the proof, prefixed, and if predictions are
//                 hidden the opening of its count (`.count`), prefixed: secret, as only the sum of
//                 all is to be known
#pragma once

#include "protocol/audit/audit_result.h"
#include "protocol/shard.h"
#include "prove/prove.h"

namespace vouch {

/// The object that the record `predictions` names. `tick` is called once an input. Fault: an input
/// is none. Hidden ones are committed to with salts that follow from the model's seed, the digest
/// of the request's record and the input's number.
[[nodiscard]] Result<Judged<Bytes>> predict_audit(const ProverModel& model, const Bundle& bundle,
                                                  const Digest& request,
                                                  const AuditSubject& subject,
                                                  const std::function<void()>& tick);

/// What a shard works on.
struct AuditWork {
  const ProverModel& model;
  const Bundle& bundle;
  const Session& session;
  Digest request;  ///< of its record
  const AuditSubject& subject;
  const AuditEvidence& evidence;  ///< with labels, if predictions are hidden
  std::string directory;          ///< of proofs; the provider's own, and shared by his machines
};

/// Numbers of a shard's batches that have no valid proof yet: every of-th, those with a proof that
/// is accepted left out; other files are removed. Error: a file cannot be read.
[[nodiscard]] Result<std::vector<uint64_t>> batches_to_prove(const AuditWork& work, Shard shard);

/// Makes one proof and writes it, unless somebody else has meanwhile. Error: no memory (`memory`:
/// bytes that a proof may take), or the proof proves something else than was predicted.
[[nodiscard]] Result<void> prove_audit_batch(const AuditWork& work, uint64_t batch,
                                             uint64_t memory);

/// Whether each batch has a file.
[[nodiscard]] bool all_batches_proven(const AuditWork& work);

/// Verifies all files and makes objects of them: what the record `proofs` says. Error: one is
/// missing, or rejected, which is then removed.
[[nodiscard]] Result<AuditProofs> collect_audit_proofs(const AuditWork& work);

}  // namespace vouch
