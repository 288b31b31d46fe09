// Montgomery arithmetic modulo ℓ = 2^252 + 27742317777372353535851937790883648493, the order of
// ristretto255, with R = 2^256. The modulus is the only literal; all else is computed from it.
//
// montgomery_product(a, b) = a·b·R^-1 mod ℓ, by operand scanning: after each of the four steps
//     t ← (t + a_i·b + m·ℓ) / 2^64,   m = −t·ℓ^-1 mod 2^64,
// t < b + ℓ, for any a < 2^256; so b < ℓ gives t < 2ℓ and one conditional subtraction ends it. Two
// limbs of ℓ are 0 and 2^60, nothing and a shift: 28 multiplications of 64 bits in all. Their high
// halves are added to the low ones of the next limb first, then the row to t: two carry chains a
// row, none of which is interrupted.
#pragma once

#include "base/work.h"
#include "field/limbs.h"

namespace vouch::internal {

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

/// x + ℓ where mask = 2^64 − 1, x where mask = 0; mod 2^256.
[[gnu::always_inline]] constexpr Limbs4 add_masked_modulus(Limbs4 x, uint64_t mask) {
  static_assert(kModulus[2] == 0);
  add(x, {mask & kModulus[0], mask & kModulus[1], 0, mask & kModulus[3]});
  return x;
}

/// x mod ℓ for x < 2ℓ.
[[gnu::always_inline]] constexpr Limbs4 subtract_modulus_once(Limbs4 x) {
  const uint64_t negative = subtract(x, kModulus);
  return add_masked_modulus(x, negative);
}

/// a + b mod ℓ for a, b < ℓ.
[[gnu::always_inline]] constexpr Limbs4 add_mod(Limbs4 a, const Limbs4& b) {
  add(a, b);
  return subtract_modulus_once(a);
}

/// a − b mod ℓ for a, b < ℓ.
[[gnu::always_inline]] constexpr Limbs4 subtract_mod(Limbs4 a, const Limbs4& b) {
  const uint64_t negative = subtract(a, b);
  return add_masked_modulus(a, negative);
}

/// x·b. The high halves of the four products are added to the low ones in one carry chain.
constexpr Limbs5 multiply_row(uint64_t x, const Limbs4& b) {
  const uint128_t p0 = static_cast<uint128_t>(x) * b[0];
  const uint128_t p1 = static_cast<uint128_t>(x) * b[1];
  const uint128_t p2 = static_cast<uint128_t>(x) * b[2];
  const uint128_t p3 = static_cast<uint128_t>(x) * b[3];
  Limbs4 high = {static_cast<uint64_t>(p0 >> 64), static_cast<uint64_t>(p1 >> 64),
                 static_cast<uint64_t>(p2 >> 64), static_cast<uint64_t>(p3 >> 64)};
  add(high, {static_cast<uint64_t>(p1), static_cast<uint64_t>(p2), static_cast<uint64_t>(p3), 0});
  return {static_cast<uint64_t>(p0), high[0], high[1], high[2], high[3]};
}

/// t ← t + x·b, which must stay below 2^320.
constexpr void add_row(Limbs5& t, uint64_t x, const Limbs4& b) { add(t, multiply_row(x, b)); }

/// t ← (t + m·ℓ) / 2^64 with the m that makes it exact. ℓ has a limb 0 and a limb 2^60.
constexpr void divide_out_limb(Limbs5& t) {
  static_assert(kModulus[2] == 0 && kModulus[3] == uint64_t{1} << 60);
  const uint64_t m = t[0] * kNegatedInverse;
  const uint128_t p0 = static_cast<uint128_t>(m) * kModulus[0];
  const uint128_t p1 = static_cast<uint128_t>(m) * kModulus[1];
  const uint64_t m1 = static_cast<uint64_t>(p1) + static_cast<uint64_t>(p0 >> 64);
  const uint64_t m2 = static_cast<uint64_t>(p1 >> 64) + static_cast<uint64_t>(m1 < (p0 >> 64));
  add(t, {static_cast<uint64_t>(p0), m1, m2, m << 60, m >> 4});
  t = {t[1], t[2], t[3], t[4], 0};
}

/// Something below a·b/R + ℓ that is a·b·R^-1 mod ℓ, for a < 2^256 and b < 4ℓ.
constexpr Limbs4 unreduced_product(const Limbs4& a, const Limbs4& b) {
  count_work(Work::kProduct);
  Limbs5 t = multiply_row(a[0], b);
  divide_out_limb(t);
  add_row(t, a[1], b);
  divide_out_limb(t);
  add_row(t, a[2], b);
  divide_out_limb(t);
  add_row(t, a[3], b);
  divide_out_limb(t);
  return {t[0], t[1], t[2], t[3]};
}

/// Something below (a·b + c·d)/R + ℓ that is (a·b + c·d)·R^-1 mod ℓ, for a, c < 2^256 and b, d <
/// 4ℓ: one reduction for both. Between the steps t < b + d + ℓ.
constexpr Limbs4 unreduced_product_sum(const Limbs4& a, const Limbs4& b, const Limbs4& c,
                                       const Limbs4& d) {
  count_work(Work::kProductPair);
  Limbs5 t = multiply_row(a[0], b);
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
  return {t[0], t[1], t[2], t[3]};
}

/// a·b·R^-1 mod ℓ for a < 2^256 and b < ℓ; the result is < ℓ.
constexpr Limbs4 montgomery_product(const Limbs4& a, const Limbs4& b) {
  return subtract_modulus_once(unreduced_product(a, b));
}

/// (a·b + c·d)·R^-1 mod ℓ for a, b, c, d < ℓ, where (2ℓ² + Rℓ)/R < 1.2·ℓ.
constexpr Limbs4 montgomery_product_sum(const Limbs4& a, const Limbs4& b, const Limbs4& c,
                                        const Limbs4& d) {
  return subtract_modulus_once(unreduced_product_sum(a, b, c, d));
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
