// How large an operator's values can become.
#pragma once

#include "circuit/circuit.h"

namespace vouch {

/// The smallest b such that every V that operator `op` can compute lies in [−2^b, 2^b), over all
/// codes that its input tensors' ranges allow, pads included; 64 if none ≤ 40 does.
[[nodiscard]] unsigned value_bits_needed(const Circuit& circuit, size_t op,
                                         const OpWeights& weights);

}  // namespace vouch
