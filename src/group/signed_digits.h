// Signed digits of a scalar: s = Σ d_i·2^(w·i) with −2^(w−1) ≤ d_i < 2^(w−1), so that a window's
// table or buckets need half the entries. From the lowest digit: what is at least 2^(w−1) becomes
// itself minus 2^w and carries one. s < 2^253, so one digit more than ⌊253/w⌋ takes the last carry.
#pragma once

#include <array>
#include <cstdint>

#include "field/scalar.h"

namespace vouch::internal {

/// How many digits of w bits a scalar has.
constexpr size_t signed_digit_count(size_t w) { return 253 / w + 1; }

/// Bits [first, first + w) of a 256-bit integer, zeros above; w ≤ 32.
constexpr uint64_t bits_of(const std::array<uint64_t, 4>& x, size_t first, size_t w) {
  const size_t limb = first / 64;
  const size_t shift = first % 64;
  if (limb >= 4) {
    return 0;
  }
  uint64_t bits = x[limb] >> shift;
  if (shift != 0 && limb + 1 < 4) {
    bits |= x[limb + 1] << (64 - shift);
  }
  return bits & ((uint64_t{1} << w) - 1);
}

/// Writes the signed_digit_count(w) digits of s to out[0], out[stride], …; 2 ≤ w ≤ 16. No branch
/// on the value.
constexpr void signed_digits(const Scalar& s, size_t w, int32_t* out, size_t stride) {
  const auto integer = s.integer();
  uint64_t carry = 0;
  for (size_t i = 0; i < signed_digit_count(w); ++i) {
    const uint64_t digit = bits_of(integer, i * w, w) + carry;
    carry = digit >> (w - 1);
    carry = (carry | (carry >> 1)) & 1;  // at least half: digit is at most 2^w
    out[i * stride] = static_cast<int32_t>(digit) - static_cast<int32_t>(carry << w);
  }
}

template <size_t kWidth>
constexpr std::array<int32_t, signed_digit_count(kWidth)> signed_digits(const Scalar& s) {
  std::array<int32_t, signed_digit_count(kWidth)> out{};
  signed_digits(s, kWidth, out.data(), 1);
  return out;
}

}  // namespace vouch::internal
