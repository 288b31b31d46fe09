// Montgomery arithmetic modulo ℓ = 2^252 + 27742317777372353535851937790883648493, the order of
// ristretto255, with R = 2^256. The modulus is the only literal; all else is computed from it.
//
// montgomery_product(a, b) = a·b·R^-1 mod ℓ, by operand scanning: after each of the four steps
//     t ← (t + a_i·b + m·ℓ) / 2^64,   m = −t·ℓ^-1 mod 2^64,
// t < b + ℓ, for any a < 2^256; so b < ℓ gives t < 2ℓ and one conditional subtraction ends it. Two
// limbs of ℓ are 0 and 2^60, nothing and a shift: 28 multiplications of 64 bits in all.
#pragma once

#include "base/work.h"
#include "field/limbs.h"

namespace vouch::internal {

using Limbs4 = std::array<uint64_t, 4>;

inline constexpr Limbs4 kModulus = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, uint64_t{1} << 60};

/// −ℓ^-1 mod 2^64: five Newton steps from the three bits that every odd number gives.
constexpr uint64_t negated_inverse_of_modulus() {
  uint64_t inverse = kModulus[0];
  for (int i = 0; i < 5; ++i) {
    inverse *= 2 - kModulus[0] * inverse;
  }
  return 0 - inverse;
}
inline constexpr uint64_t kNegatedInverse = negated_inverse_of_modulus();
static_assert(kNegatedInverse * kModulus[0] == ~uint64_t{0});

/// x mod ℓ for x < 2ℓ.
[[gnu::always_inline]] constexpr Limbs4 subtract_modulus_once(const Limbs4& x) {
  uint64_t borrow = 0;
  Limbs4 d{};
  for (size_t i = 0; i < 4; ++i) {
    d[i] = subtract_borrow(x[i], kModulus[i], borrow);
  }
  const uint64_t keep = 0 - borrow;
  for (size_t i = 0; i < 4; ++i) {
    d[i] ^= keep & (d[i] ^ x[i]);
  }
  return d;
}

/// a + b mod ℓ for a, b < ℓ.
[[gnu::always_inline]] constexpr Limbs4 add_mod(const Limbs4& a, const Limbs4& b) {
  uint64_t carry = 0;
  Limbs4 s{};
  for (size_t i = 0; i < 4; ++i) {
    s[i] = add_carry(a[i], b[i], carry);
  }
  return subtract_modulus_once(s);
}

/// a − b mod ℓ for a, b < ℓ.
[[gnu::always_inline]] constexpr Limbs4 subtract_mod(const Limbs4& a, const Limbs4& b) {
  uint64_t borrow = 0;
  Limbs4 d{};
  for (size_t i = 0; i < 4; ++i) {
    d[i] = subtract_borrow(a[i], b[i], borrow);
  }
  const uint64_t mask = 0 - borrow;
  uint64_t carry = 0;
  for (size_t i = 0; i < 4; ++i) {
    d[i] = add_carry(d[i], mask & kModulus[i], carry);
  }
  return d;
}

/// t ← t + x·b, which must stay below 2^320. The low halves of the four products make one carry
/// chain, the high halves another.
constexpr void add_row(std::array<uint64_t, 5>& t, uint64_t x, const Limbs4& b) {
  const uint128_t p0 = static_cast<uint128_t>(x) * b[0];
  const uint128_t p1 = static_cast<uint128_t>(x) * b[1];
  const uint128_t p2 = static_cast<uint128_t>(x) * b[2];
  const uint128_t p3 = static_cast<uint128_t>(x) * b[3];
  uint64_t carry = 0;
  t[0] = add_carry(t[0], static_cast<uint64_t>(p0), carry);
  t[1] = add_carry(t[1], static_cast<uint64_t>(p1), carry);
  t[2] = add_carry(t[2], static_cast<uint64_t>(p2), carry);
  t[3] = add_carry(t[3], static_cast<uint64_t>(p3), carry);
  t[4] += carry;
  carry = 0;
  t[1] = add_carry(t[1], static_cast<uint64_t>(p0 >> 64), carry);
  t[2] = add_carry(t[2], static_cast<uint64_t>(p1 >> 64), carry);
  t[3] = add_carry(t[3], static_cast<uint64_t>(p2 >> 64), carry);
  t[4] = add_carry(t[4], static_cast<uint64_t>(p3 >> 64), carry);
}

