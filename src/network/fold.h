// Constant factors and addends behind a convolution or a product, as a batch normalisation leaves
// them, folded into its weights and bias.
#pragma once

#include "network/network.h"

namespace vouch {

/// Folds every kMultiply, kDivide and kAdd by constants that differ along the channels alone, where
/// nothing else reads what it is applied to and the file does not quantise that. All of a chain is
/// gathered in double precision and rounded once. Weights of the file's own integers are never
/// multiplied. The network has passed validate, and does so afterwards; what is no longer read
/// stays for remove_unused.
void fold_affine(Network& network);

}  // namespace vouch
