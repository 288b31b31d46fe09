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

/// The same digits in any order, in any number of windows that is enough: to s is added 2^(w·i +
/// w−1) for every window i but the last, so that each window of the sum is its digit plus 2^(w−1).
/// The last takes all that is left, without a sign. 2 ≤ w ≤ 16, w·(count − 1) ≤ 253.
class SignedWindows {
 public:
  constexpr SignedWindows(size_t width, size_t count) : width_(width), count_(count) {
    for (size_t i = 0; i + 1 < count; ++i) {
      const size_t bit = width * i + width - 1;
      offset_[bit / 64] |= uint64_t{1} << (bit % 64);
    }
  }
  [[nodiscard]] constexpr size_t width() const { return width_; }
  [[nodiscard]] constexpr size_t count() const { return count_; }

  /// What digit() wants of s; below 2^254.
  [[nodiscard]] constexpr Limbs4 sum(const Scalar& s) const { return sum(s.integer()); }
  /// In [−2^(w−1), max_digit(i)], no branch on the value.
  [[nodiscard]] constexpr int32_t digit(const Limbs4& sum, size_t i) const {
    const int32_t offset = i + 1 < count_ ? int32_t{1} << (width_ - 1) : 0;
    return static_cast<int32_t>(bits_of(sum, i * width_, i + 1 < count_ ? width_ : 32)) - offset;
  }
  /// The largest |digit| of window i.
  [[nodiscard]] constexpr uint32_t max_digit(size_t i) const {
    return i + 1 < count_ ? uint32_t{1} << (width_ - 1)
                          : static_cast<uint32_t>(digit(sum(kModulus), i));
  }

 private:
  [[nodiscard]] constexpr Limbs4 sum(const Limbs4& integer) const {
    Limbs4 out = integer;
    add(out, offset_);
    return out;
  }
  size_t width_;
  size_t count_;
  Limbs4 offset_{};
};

template <size_t kWidth>
constexpr std::array<int32_t, signed_digit_count(kWidth)> signed_digits(const Scalar& s) {
  constexpr SignedWindows windows(kWidth, signed_digit_count(kWidth));
  const Limbs4 sum = windows.sum(s);
  std::array<int32_t, signed_digit_count(kWidth)> out{};
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = windows.digit(sum, i);
  }
  return out;
}

}  // namespace vouch::internal
