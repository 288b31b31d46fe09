#include "model/value_bits.h"

#include <algorithm>

#include "circuit/operators/linear_maps.h"

namespace vouch {
namespace {

__extension__ using Int128 = __int128;

// Bounds of A over all inputs: sums of 2^32 terms below 2^47·2^8, or of 2^10 below 2^47·2^8·2^56.
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

// What X − z can be, for codes of a tensor and for pads, where it is 0.
struct Span {
  int64_t down;
  int64_t up;
};
Span span_of(const Circuit& circuit, uint32_t tensor) {
  const CodeBounds codes = circuit.codes_of(tensor);
  const int z = circuit.tensors[tensor].zero_point;
  return {std::min(codes.lo - z, 0), std::max(codes.hi - z, 0)};
}

Interval interval_of_map(const Circuit& circuit, size_t op, const OpWeights& weights) {
  Interval A;
  for (const MapTerm& term : circuit.ops[op].terms) {
    Span x = span_of(circuit, circuit.ops[op].inputs[term.input]);
    if (!is_positive(term)) {
      x.up = std::max(x.up, -x.down);
      x.down = -x.up;
    }
    const auto times = static_cast<Int128>(reach(term, circuit.tensors[op + 1].shape));
    A.add(weights.weights[term.weight], x.down * times, x.up * times);
  }
  return A;
}

Interval interval_of_product(const Circuit& circuit, size_t op, const OpWeights& weights) {
  const Span x = span_of(circuit, circuit.ops[op].inputs[0]);
  const Span y = span_of(circuit, circuit.ops[op].inputs[1]);
  Interval A;
  A.add(weights.weights[0], std::min(x.down * y.up, x.up * y.down),
        std::max(x.down * y.down, x.up * y.up));
  return A;
}

}  // namespace

unsigned value_bits_needed(const Circuit& circuit, size_t op, const OpWeights& weights) {
  const OpKind kind = circuit.ops[op].kind;
  if (kind == OpKind::kLinearMap || kind == OpKind::kProduct) {
    Interval A = kind == OpKind::kLinearMap ? interval_of_map(circuit, op, weights)
                                            : interval_of_product(circuit, op, weights);
    A.shift_by(weights.biases[0]);
    return A.bits(circuit.shift);
  }
  const Span x = span_of(circuit, circuit.ops[op].inputs[0]);
  const size_t block = weights.weights.size() / weights.biases.size();
  unsigned bits = 0;
  for (size_t c = 0; c < weights.biases.size(); ++c) {
    Interval A;
    for (size_t k = 0; k < block; ++k) {
      A.add(weights.weights[c * block + k], x.down, x.up);
    }
    A.shift_by(weights.biases[c]);
    bits = std::max(bits, A.bits(circuit.shift));
  }
  return bits;
}

}  // namespace vouch
