#include "model/quantize.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/check.h"
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

Result<OpWeights> fold_weighted_sum(std::span<const float> input_scales, float output_scale,
                                    uint8_t output_zero, uint8_t shift) {
  OpWeights out;
  for (const float& scale : input_scales) {
    VOUCH_ASSIGN(const int64_t w,
                 folded(round_ratio(shift, 1, {&scale, 1}, output_scale), "multiplier"));
    out.weights.push_back(w);
  }
  out.biases.push_back(bias_offset(output_zero, shift));
  return out;
}

Result<OpWeights> fold_average_pool(std::span<const PoolClass> classes, const Requantization& to) {
  OpWeights out;
  for (const PoolClass& inside : classes) {
    const uint64_t count = uint64_t{inside.rows} * inside.columns;
    VOUCH_ASSIGN(const int64_t w,
                 folded(round_ratio(to.shift, 1, {&to.input_scale, 1}, to.output_scale, count),
                        "multiplier"));
    out.weights.push_back(w);
  }
  out.biases.push_back(bias_offset(to.output_zero, to.shift));
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

// Bounds of A over all inputs. A sum of 2^32 terms below 2^47·2^8·2^20 stays below 2^107.
struct Interval {
  Int128 lowest = 0;
  Int128 highest = 0;

  // W·(X − z) for a code X of `input` or a pad, where X − z = 0; `times` elements of that weight.
  void add(int64_t W, const Tensor& input, uint64_t times = 1) {
    const Int128 down = std::min(int{input.lo} - int{input.zero_point}, 0);
    const Int128 up = std::max(int{input.hi} - int{input.zero_point}, 0);
    const Int128 w = static_cast<Int128>(W) * static_cast<Int128>(times);
    lowest += w * (w > 0 ? down : up);
    highest += w * (w > 0 ? up : down);
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

}  // namespace

unsigned value_bits_needed(const Circuit& circuit, size_t op, const OpWeights& weights) {
  const Op& o = circuit.ops[op];
  const Tensor& input = circuit.tensors[o.inputs[0]];
  const size_t blocks =
      o.kind == OpKind::kConv2d || o.kind == OpKind::kDepthwiseConv2d ? weights.biases.size() : 1;
  const size_t block = weights.weights.size() / blocks;
  unsigned bits = 0;
  if (o.kind == OpKind::kAveragePool2d) {
    const auto classes = pool_classes(o.window, input.shape, circuit.tensors[op + 1].shape);
    for (size_t q = 0; q < classes.size(); ++q) {
      Interval A;
      A.add(weights.weights[q], input, uint64_t{classes[q].rows} * classes[q].columns);
      A.shift_by(weights.biases[0]);
      bits = std::max(bits, A.bits(circuit.shift));
    }
    return bits;
  }
  for (size_t c = 0; c < blocks; ++c) {
    Interval A;
    for (size_t k = 0; k < block; ++k) {
      // Only a weighted sum has several inputs, one for each weight.
      const size_t n = o.kind == OpKind::kWeightedSum ? k : 0;
      A.add(weights.weights[c * block + k], circuit.tensors[o.inputs[n]]);
    }
    A.shift_by(weights.biases[c]);
    bits = std::max(bits, A.bits(circuit.shift));
  }
  return bits;
}

}  // namespace vouch
