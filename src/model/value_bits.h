// How large an operator's values can become.
#pragma once

#include "circuit/circuit.h"

namespace vouch {

/// The smallest b such that every V that operator `op` can compute lies in [−2^b, 2^b), over all
/// codes that its input tensors' ranges allow, pads included; 64 if none ≤ 40 does.
[[nodiscard]] unsigned value_bits_needed(const Circuit& circuit, size_t op,
                                         const OpWeights& weights);

/// What A can be, over the same; each end cut to ±2^62.
struct ValueRange {
  int64_t lowest = 0;
  int64_t highest = 0;
};
[[nodiscard]] ValueRange value_range(const Circuit& circuit, size_t op, const OpWeights& weights);

/// What X − z of a tensor can be, pads, which are 0, included.
[[nodiscard]] ValueRange code_range(const Circuit& circuit, uint32_t tensor);

}  // namespace vouch
