// How long the rows of the committed columns are.
//
// A column is committed in rows of 2^κ entries, 32 bytes a row. Longer rows are fewer, which makes
// the proof smaller; but the verifier's one large sum has 2^κ generators in it, and each doubling
// adds a round of folding, two points of 32 bytes. So
//
//     bytes(κ) = 32·rows(κ) + 64·κ
//
// and κ is the smallest from 10 on whose bytes exceed the least that is possible up to the largest
// κ allowed by at most 1024: a kilobyte, a few per cent of any proof, is the price of a verifier
// twice as fast. Large networks get the largest κ, and so do small ones with a fine unit of
// weights, as m alone has 2^shift entries; small ones with a coarse unit get shorter rows.
#pragma once

#include "circuit/circuit.h"

namespace vouch {

constexpr unsigned kMinChosenKappa = 10;
constexpr unsigned kMaxChosenProofKappa = 15;
/// Rows of the model are read once for all proofs, and are never longer than a proof's.
constexpr unsigned kMaxChosenModelKappa = 14;

/// Sets proof_kappa (rows of X, E, m and the input) and model_kappa (rows of W and b) by that rule.
/// Contract: the circuit is valid but for what it says of rows.
void choose_row_sizes(Circuit& circuit);

}  // namespace vouch
