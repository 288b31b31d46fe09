// Circuits and operators with small random shapes, for tests.
#pragma once

#include <random>

#include "circuit/operators/operator.h"

namespace vouch {

/// An operator of that kind between small random shapes: odd extents and extents of 1, strides,
/// dilations, transposed windows, uneven and negative pads, several pictures, depth multipliers;
/// terms with any axes, runs and coefficients; second factors that are repeated.
[[nodiscard]] OperatorShape random_operator(OpKind kind, std::mt19937_64& random);

/// Random terms that read tensors of those shapes (of one batch) and write an output of that one.
[[nodiscard]] std::vector<MapTerm> random_terms(const std::vector<Shape>& inputs,
                                                const Shape& output, std::mt19937_64& random);

/// A table with several ramps, up and down.
[[nodiscard]] ActivationTable random_table(unsigned bits, std::mt19937_64& random);

/// The same circuit with lookup tables of other sizes: 2^shift remainders, and three clamps and a
/// table that is none of 2^(bits+1) values. Its tensors' numbers of tables must be below 4.
[[nodiscard]] Circuit with_table_sizes(Circuit circuit, unsigned shift, unsigned bits);

/// The same circuit with exact rounding: limbs of 13 bits, tables of floor and of float32.
[[nodiscard]] Circuit with_windows(Circuit circuit);

/// A valid circuit with every kind of operator: 0 is a convolution, 1 depthwise, 2 a sum of two, 3
/// a pool, 4 pads, 5 a product of the pads' output and itself. Its last table is no clamp.
[[nodiscard]] Circuit plain_circuit();

/// A valid circuit of `ops` operators, of every kind if there are four or more, with lookup tables
/// of less than 2^18 rows. κ is 4…7.
[[nodiscard]] Circuit random_circuit(uint32_t seed, size_t ops = 6);

}  // namespace vouch
