#include "protocol/audit/audit_work_file.h"

namespace vouch {

Bytes encode_made_proof(const MadeProof& made) {
  ByteWriter out;
  out.u64(made.core_milliseconds);
  out.prefixed(made.proof);
  out.prefixed(made.count ? encode_count_opening(*made.count) : Bytes());
  return out.take();
}

Result<MadeProof> decode_made_proof(ByteSpan bytes) {
  MadeProof made;
  ByteReader in(bytes);
  made.core_milliseconds = in.u64();
  const ByteSpan proof = in.prefixed(kMaxProofBytes);
  made.proof.assign(proof.begin(), proof.end());
  const ByteSpan count = in.prefixed(bytes.size());
  if (!in.finished()) {
    return Error{"it is cut short or has bytes to spare"};
  }
  if (!count.empty()) {
    VOUCH_ASSIGN(made.count, decode_count_opening(count));
  }
  return made;
}

}  // namespace vouch