/// t ← (t + m·ℓ) / 2^64 with the m that makes it exact. ℓ has a limb 0 and a limb 2^60.
constexpr void divide_out_limb(std::array<uint64_t, 5>& t) {
  static_assert(kModulus[2] == 0 && kModulus[3] == uint64_t{1} << 60);
  const uint64_t m = t[0] * kNegatedInverse;
  const uint128_t p0 = static_cast<uint128_t>(m) * kModulus[0];
  const uint128_t p1 = static_cast<uint128_t>(m) * kModulus[1];
  uint64_t carry = 0;
  add_carry(t[0], static_cast<uint64_t>(p0), carry);
  t[0] = add_carry(t[1], static_cast<uint64_t>(p1), carry);
  t[1] = add_carry(t[2], 0, carry);
  t[2] = add_carry(t[3], m << 60, carry);
  t[3] = add_carry(t[4], m >> 4, carry);
  carry = 0;
  t[0] = add_carry(t[0], static_cast<uint64_t>(p0 >> 64), carry);
  t[1] = add_carry(t[1], static_cast<uint64_t>(p1 >> 64), carry);
  t[2] = add_carry(t[2], 0, carry);
  t[3] = add_carry(t[3], 0, carry);
  t[4] = 0;
}

/// a·b·R^-1 mod ℓ for a < 2^256 and b < ℓ; the result is < ℓ.
constexpr Limbs4 montgomery_product(const Limbs4& a, const Limbs4& b) {
  count_work(Work::kProduct);
  std::array<uint64_t, 5> t{};
  add_row(t, a[0], b);
  divide_out_limb(t);
  add_row(t, a[1], b);
  divide_out_limb(t);
  add_row(t, a[2], b);
  divide_out_limb(t);
  add_row(t, a[3], b);
  divide_out_limb(t);
  return subtract_modulus_once({t[0], t[1], t[2], t[3]});
}

/// (a·b + c·d)·R^-1 mod ℓ for a, b, c, d < ℓ: one reduction for both. Between the steps t < b + d +
/// ℓ, and at the end t < (2ℓ² + Rℓ)/R < 1.2·ℓ.
constexpr Limbs4 montgomery_product_sum(const Limbs4& a, const Limbs4& b, const Limbs4& c,
                                        const Limbs4& d) {
  count_work(Work::kProductPair);
  std::array<uint64_t, 5> t{};
  add_row(t, a[0], b);
  add_row(t, c[0], d);
  divide_out_limb(t);
  add_row(t, a[1], b);
  add_row(t, c[1], d);
  divide_out_limb(t);
  add_row(t, a[2], b);
  add_row(t, c[2], d);
  divide_out_limb(t);
  add_row(t, a[3], b);
  add_row(t, c[3], d);
  divide_out_limb(t);
  return subtract_modulus_once({t[0], t[1], t[2], t[3]});
}

/// 2^k mod ℓ.
constexpr Limbs4 power_of_two_mod(int k) {
  Limbs4 x = {1, 0, 0, 0};
  for (int i = 0; i < k; ++i) {
    x = add_mod(x, x);
  }
  return x;
}

inline constexpr Limbs4 kR = power_of_two_mod(256);   ///< 1 in Montgomery form
inline constexpr Limbs4 kR2 = power_of_two_mod(512);  ///< R in Montgomery form
inline constexpr Limbs4 kR3 = power_of_two_mod(768);  ///< R² in Montgomery form

}  // namespace vouch::internal
