// How likely a false statement gets past each challenge of a proof, and past all of them.
//
// Every term is a number of bad values of a challenge over ℓ; docs/security.md, "Error of every
// challenge", says why for each. Interactive: Fiat–Shamir multiplies the sum by the number of
// hashes that a prover can compute. Discrete logarithms, about 126 bits, are weaker than all of
// this.
#pragma once

#include <vector>

#include "argument/proof_shape.h"
#include "circuit/circuit.h"

namespace vouch {

struct ChallengeError {
  const char* challenge;  ///< its label in the transcript (docs/protocol.md)
  double bad_values;      ///< of all draws under this label together; the error is this over ℓ
};

/// Of proofs of this shape, in the order of drawing. Contract: the circuit, of a single input, and
/// the shape are valid for each other.
[[nodiscard]] std::vector<ChallengeError> challenge_errors(
    const Circuit& circuit, const ProofShape& shape,
    const std::optional<Predicate>& predicate = {});

/// Of the proof that a model's weights are bounded (bound/weight_bound.h). Contract: as above.
[[nodiscard]] std::vector<ChallengeError> bound_challenge_errors(const Circuit& circuit);

/// log2(bad_values / ℓ): −205.0 for an error of 2^−205.
[[nodiscard]] double error_bits(double bad_values);

/// Of the sum of all.
[[nodiscard]] double total_error_bits(const std::vector<ChallengeError>& errors);

}  // namespace vouch
