// Sums of products that are reduced mod ℓ once, at the end.
//
// With S = s·R the Montgomery limbs of s (S < ℓ < 2^253):
//   SmallProductSum  V = Σ S_i·x_i as an integer in five limbs, two's complement. With |x_i| < 2^B
//                    and n terms |V| < n·2^(253+B), which must stay below 2^319: n·2^B ≤ 2^66.
//                    So 2^19 terms of 47 bits, 2^34 terms of 32 bits, 2^3 terms of 63 bits.
//   ProductSum       V = Σ A_i·B_i < n·2^512 in nine limbs (576 bits): any number of terms.
// None of it branches on values.
#pragma once

#include "field/scalar.h"

namespace vouch {

/// Σ s_i·x_i for small signed integers x_i; see above for how many. A zero-filled one is an empty
/// sum.
struct SmallProductSum {
  std::array<uint64_t, 5> limbs{};

  /// In two's complement x is what its 64 bits say without sign, minus 2^64 where it is negative.
  constexpr void add(const Scalar& s, int64_t x) {
    count_work(Work::kSmallMultiple);
    const uint64_t sign = 0 - static_cast<uint64_t>(x < 0);
    const internal::Limbs5 p = internal::multiply_row(static_cast<uint64_t>(x), s.limbs);
    internal::Limbs4 upper = {p[1], p[2], p[3], p[4]};
    internal::subtract(
        upper, {sign & s.limbs[0], sign & s.limbs[1], sign & s.limbs[2], sign & s.limbs[3]});
    internal::add(limbs, {p[0], upper[0], upper[1], upper[2], upper[3]});
  }
  constexpr void add_unsigned(const Scalar& s, uint64_t x) {
    count_work(Work::kSmallMultiple);
    internal::add_row(limbs, x, s.limbs);
  }

  constexpr SmallProductSum& operator+=(const SmallProductSum& other) {
    internal::add(limbs, other.limbs);
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

  constexpr void add(const Scalar& a, const Scalar& b) { add_limbs(a.limbs, b.limbs); }

  /// The same for Montgomery limbs that need not be below ℓ.
  constexpr void add_limbs(const internal::Limbs4& a, const internal::Limbs4& b) {
    count_work(Work::kUnreduced);
    using internal::add_row;
    const internal::Limbs5 t0 = internal::multiply_row(a[0], b);
    internal::Limbs5 t1 = {t0[1], t0[2], t0[3], t0[4], 0};
    add_row(t1, a[1], b);
    internal::Limbs5 t2 = {t1[1], t1[2], t1[3], t1[4], 0};
    add_row(t2, a[2], b);
    internal::Limbs5 t3 = {t2[1], t2[2], t2[3], t2[4], 0};
    add_row(t3, a[3], b);
    internal::add(limbs, {t0[0], t1[0], t2[0], t3[0], t3[1], t3[2], t3[3], t3[4]});
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
