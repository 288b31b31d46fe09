// Circuits and operators with small random shapes, for tests.
#pragma once

#include <random>

#include "circuit/operators/operator.h"

namespace vouch {

/// An operator of that kind between small random shapes: odd extents and extents of 1, strides,
/// uneven pads (wider than the kernel, where that is allowed), several pictures, depth multipliers.
[[nodiscard]] OperatorShape random_operator(OpKind kind, std::mt19937_64& random);

/// A valid circuit with every kind of operator: 0 is a convolution, 1 depthwise, 2 a sum of two, 3
/// a pool, 4 pads.
[[nodiscard]] Circuit plain_circuit();

/// A valid circuit of `ops` operators, of every kind if there are four or more, with lookup tables
/// of less than 2^18 rows. κ is 4…7.
[[nodiscard]] Circuit random_circuit(uint32_t seed, size_t ops = 6);

}  // namespace vouch
