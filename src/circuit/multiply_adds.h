// How much a circuit computes.
#pragma once

#include "circuit/circuit.h"

namespace vouch {

/// Multiplications of a weight with an activation that one run of operator `op` takes: windows are
/// counted whole, pads included.
[[nodiscard]] uint64_t multiply_adds(const Circuit& circuit, size_t op);

}  // namespace vouch
