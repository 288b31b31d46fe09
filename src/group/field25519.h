// The field of the curve: Z/p, p = 2^255 − 19, in five limbs of radix 2^51, portable 64-bit code.
//
// Limbs have slack. *Reduced*: every limb below 2^51 + 2^16. *Loose*: below 2^53.5. Products,
// squares and carried sums are reduced and take loose operands; add_loose and subtract_loose give,
// without carries, loose ones as long as the bounds that they state add up to less than 2^53.5. A
// column of a product is at most (1 + 4·19)·2^107 < 2^114, so no 128-bit column overflows.
//
// None of it branches on values, unless the name says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "field/limbs.h"

namespace vouch::internal {

class Field25519 {
 public:
  static constexpr size_t kBytes = 32;
  static constexpr uint64_t kMask = (uint64_t{1} << 51) - 1;

  constexpr Field25519() = default;
  static constexpr Field25519 zero() { return {}; }
  static constexpr Field25519 one() { return small(1); }
  /// x < 2^51.
  static constexpr Field25519 small(uint64_t x) { return Field25519(x, 0, 0, 0, 0); }

  /// Σ l_k·2^(51k) of any limbs below 2^62.
  static constexpr Field25519 from_limbs(const std::array<uint64_t, 5>& l) {
    return Field25519(l[0], l[1], l[2], l[3], l[4]).carried();
  }
  /// The integer of 256 bits mod 2^255 (the top bit is dropped) as an element, canonical or not.
  static constexpr Field25519 from_bytes(std::span<const uint8_t, kBytes> bytes) {
    std::array<uint64_t, 4> x{};
    for (size_t i = 0; i < 4; ++i) {
      x[i] = load_little_endian(bytes.data() + 8 * i);
    }
    return from_words(x);
  }
  /// The same from four 64-bit words.
  static constexpr Field25519 from_words(const std::array<uint64_t, 4>& x) {
    return Field25519(x[0] & kMask, ((x[0] >> 51) | (x[1] << 13)) & kMask,
                      ((x[1] >> 38) | (x[2] << 26)) & kMask, ((x[2] >> 25) | (x[3] << 39)) & kMask,
                      (x[3] >> 12) & kMask);
  }
  /// The integer in [0, p), four 64-bit words. Takes loose elements.
  [[nodiscard]] constexpr std::array<uint64_t, 4> words() const {
    const auto t = canonical();
    return {t[0] | (t[1] << 51), (t[1] >> 13) | (t[2] << 38), (t[2] >> 26) | (t[3] << 25),
            (t[3] >> 39) | (t[4] << 12)};
  }
  [[nodiscard]] constexpr std::array<uint8_t, kBytes> bytes() const {
    std::array<uint8_t, kBytes> out{};
    const auto x = words();
    for (size_t i = 0; i < 4; ++i) {
      store_little_endian(out.data() + 8 * i, x[i]);
    }
    return out;
  }

  /// a + b with carries: loose operands, reduced result.
  friend constexpr Field25519 operator+(const Field25519& a, const Field25519& b) {
    return add_loose(a, b).carried();
  }
  /// a − b with carries: loose operands, reduced result.
  friend constexpr Field25519 operator-(const Field25519& a, const Field25519& b) {
    // 8p, limb by limb above any loose limb.
    return Field25519(a.l_[0] + 8 * kP0 - b.l_[0], a.l_[1] + 8 * kPi - b.l_[1],
                      a.l_[2] + 8 * kPi - b.l_[2], a.l_[3] + 8 * kPi - b.l_[3],
                      a.l_[4] + 8 * kPi - b.l_[4])
        .carried();
  }
  constexpr Field25519 operator-() const { return zero() - *this; }
  /// a + b without carries: the limbs' bounds add up.
  static constexpr Field25519 add_loose(const Field25519& a, const Field25519& b) {
    return Field25519(a.l_[0] + b.l_[0], a.l_[1] + b.l_[1], a.l_[2] + b.l_[2], a.l_[3] + b.l_[3],
                      a.l_[4] + b.l_[4]);
  }
  /// a − b + 2p without carries, b reduced: the bound of a, plus 2^52.
  static constexpr Field25519 subtract_loose(const Field25519& a, const Field25519& b) {
    return Field25519(a.l_[0] + 2 * kP0 - b.l_[0], a.l_[1] + 2 * kPi - b.l_[1],
                      a.l_[2] + 2 * kPi - b.l_[2], a.l_[3] + 2 * kPi - b.l_[3],
                      a.l_[4] + 2 * kPi - b.l_[4]);
  }

