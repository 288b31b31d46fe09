#include "argument/proof_shape.h"

#include <algorithm>

namespace vouch {

unsigned RoundGroups::size(unsigned left) const {
  unsigned v = 1;
  uint64_t values = 3;  // 3^v
  while (v < std::min<unsigned>(most, left)) {
    values *= 3;
    // 3^(v+1)·2^(left−v−1) ≤ 2^budget
    if (left - v - 1 > budget || values << (left - v - 1) > uint64_t{1} << budget) {
      break;
    }
    ++v;
  }
  return v;
}

Result<void> validate(const ProofShape& shape) {
  const auto within = [](unsigned x, unsigned lo, unsigned hi) { return lo <= x && x <= hi; };
  if (!within(shape.kappa, 4, kMaxProofKappa)) {
    return Error{"a proof's rows have 2^4…2^18 entries"};
  }
  if (!within(shape.groups.budget, 1, 24) || !within(shape.groups.most, 1, 6)) {
    return Error{"a message binds 1…6 variables with a table of 2^1…2^24 values"};
  }
  if (!within(shape.pictures, 1, 1024)) {
    return Error{"a proof is about 1…1024 inputs"};
  }
  return {};
}

void encode(ByteWriter& w, const ProofShape& shape) {
  w.u8(shape.kappa);
  w.u8(shape.groups.budget);
  w.u8(shape.groups.most);
  w.u16(shape.pictures);
}

ProofShape decode_proof_shape(ByteReader& r) {
  ProofShape shape;
  shape.kappa = r.u8();
  shape.groups.budget = r.u8();
  shape.groups.most = r.u8();
  shape.pictures = r.u16();
  return shape;
}

}  // namespace vouch
