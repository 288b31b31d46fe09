#include "model/quantize.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/check.h"
#include "circuit/operators/linear_maps.h"
#include "model/exact_round.h"

namespace vouch {
namespace {

__extension__ using Int128 = __int128;

constexpr int64_t kWeightBound = int64_t{1} << 47;

Result<int64_t> folded(const std::optional<int64_t>& value, const char* what, int64_t offset = 0) {
  // An offset is at most 256·2^24, so the sum cannot overflow.
  if (!value || *value + offset <= -kWeightBound || *value + offset >= kWeightBound) {
    return Error{std::string("a ") + what +
                 " is too large for the circuit: its scales are too far apart"};
  }
  return *value + offset;
}

// The rounding constant and the output's zero: 2^(s−1) + z·2^s.
int64_t bias_offset(uint8_t zero_point, uint8_t shift) {
  return (int64_t{1} << (shift - 1U)) + (int64_t{zero_point} << shift);
}

}  // namespace

Result<OpWeights> fold_convolution(const ConvolutionTaps& taps, uint32_t channels,
                                   const Requantization& to) {
  VOUCH_CHECK(channels > 0 && taps.taps.size() % channels == 0);
  VOUCH_CHECK(taps.scales.size() == 1 || taps.scales.size() == channels);
  VOUCH_CHECK(taps.biases.empty() || taps.biases.size() == channels);
  const size_t block = taps.taps.size() / channels;
  OpWeights out;
  out.weights.reserve(taps.taps.size());
  for (uint32_t c = 0; c < channels; ++c) {
    const std::array<float, 2> M = {to.input_scale, taps.scales[taps.scales.size() == 1 ? 0 : c]};
    for (size_t k = 0; k < block; ++k) {
      VOUCH_ASSIGN(
          const int64_t W,
          folded(round_ratio(to.shift, taps.taps[c * block + k], M, to.output_scale), "weight"));
      out.weights.push_back(W);
    }
    const int64_t bias = taps.biases.empty() ? 0 : taps.biases[c];
    VOUCH_ASSIGN(const int64_t b, folded(round_ratio(to.shift, bias, M, to.output_scale), "bias",
                                         bias_offset(to.output_zero, to.shift)));
    out.biases.push_back(b);
  }
  return out;
}

Result<OpWeights> fold_linear_map(std::span<const MapWeight> multipliers, float output_scale,
                                  uint8_t output_zero, uint8_t shift) {
  OpWeights out;
  for (const MapWeight& m : multipliers) {
    VOUCH_ASSIGN(
        const int64_t w,
        folded(round_ratio(shift, 1, {&m.scale, 1}, output_scale, m.divisor), "multiplier"));
    out.weights.push_back(w);
  }
  out.biases.push_back(bias_offset(output_zero, shift));
  return out;
}

CodeRange activation_range(Activation activation, float scale, uint8_t zero_point) {
  const auto code = [&](int64_t real) {
    const auto steps = round_ratio(0, real, {}, scale);
    // Out of reach counts as the end of the codes.
    const int64_t offset = steps.value_or(real < 0 ? -256 : 256);
    return static_cast<uint8_t>(
        std::clamp<int64_t>(std::clamp<int64_t>(offset, -256, 256) + zero_point, 0, 255));
  };
  switch (activation) {
    case Activation::kRelu:
      return {zero_point, 255};
    case Activation::kRelu6:
      return {zero_point, code(6)};
    case Activation::kReluN1To1:
      return {code(-1), code(1)};
    default:
      return {0, 255};
  }
}

namespace {

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
