// Weights for random_circuit(), for tests.
#pragma once

#include <algorithm>
#include <random>

#include "circuit/operators/linear_maps.h"
#include "circuit/random_circuit.h"

namespace vouch {

/// Random weights and biases with which no input drives a value out of ±2^13, the tables of
/// random_circuit().
inline Weights random_weights(const Circuit& circuit, uint32_t seed) {
  std::mt19937_64 random(seed);
  const auto within = [&](int64_t reach) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(2 * reach + 1)) - reach;
  };
  const int64_t unit = int64_t{1} << circuit.shift;
  Weights weights;
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const Op& o = circuit.ops[op];
    // How many codes, less than 255 each, a weight meets.
    int64_t taps = int64_t{o.window.kernel_rows} * o.window.kernel_columns;
    if (o.kind == OpKind::kConv2d) {
      taps *= circuit.tensors[o.inputs[0]].shape.channels;
    } else if (o.kind == OpKind::kProduct) {
      taps = 255;
    }
    for (const MapTerm& term : o.terms) {
      taps += static_cast<int64_t>(reach(term, circuit.tensors[op + 1].shape));
    }
    const int64_t most = std::max<int64_t>(unit * 4000 / (255 * taps), 1);
    const WeightCounts counts = weight_counts(circuit, op);
    OpWeights own;
    for (uint64_t i = 0; i < counts.weights; ++i) {
      own.weights.push_back(within(most));
    }
    for (uint64_t i = 0; i < counts.biases; ++i) {
      own.biases.push_back(within(255 * unit));
    }
    weights.push_back(std::move(own));
  }
  return weights;
}

inline std::vector<uint8_t> random_input(const Circuit& circuit, uint32_t seed) {
  std::mt19937_64 random(seed);
  std::vector<uint8_t> codes(circuit.input().shape.elements());
  std::generate(codes.begin(), codes.end(), [&] { return static_cast<uint8_t>(random()); });
  return codes;
}

}  // namespace vouch
