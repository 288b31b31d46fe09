// Multi-precision steps on 64-bit limbs, least significant limb first, without branches on values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vouch::internal {

__extension__ using uint128_t = unsigned __int128;

/// t + a·b + carry; the low limb is returned, the high limb is the new carry. Never overflows:
/// (2^64 − 1)² + 2·(2^64 − 1) = 2^128 − 1.
constexpr uint64_t multiply_add(uint64_t t, uint64_t a, uint64_t b, uint64_t& carry) {
  const uint128_t r = static_cast<uint128_t>(a) * b + t + carry;
  carry = static_cast<uint64_t>(r >> 64);
  return static_cast<uint64_t>(r);
}

/// a + b + carry, carry in and out ∈ {0, 1}.
constexpr uint64_t add_carry(uint64_t a, uint64_t b, uint64_t& carry) {
  const uint128_t r = static_cast<uint128_t>(a) + b + carry;
  carry = static_cast<uint64_t>(r >> 64);
  return static_cast<uint64_t>(r);
}

/// a − b − borrow, borrow in and out ∈ {0, 1}.
constexpr uint64_t subtract_borrow(uint64_t a, uint64_t b, uint64_t& borrow) {
  const uint128_t r = static_cast<uint128_t>(a) - b - borrow;
  borrow = static_cast<uint64_t>(r >> 64) & 1;
  return static_cast<uint64_t>(r);
}

constexpr uint64_t load_little_endian(const uint8_t* bytes) {
  uint64_t x = 0;
  for (size_t i = 0; i < 8; ++i) {
    x |= static_cast<uint64_t>(bytes[i]) << (8 * i);
  }
  return x;
}

constexpr void store_little_endian(uint8_t* bytes, uint64_t x) {
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<uint8_t>(x >> (8 * i));
  }
}

}  // namespace vouch::internal
