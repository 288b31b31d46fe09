// Files by which anybody checks a log without having it: that a record is in it, and that nothing
// was taken out or changed between two of its signed roots.
#pragma once

#include "records/merkle.h"
#include "records/publication.h"
#include "records/record_list.h"

namespace vouch {

constexpr std::string_view kInclusionMagic = "VOUCHINC";
constexpr std::string_view kConsistencyMagic = "VOUCHCON";
/// Two records and a path.
constexpr size_t kMaxLogProofBytes = 2 * kMaxRecordBytes + 4096;

/// That `record` is one of the records under the tree head `head`.
struct InclusionProof {
  Bytes record;
  Bytes head;
  MerklePath path;
};
[[nodiscard]] Bytes encode_inclusion(const InclusionProof& proof);
/// The frame only.
[[nodiscard]] Result<InclusionProof> decode_inclusion(ByteSpan bytes);

/// That the records under `head` begin with those under `old_head`.
struct ConsistencyProof {
  Bytes old_head;
  Bytes head;
  MerklePath path;
};
[[nodiscard]] Bytes encode_consistency(const ConsistencyProof& proof);
/// The frame only.
[[nodiscard]] Result<ConsistencyProof> decode_consistency(ByteSpan bytes);

/// A record by itself, signed by `publisher` in a publication of theirs; a tree head says what is
/// possible for its place.
[[nodiscard]] Checked<SignedRecord> open_published(ByteSpan bytes, const PublicKey& publisher);

/// The record that is proven to be in the publisher's log, and the head it is proven for.
struct Included {
  SignedRecord record;
  SignedRecord head;
};
[[nodiscard]] Checked<Included> check_inclusion(const InclusionProof& proof,
                                                const PublicKey& publisher);

/// The heads that are proven to be of one log. kForked: both are the publisher's record of the same
/// number, and not the same record, so that the two by themselves convict the publisher.
struct Consistent {
  SignedRecord old_head;
  SignedRecord head;
};
[[nodiscard]] Checked<Consistent> check_consistency(const ConsistencyProof& proof,
                                                    const PublicKey& publisher);

/// All records of a log: each is the publisher's and follows the one before it, and each tree head
/// has the root of those before it. `known_head`, if not empty, is a tree head that the caller has
/// from elsewhere: it is one of them.
[[nodiscard]] Checked<std::vector<SignedRecord>> check_log(const std::vector<ByteSpan>& records,
                                                           const PublicKey& publisher,
                                                           ByteSpan known_head);

}  // namespace vouch
