// What can only stand at the end of a network.
#pragma once

#include "base/result.h"
#include "network/network.h"

namespace vouch {

/// kSoftmax, kLogSoftmax, kArgMax, kTopK: their result is told from their input, so none of them is
/// proven.
[[nodiscard]] bool only_ranks(LayerKind kind);

/// Error if a layer reads what is made of a ranking, but for further rankings, copies, kReshape and
/// kTranspose, which are told as well. The network has passed validate. The error names the layer
/// that ranks and the one that reads it.
[[nodiscard]] Result<void> check_endings(const Network& network);

}  // namespace vouch
