// Folding: a quantised network's scales and zero-points into the circuit's integer weights.
//
// An operator of real multiplier M = s_in·s_w[c]/s_out computes, on codes,
//
//     V = floor(M·(Σ (w − z_w)(X_in − z_in) + bias) + z_out + 1/2)
//
// and the circuit computes floor(A/2^s) with A = Σ W·(X_in − z_in) + b, where
//
//     W = round(2^s·M·(w − z_w))        b = round(2^s·M·bias) + 2^(s−1) + z_out·2^s
//
// Every rounding is exact_round.h's: nearest, halves away from zero.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "model/graph.h"

namespace vouch {

/// Where an operator's codes come from and go to. Scales are finite and > 0.
struct Requantization {
  float input_scale = 1.0F;
  float output_scale = 1.0F;
  uint8_t output_zero = 0;
  uint8_t shift = 20;
};

/// A convolution as the file has it, in the circuit's order.
struct ConvolutionTaps {
  std::vector<int16_t> taps;    ///< w − z_w, −255…255; [c_out][…], one block a channel
  std::vector<float> scales;    ///< one, or c_out
  std::vector<int32_t> biases;  ///< c_out, in units of s_in·s_w[c]; empty: none
};

/// Errors here and below: a folded weight or bias is 2^47 or more.
[[nodiscard]] Result<OpWeights> fold_convolution(const ConvolutionTaps& taps, uint32_t channels,
                                                 const Requantization& to);

/// One multiplier of a linear map: `scale` of what it reads, divided by `divisor` ≥ 1.
struct MapWeight {
  float scale = 1.0F;
  uint64_t divisor = 1;
};

/// w_k = round(2^s·s_k/(s_out·n_k)).
[[nodiscard]] Result<OpWeights> fold_linear_map(std::span<const MapWeight> multipliers,
                                                float output_scale, uint8_t output_zero,
                                                uint8_t shift);

/// Codes that a fused activation clamps to.
struct CodeRange {
  uint8_t lo = 0;
  uint8_t hi = 255;
};

/// kRelu: [z, 255]; kRelu6: [z, z + round(6/s)]; kReluN1To1: [z − round(1/s), z + round(1/s)]; cut
/// to 0…255. `activation` is not kOther.
[[nodiscard]] CodeRange activation_range(Activation activation, float scale, uint8_t zero_point);

/// The smallest b such that every V that operator `op` can compute lies in [−2^b, 2^b), over all
/// codes that its input tensors' ranges allow, pads included; 64 if none ≤ 40 does.
[[nodiscard]] unsigned value_bits_needed(const Circuit& circuit, size_t op,
                                         const OpWeights& weights);

}  // namespace vouch
