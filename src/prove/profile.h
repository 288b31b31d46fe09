// How large rows are, and how many rounds share a message: time against bytes.
//
// A column is committed in rows of 2^κ entries, 32 bytes a row. Longer rows are fewer, which makes
// the proof smaller; but the verifier's one large sum has 2^κ generators in it, and each doubling
// adds a round of folding, two points of 32 bytes:
//
//     bytes(κ) = 32·rows(κ) + 64·κ
//
// A κ is chosen as the smallest from 10 on whose bytes exceed the least that is possible, up to the
// largest κ allowed, by at most a tolerance. For `fast` a kilobyte, a few per cent of any proof, is
// the price of a verifier twice as fast; κ is at most 15, and one more for every doubling of the
// number of inputs. For `small` every byte counts, up to κ = 18.
#pragma once

#include <string_view>

#include "argument/proof_shape.h"
#include "circuit/circuit.h"

namespace vouch {

enum class Profile : uint8_t {
  kFast,   ///< quick to make and to check
  kSmall,  ///< fewest bytes
};

/// Sets model_kappa (rows of W and b) by the rule above with at most 14, and input_kappa (of D) to
/// what makes the fewest bytes with rows no longer than those of a fast proof. They are a model's,
/// the same for all its proofs. Contract: the circuit is valid but for what it says of rows.
void choose_model_rows(Circuit& circuit);

/// The shape of proofs of `pictures` inputs. Contract: the circuit, of one input, is valid.
[[nodiscard]] ProofShape choose_shape(const Circuit& circuit, Profile profile, uint16_t pictures);

}  // namespace vouch
