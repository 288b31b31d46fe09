// Scalars: the field F = Z/ℓ, ℓ = 2^252 + 27742317777372353535851937790883648493, the order of the
// group ristretto255 (RFC 9496). A Scalar holds x·2^256 mod ℓ (Montgomery form) in four 64-bit
// limbs, always below ℓ, so equal values have equal limbs. Arithmetic has no branch and no memory
// access that depends on a value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "field/montgomery.h"

namespace vouch {

class Scalar {
 public:
  /// On the wire: 32 bytes, little-endian, the integer in [0, ℓ).
  static constexpr size_t kBytes = 32;
  /// Bytes that reduce_wide() takes: 512 bits, so that the result is uniform up to 2^-259.
  static constexpr size_t kWideBytes = 64;

  constexpr Scalar() = default;
  static constexpr Scalar zero() { return {}; }
  static constexpr Scalar one() { return from_limbs(internal::kR); }
  static constexpr Scalar from_u64(uint64_t x) {
    return from_limbs(internal::montgomery_product({x, 0, 0, 0}, internal::kR2));
  }
  /// Any x, INT64_MIN too; negative values stand for ℓ − |x|.
  static constexpr Scalar from_i64(int64_t x) {
    const uint64_t sign = 0 - static_cast<uint64_t>(x < 0);
    const Scalar magnitude = from_u64((static_cast<uint64_t>(x) ^ sign) - sign);
    return select(magnitude, -magnitude, sign);
  }
  /// The scalar that these bytes encode, or nothing if the integer is not below ℓ.
  static constexpr std::optional<Scalar> decode(std::span<const uint8_t, kBytes> bytes) {
    const internal::Limbs4 x = load(bytes.data());
    uint64_t borrow = 0;
    for (size_t i = 0; i < 4; ++i) {
      internal::subtract_borrow(x[i], internal::kModulus[i], borrow);
    }
    if (borrow == 0) {
      return std::nullopt;
    }
    return from_limbs(internal::montgomery_product(x, internal::kR2));
  }
  /// The little-endian integer of 512 bits, mod ℓ.
  static constexpr Scalar reduce_wide(std::span<const uint8_t, kWideBytes> bytes) {
    return from_limbs(
        internal::add_mod(internal::montgomery_product(load(bytes.data()), internal::kR2),
                          internal::montgomery_product(load(bytes.data() + 32), internal::kR3)));
  }
  /// Montgomery limbs, which must be below ℓ.
  static constexpr Scalar from_limbs(const internal::Limbs4& limbs) {
    Scalar s;
    s.limbs = limbs;
    return s;
  }

  /// The integer in [0, ℓ) that this scalar is, least significant limb first.
  [[nodiscard]] constexpr std::array<uint64_t, 4> integer() const {
    return internal::montgomery_product({1, 0, 0, 0}, limbs);
  }
  constexpr void encode(std::span<uint8_t, kBytes> out) const {
    const internal::Limbs4 x = integer();
    for (size_t i = 0; i < 4; ++i) {
      internal::store_little_endian(out.data() + 8 * i, x[i]);
    }
  }
  [[nodiscard]] constexpr std::array<uint8_t, kBytes> bytes() const {
    std::array<uint8_t, kBytes> out{};
    encode(out);
    return out;
  }

  friend constexpr Scalar operator+(const Scalar& a, const Scalar& b) {
    return from_limbs(internal::add_mod(a.limbs, b.limbs));
  }
  friend constexpr Scalar operator-(const Scalar& a, const Scalar& b) {
    return from_limbs(internal::subtract_mod(a.limbs, b.limbs));
  }
  friend constexpr Scalar operator*(const Scalar& a, const Scalar& b) {
    return from_limbs(internal::montgomery_product(a.limbs, b.limbs));
  }
  constexpr Scalar operator-() const { return zero() - *this; }
  constexpr Scalar& operator+=(const Scalar& b) { return *this = *this + b; }
  constexpr Scalar& operator-=(const Scalar& b) { return *this = *this - b; }
  constexpr Scalar& operator*=(const Scalar& b) { return *this = *this * b; }
  constexpr bool operator==(const Scalar& b) const {
    uint64_t difference = 0;
    for (size_t i = 0; i < 4; ++i) {
      difference |= limbs[i] ^ b.limbs[i];
    }
    return difference == 0;
  }

  [[nodiscard]] constexpr bool is_zero() const { return *this == zero(); }
  [[nodiscard]] constexpr Scalar doubled() const { return *this + *this; }
  [[nodiscard]] constexpr Scalar square() const { return *this * *this; }
  /// x^exponent; 0^0 = 1. Its time depends on the exponent, not on x.
  [[nodiscard]] constexpr Scalar power(uint64_t exponent) const {
    Scalar result = one();
    Scalar base = *this;
    for (; exponent != 0; exponent >>= 1) {
      if ((exponent & 1) != 0) {
        result *= base;
      }
      base = base.square();
    }
    return result;
  }
  /// 1/x = x^(ℓ−2), ~9 µs; 1/0 = 0. Many at once: invert_all().
  [[nodiscard]] Scalar inverse() const;

  /// a where mask = 0, b where mask = 2^64 − 1.
  static constexpr Scalar select(const Scalar& a, const Scalar& b, uint64_t mask) {
    Scalar out;
    for (size_t i = 0; i < 4; ++i) {
      out.limbs[i] = a.limbs[i] ^ (mask & (a.limbs[i] ^ b.limbs[i]));
    }
    return out;
  }

  /// x·2^256 mod ℓ, least significant first. For kernels; nobody else should look at it.
  std::array<uint64_t, 4> limbs{};

 private:
  static constexpr internal::Limbs4 load(const uint8_t* bytes) {
    internal::Limbs4 x{};
    for (size_t i = 0; i < 4; ++i) {
      x[i] = internal::load_little_endian(bytes + 8 * i);
    }
    return x;
  }
};

/// a·b + c·d with one reduction.
[[nodiscard]] constexpr Scalar sum_of_products(const Scalar& a, const Scalar& b, const Scalar& c,
                                               const Scalar& d) {
  return Scalar::from_limbs(internal::montgomery_product_sum(a.limbs, b.limbs, c.limbs, d.limbs));
}

/// Replaces every entry by its inverse (0 by 0) at the price of one inversion and three
/// multiplications an entry (Montgomery's trick). Allocates n scalars; constant-time in the values.
void invert_all(std::span<Scalar> values);

}  // namespace vouch
