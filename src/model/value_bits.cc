#include "model/value_bits.h"

#include <algorithm>

#include "circuit/operators/linear_maps.h"

namespace vouch {
namespace {

__extension__ using Int128 = __int128;

// Bounds of A over all inputs: sums of 2^32 terms below 2^51·2^8, or of 2^10 below 2^51·2^8·2^56.
struct Interval {
  Int128 lowest = 0;
  Int128 highest = 0;

  // W·x for down ≤ x ≤ up.
  void add(Int128 W, Int128 down, Int128 up) {
    lowest += W * (W > 0 ? down : up);
    highest += W * (W > 0 ? up : down);
  }
  void shift_by(int64_t b) {
    lowest += b;
    highest += b;
  }
  // The smallest b with −2^b ≤ floor(A/2^s) < 2^b.
  [[nodiscard]] unsigned bits(unsigned shift) const {
    for (unsigned b = 0; b <= 40; ++b) {
      const Int128 bound = static_cast<Int128>(1) << (b + shift);
      if (-bound <= lowest && highest < bound) {
        return b;
      }
    }
    return 64;
  }
};

Interval interval_of_map(const Circuit& circuit, size_t op, const OpWeights& weights) {
  Interval A;
  for (const MapTerm& term : circuit.ops[op].terms) {
    ValueRange x = code_range(circuit, circuit.ops[op].inputs[term.input]);
    if (!is_positive(term)) {
      x.highest = std::max(x.highest, -x.lowest);
      x.lowest = -x.highest;
    }
    const auto times = static_cast<Int128>(reach(term, circuit.tensors[op + 1].shape));
    A.add(weights.weights[term.weight], x.lowest * times, x.highest * times);
  }
  return A;
}

Interval interval_of_product(const Circuit& circuit, size_t op, const OpWeights& weights) {
  const ValueRange x = code_range(circuit, circuit.ops[op].inputs[0]);
  const ValueRange y = code_range(circuit, circuit.ops[op].inputs[1]);
  Interval A;
  A.add(weights.weights[0], std::min(x.lowest * y.highest, x.highest * y.lowest),
        std::max(x.lowest * y.lowest, x.highest * y.highest));
  return A;
}

// Of all of an operator's elements: the ends of its channels' intervals.
Interval interval_of(const Circuit& circuit, size_t op, const OpWeights& weights) {
  const OpKind kind = circuit.ops[op].kind;
  if (kind == OpKind::kLinearMap || kind == OpKind::kProduct) {
    Interval A = kind == OpKind::kLinearMap ? interval_of_map(circuit, op, weights)
                                            : interval_of_product(circuit, op, weights);
    A.shift_by(weights.biases[0]);
    return A;
  }
  const ValueRange x = code_range(circuit, circuit.ops[op].inputs[0]);
  const size_t block = weights.weights.size() / weights.biases.size();
  Interval all;
  for (size_t c = 0; c < weights.biases.size(); ++c) {
    Interval A;
    for (size_t k = 0; k < block; ++k) {
      A.add(weights.weights[c * block + k], x.lowest, x.highest);
    }
    A.shift_by(weights.biases[c]);
    all.lowest = c == 0 ? A.lowest : std::min(all.lowest, A.lowest);
    all.highest = c == 0 ? A.highest : std::max(all.highest, A.highest);
  }
  return all;
}

}  // namespace

unsigned value_bits_needed(const Circuit& circuit, size_t op, const OpWeights& weights) {
  return interval_of(circuit, op, weights).bits(circuit.shift);
}

ValueRange value_range(const Circuit& circuit, size_t op, const OpWeights& weights) {
  const Interval A = interval_of(circuit, op, weights);
  const Int128 most = static_cast<Int128>(1) << 62U;
  return {static_cast<int64_t>(std::clamp(A.lowest, -most, most)),
          static_cast<int64_t>(std::clamp(A.highest, -most, most))};
}

ValueRange code_range(const Circuit& circuit, uint32_t tensor) {
  const CodeBounds codes = circuit.codes_of(tensor);
  const int z = circuit.tensors[tensor].zero_point;
  return {std::min(codes.lo - z, 0), std::max(codes.hi - z, 0)};
}

}  // namespace vouch
