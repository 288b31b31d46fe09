// The width-5 non-adjacent form: s = Σ d_i·2^i with d_i zero or odd, |d_i| < 16, and any two
// nonzero ones at least five apart: 42 of them in a scalar of 253 bits, on average.
#pragma once

#include <array>
#include <cstdint>

#include "field/scalar.h"
#include "group/signed_digits.h"

namespace vouch::internal {

/// s < 2^253, and the last window may carry.
inline constexpr size_t kNonAdjacentDigits = 254;
/// The odd multiples P, 3P, …, 15P that it calls for.
inline constexpr size_t kOddMultiples = 8;
using NonAdjacentForm = std::array<int16_t, kNonAdjacentDigits>;

inline NonAdjacentForm non_adjacent_form(const Scalar& s) {
  constexpr size_t kWidth = 5;
  constexpr int kHalf = 1 << (kWidth - 1);
  const auto integer = s.integer();
  NonAdjacentForm form{};
  uint64_t carry = 0;
  for (size_t i = 0; i < kNonAdjacentDigits;) {
    const auto window = static_cast<int>(bits_of(integer, i, kWidth) + carry);
    if (window % 2 == 0) {
      ++i;  // the carry stays: bit i and the carry were both 0 or both 1
      continue;
    }
    carry = window >= kHalf ? 1 : 0;
    form[i] = static_cast<int16_t>(window >= kHalf ? window - 2 * kHalf : window);
    i += kWidth;
  }
  return form;
}

}  // namespace vouch::internal
