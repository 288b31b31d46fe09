// Whether a Network is what network.h says one is.
#pragma once

#include "base/result.h"
#include "network/network.h"

namespace vouch {

/// Checks every rule that network.h states of tensors, constants and layers, shapes.h's included:
/// whoever works on a network that passes need not check anything. The error names the layer or the
/// tensor.
[[nodiscard]] Result<void> validate(const Network& network);

}  // namespace vouch
