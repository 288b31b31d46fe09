// A publisher's log: the store of a publication, with its tree heads and proofs.
#pragma once

#include "records/log_proof.h"
#include "records/session_store.h"

namespace vouch {

/// Error: the store is no publication's, or not the publisher's.
[[nodiscard]] Result<void> require_publication(const SessionStore& store);

/// The tree head over all that was published; if the last record is one already, that.
[[nodiscard]] Result<Appended> append_tree_head(SessionStore& store, const SecretKey& key,
                                                uint64_t now);

/// The newest tree head. Error: there is none yet.
[[nodiscard]] Result<SignedRecord> newest_tree_head(const SessionStore& store);

/// The tree head in a file, if it is one of this log's. Error: it is not.
[[nodiscard]] Result<SignedRecord> own_tree_head(const SessionStore& store, ByteSpan head);

/// That record `index` is in the log under the newest tree head. Error: it is not.
[[nodiscard]] Result<InclusionProof> prove_included(const SessionStore& store, uint64_t index);
/// Under this one. Contract: it is a tree head of the log.
[[nodiscard]] Result<InclusionProof> prove_included(const SessionStore& store, uint64_t index,
                                                    const SignedRecord& head);

/// That the log under the newest tree head begins with that under `old_head`. Error: `old_head` is
/// no tree head of this log.
[[nodiscard]] Result<ConsistencyProof> prove_consistent(const SessionStore& store,
                                                        ByteSpan old_head);

}  // namespace vouch
