// Layers that a circuit has no operator for, into some that it has.
#pragma once

#include "network/network.h"

namespace vouch {

/// a/b becomes a·(1/b); a product of matrices of activations their elements' products, and their
/// sums; a sum of several activations and constants that differ becomes the sum of the activations,
/// and then of the constants; a constant that is joined to activations one with 0 times such
/// an activation. The network has passed validate, and does so afterwards; it computes
/// the same, but for roundings of floats.
void decompose(Network& network);

}  // namespace vouch