  friend constexpr Field25519 operator*(const Field25519& a, const Field25519& b) {
    const auto& x = a.l_;
    const auto& y = b.l_;
    const uint64_t y1 = 19 * y[1];
    const uint64_t y2 = 19 * y[2];
    const uint64_t y3 = 19 * y[3];
    const uint64_t y4 = 19 * y[4];
    return from_columns(product(x[0], y[0]) + product(x[1], y4) + product(x[2], y3) +
                            product(x[3], y2) + product(x[4], y1),
                        product(x[0], y[1]) + product(x[1], y[0]) + product(x[2], y4) +
                            product(x[3], y3) + product(x[4], y2),
                        product(x[0], y[2]) + product(x[1], y[1]) + product(x[2], y[0]) +
                            product(x[3], y4) + product(x[4], y3),
                        product(x[0], y[3]) + product(x[1], y[2]) + product(x[2], y[1]) +
                            product(x[3], y[0]) + product(x[4], y4),
                        product(x[0], y[4]) + product(x[1], y[3]) + product(x[2], y[2]) +
                            product(x[3], y[1]) + product(x[4], y[0]));
  }
  [[nodiscard]] constexpr Field25519 square() const {
    const auto& x = l_;
    const uint64_t d0 = 2 * x[0];
    const uint64_t d1 = 2 * x[1];
    const uint64_t d2 = 2 * x[2];
    const uint64_t x3 = 19 * x[3];
    const uint64_t x4 = 19 * x[4];
    return from_columns(product(x[0], x[0]) + product(d1, x4) + product(d2, x3),
                        product(d0, x[1]) + product(d2, x4) + product(x[3], x3),
                        product(d0, x[2]) + product(x[1], x[1]) + product(2 * x[3], x4),
                        product(d0, x[3]) + product(d1, x[2]) + product(x[4], x4),
                        product(d0, x[4]) + product(d1, x[3]) + product(x[2], x[2]));
  }
  /// x^(2^n).
  [[nodiscard]] constexpr Field25519 square_times(int n) const {
    Field25519 x = *this;
    for (int i = 0; i < n; ++i) {
      x = x.square();
    }
    return x;
  }

  constexpr bool operator==(const Field25519& other) const {
    const auto a = canonical();
    const auto b = other.canonical();
    uint64_t difference = 0;
    for (size_t i = 0; i < 5; ++i) {
      difference |= a[i] ^ b[i];
    }
    return difference == 0;
  }
  [[nodiscard]] constexpr bool is_zero() const { return *this == zero(); }
  /// "Negative": the integer in [0, p) is odd (RFC 9496, 3.1).
  [[nodiscard]] constexpr bool is_negative() const { return (canonical()[0] & 1) != 0; }
  /// The one of x and −x that is not negative.
  [[nodiscard]] constexpr Field25519 absolute() const {
    return select(*this, -*this, is_negative());
  }
  /// b if `choose_b`, else a.
  static constexpr Field25519 select(const Field25519& a, const Field25519& b, bool choose_b) {
    const uint64_t mask = 0 - static_cast<uint64_t>(choose_b);
    Field25519 out;
    for (size_t i = 0; i < 5; ++i) {
      out.l_[i] = a.l_[i] ^ (mask & (a.l_[i] ^ b.l_[i]));
    }
    return out;
  }

  /// 1/x = x^(p−2); 1/0 = 0.
  [[nodiscard]] constexpr Field25519 inverse() const {
    Field25519 to_11;  // p − 2 = 2^255 − 21 = (2^250 − 1)·2^5 + 11
    const Field25519 to_250 = power_2_250_minus_1(to_11);
    return to_250.square_times(5) * to_11;
  }
  /// x^((p−5)/8), (p−5)/8 = 2^252 − 3 = (2^250 − 1)·4 + 1.
  [[nodiscard]] constexpr Field25519 power_p_minus_5_over_8() const {
    Field25519 to_11;
    return power_2_250_minus_1(to_11).square_times(2) * *this;
  }

 private:
  static constexpr uint64_t kP0 = kMask - 18;  ///< limb 0 of p
  static constexpr uint64_t kPi = kMask;       ///< limbs 1…4 of p

  constexpr Field25519(uint64_t l0, uint64_t l1, uint64_t l2, uint64_t l3, uint64_t l4)
      : l_{l0, l1, l2, l3, l4} {}

