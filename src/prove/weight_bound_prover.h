// Making the proof that a model's weights are bounded (argument/bound/weight_bound.h).
#pragma once

#include <functional>

#include "prove/prove.h"

namespace vouch {

/// How many generators it takes.
[[nodiscard]] size_t bound_generators_needed(const Columns& model);

/// Once for a model; about as much work as a fifth of a proof of MobileNetV2. Contract: weights and
/// biases are below 2^47 in absolute value, and there are bound_generators_needed() generators.
/// Randomness: the operating system's, hedged with the model's seed. Variable-time in the weights.
[[nodiscard]] WeightBound prove_weight_bound(const ProverModel& model,
                                             const Generators& generators);

}  // namespace vouch
