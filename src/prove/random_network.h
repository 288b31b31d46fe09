// Networks with random shapes and weights, for tests and measurements.
#pragma once

#include <cstdint>
#include <vector>

#include "circuit/circuit.h"

namespace vouch {

struct WeightedCircuit {
  Circuit circuit;
  Weights weights;
};

/// `count` uniform codes.
[[nodiscard]] std::vector<uint8_t> random_codes(size_t count, uint32_t seed);

/// A small valid network of a few operators of every kind: odd sizes, strides, dilations,
/// transposed windows, uneven pads, depth multipliers, one or two pictures, residual connections,
/// pools, terms with any axes, products. Some tables are no clamps. No input drives it out of its
/// tables.
[[nodiscard]] WeightedCircuit random_network(uint32_t seed);

/// The same network with small lookup tables: s ≤ 9, V of 16 bits, three clamps and one that is
/// none.
[[nodiscard]] WeightedCircuit with_small_tables(WeightedCircuit network);

/// A network with small lookup tables, rounded exactly: limbs of 13 bits, tables with floor and
/// with float32 boundaries, one of a single code. Each channel's weights have a factor in common.
[[nodiscard]] WeightedCircuit with_exact_rounding(const WeightedCircuit& network);

/// MobileNetV2's operators and shapes for pictures of size × size (a multiple of 32), every channel
/// count divided by `divisor` (1, 2, 4 or 8), with random weights and 1001 classes.
[[nodiscard]] WeightedCircuit random_mobile_network(uint32_t size, uint32_t divisor, uint32_t seed);

}  // namespace vouch
