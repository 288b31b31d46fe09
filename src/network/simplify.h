// Clean-ups of a network that do not change what it computes, whatever framework it came from. Each
// takes a network that has passed validate, and leaves one that does.
#pragma once

#include "network/network.h"

namespace vouch {

/// Lets readers of a copy (kIdentity, a kReshape to the same shape, a kTranspose that moves
/// nothing) read the original, where it is not a requantisation; makes one kTranspose or kReshape
/// of two in succession, and a kReshape of a kTranspose that moves axes of extent 1 alone.
void remove_copies(Network& network);

/// A kIdentity that rounds to codes what a layer made without codes, and nothing else reads: the
/// layer makes the codes itself.
void absorb_rounding(Network& network);

/// Removes layers that lead to no output, and tensors and constants that nothing names. Inputs
/// stay.
void remove_unused(Network& network);

/// Inputs that the first layer rounds to codes, and nothing else reads, are these codes; adds a
/// note for each.
void quantise_inputs(Network& network);

/// All of these but quantise_inputs, and fold_affine.
void simplify(Network& network);

}  // namespace vouch
