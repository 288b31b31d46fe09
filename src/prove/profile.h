// How large rows are, and how many rounds share a message: time against bytes.
//
// A column is committed in rows of 2^κ entries, 32 bytes a row. Longer rows are fewer, which makes
// the proof smaller; but 2^κ generators are folded by the prover and summed up by the verifier, and
// each doubling adds a round of folding, two points of 32 bytes.
//
// `fast` minimises
//
//     2^κ + 40·rows(κ)        10 ≤ κ ≤ 15, and one more for every doubling of the number of inputs
//
// A generator takes the prover 2 µs (measured, AVX-512 IFMA, two cores: its sums and folds), a row
// 17 µs, and 32 bytes are counted as 63 µs more: a kilobyte is worth two milliseconds.
//
// `small` counts bytes alone, 32·rows(κ) + 64·κ, up to κ = 18. Of equally good κ the smallest.
#pragma once

#include <string_view>

#include "argument/proof_shape.h"
#include "circuit/circuit.h"

namespace vouch {

enum class Profile : uint8_t {
  kFast,   ///< quick to make and to check
  kSmall,  ///< fewest bytes
};

/// Sets model_kappa (rows of W and b, at most 14) and input_kappa (of D) to what makes the fewest
/// bytes with rows no longer than those of a fast proof. They are a model's, the same for all its
/// proofs. Contract: the circuit is valid but for what it says of rows.
void choose_model_rows(Circuit& circuit);

/// The shape of proofs of `pictures` inputs. Contract: the circuit, of one input, is valid.
[[nodiscard]] ProofShape choose_shape(const Circuit& circuit, Profile profile, uint16_t pictures);

}  // namespace vouch