  /// x^(2^250 − 1), with x^11 on the way, by the usual addition chain.
  constexpr Field25519 power_2_250_minus_1(Field25519& to_11) const {
    const Field25519 to_2 = square();
    const Field25519 to_9 = to_2.square_times(2) * *this;
    to_11 = to_9 * to_2;
    const Field25519 b5 = to_11.square() * to_9;  // b_k = x^(2^k − 1)
    const Field25519 b10 = b5.square_times(5) * b5;
    const Field25519 b20 = b10.square_times(10) * b10;
    const Field25519 b40 = b20.square_times(20) * b20;
    const Field25519 b50 = b40.square_times(10) * b10;
    const Field25519 b100 = b50.square_times(50) * b50;
    const Field25519 b200 = b100.square_times(100) * b100;
    return b200.square_times(50) * b50;
  }

  static constexpr uint128_t product(uint64_t a, uint64_t b) {
    return static_cast<uint128_t>(a) * b;
  }
  /// Columns below 77·2^107, the last (which has no factor 19) below 5·2^107: so what goes beyond
  /// 51 bits is below 2^62.3, and for the last below 2^58.4, also times 19 a word. All carries at
  /// once, twice: a third shorter in time than one chain of five (measured), since nothing waits.
  static constexpr Field25519 from_columns(uint128_t c0, uint128_t c1, uint128_t c2, uint128_t c3,
                                           uint128_t c4) {
    const auto low = [](uint128_t c) { return static_cast<uint64_t>(c) & kMask; };
    const auto high = [](uint128_t c) { return static_cast<uint64_t>(c >> 51); };
    return Field25519(low(c0) + 19 * high(c4), low(c1) + high(c0), low(c2) + high(c1),
                      low(c3) + high(c2), low(c4) + high(c3))
        .carried();
  }

  /// Takes any limbs below 2^63.
  [[nodiscard]] constexpr Field25519 carried() const {
    return Field25519((l_[0] & kMask) + 19 * (l_[4] >> 51), (l_[1] & kMask) + (l_[0] >> 51),
                      (l_[2] & kMask) + (l_[1] >> 51), (l_[3] & kMask) + (l_[2] >> 51),
                      (l_[4] & kMask) + (l_[3] >> 51));
  }

  /// The integer in [0, p), five limbs below 2^51.
  [[nodiscard]] constexpr std::array<uint64_t, 5> canonical() const {
    auto t = carried().l_;           // below 2^51 + 2^8, so the value is below 2p
    uint64_t q = (t[0] + 19) >> 51;  // is it at least p? add 19 and see whether 2^255 is reached
    for (size_t i = 1; i < 5; ++i) {
      q = (t[i] + q) >> 51;
    }
    t[0] += 19 * q;
    for (size_t i = 0; i < 4; ++i) {
      t[i + 1] += t[i] >> 51;
      t[i] &= kMask;
    }
    t[4] &= kMask;
    return t;
  }

  std::array<uint64_t, 5> l_{};
};

/// √−1, the one that is not negative: 2^((p−1)/4), (p−1)/4 = 2·(p−5)/8 + 1.
inline constexpr Field25519 kSqrtMinusOne =
    (Field25519::small(2).power_p_minus_5_over_8().square() * Field25519::small(2)).absolute();
static_assert(kSqrtMinusOne.square() == -Field25519::one());

/// SQRT_RATIO_M1 of RFC 9496, 4.2: if u/v is a square, its root that is not negative (0 for u = 0);
/// else the root of √−1·u/v, and was_square = false; (false, 0) for v = 0 ≠ u.
struct SquareRootOfRatio {
  bool was_square = false;
  Field25519 root;
};
/// Its two halves, around the power x^((p−5)/8), which is nearly all of the work: many of those
/// are best made together (group/square_roots.h). First x = u·v^7.
constexpr Field25519 square_root_base(const Field25519& u, const Field25519& v) {
  const Field25519 v3 = v.square() * v;
  return u * (v3.square() * v);
}
constexpr SquareRootOfRatio square_root_from_power(const Field25519& u, const Field25519& v,
                                                   const Field25519& power) {
  Field25519 r = u * (v.square() * v) * power;
  const Field25519 check = v * r.square();
  const Field25519 minus_u = -u;
  const bool correct = check == u;
  const bool flipped = check == minus_u;
  const bool flipped_i = check == minus_u * kSqrtMinusOne;
  r = Field25519::select(r, r * kSqrtMinusOne, flipped || flipped_i);
  return {.was_square = correct || flipped, .root = r.absolute()};
}
constexpr SquareRootOfRatio square_root_of_ratio(const Field25519& u, const Field25519& v) {
  return square_root_from_power(u, v, square_root_base(u, v).power_p_minus_5_over_8());
}

}  // namespace vouch::internal
