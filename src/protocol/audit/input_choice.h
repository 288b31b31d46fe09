// Which inputs of a set an audit takes, and in which order: at random, so that the order says
// nothing about their classes, and a part of the set is a fair sample of it.
#pragma once

#include <vector>

#include "base/random.h"

namespace vouch {

/// `number` different numbers below `from`, each such list with the same probability. Contract:
/// number ≤ from.
[[nodiscard]] std::vector<size_t> choose_inputs(SecretRandom& random, size_t from, size_t number);

}  // namespace vouch
