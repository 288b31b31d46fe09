// Arithmetic element by element, in float32.
#pragma once

#include <span>

#include "network/network.h"

namespace vouch {

/// The function of one real number; exponentials and the like in double, rounded once.
[[nodiscard]] float apply_unary(Unary function, float a, float b, float x);

/// The same of each of n elements.
void float_unary(const Layer& layer, const float* x, size_t n, float* y);

struct FloatInput {
  const float* values = nullptr;
  const Dimensions* extents = nullptr;
};

/// kAdd, kMultiply, kDivide, kMaximum, kMinimum and kPRelu: inputs broadcast to y.
void float_broadcast(const Layer& layer, std::span<const FloatInput> inputs,
                     const Dimensions& y_extents, float* y);

/// Rounds to codes: x becomes scale·(code − zero_point), where code is the nearest integer to
/// x/scale, halves to even, plus zero_point, within 0…255. Not a number becomes code 0.
void round_to_codes(const CodeScale& codes, std::span<float> x);
/// To the nearest value between that of code 0 and that of code 255.
void cut_to_codes(const CodeScale& codes, std::span<float> x);

}  // namespace vouch
