// What a proof chooses for itself: how much time is traded for how few bytes, and how many inputs
// it is about. Public, part of the statement, and any valid choice is as sound as any other.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "circuit/columns.h"

namespace vouch {

/// How the variables of a sumcheck share messages (argument/sumcheck.h).
struct RoundGroups {
  uint8_t budget = 1;  ///< a message tabulates at most 2^budget values of the summand. 1…24
  uint8_t most = 1;    ///< and binds at most this many variables. 1…6

  /// Variables of the next message when `left` ≥ 1 are left: the largest v ≤ min(most, left) with
  /// 3^v·2^(left − v) ≤ 2^budget, at least 1.
  [[nodiscard]] unsigned size(unsigned left) const;
  /// Without a budget: for sums that the prover need not go through value by value.
  [[nodiscard]] RoundGroups unlimited() const { return {63, most}; }
  bool operator==(const RoundGroups&) const = default;
};

struct ProofShape {
  uint8_t kappa = 15;  ///< rows of X, E and m have 2^kappa entries. 4…18
  RoundGroups groups;
  uint16_t pictures = 1;  ///< inputs that the proof is about. 1…1024
  bool operator==(const ProofShape&) const = default;
};

[[nodiscard]] Result<void> validate(const ProofShape& shape);

/// u8 kappa, u8 budget, u8 most, u16 pictures.
void encode(ByteWriter& writer, const ProofShape& shape);
/// Not validated.
[[nodiscard]] ProofShape decode_proof_shape(ByteReader& reader);

}  // namespace vouch
