// Sums of products that are reduced mod ℓ once, at the end.
//
// With S = s·R the Montgomery limbs of s (S < ℓ < 2^253):
//   SmallProductSum  V = Σ S_i·x_i as an integer in five limbs, two's complement. With |x_i| < 2^B
//                    and n terms |V| < n·2^(253+B), which must stay below 2^319: n·2^B ≤ 2^66.
//                    So 2^19 terms of 47 bits, 2^34 terms of 32 bits, 2^3 terms of 63 bits.
//   ProductSum       V = Σ A_i·B_i < n·2^506 in nine limbs (576 bits): any number of terms.
// None of it branches on values.
#pragma once

#include "field/scalar.h"

namespace vouch {

/// Σ s_i·x_i for small signed integers x_i; see above for how many. A zero-filled one is an empty
/// sum.
struct SmallProductSum {
  std::array<uint64_t, 5> limbs{};

  constexpr void add(const Scalar& s, int64_t x) {
    count_work(Work::kSmallMultiple);
    const uint64_t sign = 0 - static_cast<uint64_t>(x < 0);
    const uint64_t magnitude = (static_cast<uint64_t>(x) ^ sign) - sign;
    std::array<uint64_t, 5> p{};
    internal::add_row(p, magnitude, s.limbs);
    uint64_t carry = sign & 1;  // −p = ~p + 1
    for (size_t i = 0; i < 5; ++i) {
      limbs[i] = internal::add_carry(limbs[i], p[i] ^ sign, carry);
    }
  }

  constexpr SmallProductSum& operator+=(const SmallProductSum& other) {
    uint64_t carry = 0;
    for (size_t i = 0; i < 5; ++i) {
      limbs[i] = internal::add_carry(limbs[i], other.limbs[i], carry);
    }
    return *this;
  }

  /// The sum as a scalar. V = low + top·2^256 with −2^63 ≤ top < 2^63, and x·R^-1·R = x: the low
  /// limbs times R, the top one times R², both through the Montgomery product.
  [[nodiscard]] constexpr Scalar reduce() const {
    const uint64_t sign = 0 - (limbs[4] >> 63);
    const uint64_t magnitude = (limbs[4] ^ sign) - sign;
    const Scalar low = Scalar::from_limbs(
        internal::montgomery_product({limbs[0], limbs[1], limbs[2], limbs[3]}, internal::kR));
    const Scalar top = Scalar::from_u64(magnitude);
    return low + Scalar::select(top, -top, sign);
  }

  bool operator==(const SmallProductSum&) const = default;
};

/// Σ a_i·b_i of scalars.
struct ProductSum {
  std::array<uint64_t, 9> limbs{};

  constexpr void add(const Scalar& a, const Scalar& b) {
    count_work(Work::kUnreduced);
    std::array<uint64_t, 8> p{};
    for (size_t i = 0; i < 4; ++i) {
      uint64_t carry = 0;
      for (size_t j = 0; j < 4; ++j) {
        p[i + j] = internal::multiply_add(p[i + j], a.limbs[i], b.limbs[j], carry);
      }
      p[i + 4] = carry;
    }
    uint64_t carry = 0;
    for (size_t i = 0; i < 8; ++i) {
      limbs[i] = internal::add_carry(limbs[i], p[i], carry);
    }
    limbs[8] += carry;
  }

  constexpr ProductSum& operator+=(const ProductSum& other) {
    uint64_t carry = 0;
    for (size_t i = 0; i < 9; ++i) {
      limbs[i] = internal::add_carry(limbs[i], other.limbs[i], carry);
    }
    return *this;
  }

  /// V/R mod ℓ, V = v_0 + v_1·2^256 + v_2·2^512: v_0·1·R^-1 + v_1·R·R^-1 + v_2·R²·R^-1.
  [[nodiscard]] constexpr Scalar reduce() const {
    using internal::montgomery_product;
    const Scalar low = Scalar::from_limbs(
        montgomery_product({limbs[0], limbs[1], limbs[2], limbs[3]}, {1, 0, 0, 0}));
    const Scalar middle = Scalar::from_limbs(
        montgomery_product({limbs[4], limbs[5], limbs[6], limbs[7]}, internal::kR));
    const Scalar top = Scalar::from_limbs(montgomery_product({limbs[8], 0, 0, 0}, internal::kR2));
    return low + middle + top;
  }
};

}  // namespace vouch
