// Files of proofs that are made but not announced yet (audit_prover.h).
#pragma once

#include <optional>

#include "base/result.h"
#include "verify/files.h"

namespace vouch {

struct MadeProof {
  uint64_t core_milliseconds = 0;
  Bytes proof;
  std::optional<CountOpening> count;
};

[[nodiscard]] Bytes encode_made_proof(const MadeProof& made);
/// Error: not such a file, or cut short.
[[nodiscard]] Result<MadeProof> decode_made_proof(ByteSpan bytes);

constexpr size_t kMaxMadeProofBytes = kMaxProofBytes + 4096;

}  // namespace vouch
