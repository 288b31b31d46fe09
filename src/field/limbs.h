// Multi-precision steps on 64-bit limbs, least significant limb first, without branches on values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace vouch::internal {

__extension__ using uint128_t = unsigned __int128;

using Limbs4 = std::array<uint64_t, 4>;
using Limbs5 = std::array<uint64_t, 5>;

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

// Carry chains. GCC 12 makes none of the functions above (three times slower), and takes the carry
// of its built-in ones to a register and back in every longer function (up to twice slower), so on
// x86-64 a chain is written out.
#if defined(__x86_64__) && defined(__GNUC__)
#define VOUCH_HAS_CARRY_CHAINS 1
#endif

/// x ← x + y mod 2^256.
[[gnu::always_inline]] constexpr void add(Limbs4& x, const Limbs4& y) {
#ifdef VOUCH_HAS_CARRY_CHAINS
  if (!std::is_constant_evaluated()) {
    __asm__("addq %4, %0\n\tadcq %5, %1\n\tadcq %6, %2\n\tadcq %7, %3"
            : "+&r"(x[0]), "+&r"(x[1]), "+&r"(x[2]), "+&r"(x[3])
            : "rme"(y[0]), "rme"(y[1]), "rme"(y[2]), "rme"(y[3])
            : "cc");
    return;
  }
#endif
  uint64_t carry = 0;
  for (size_t i = 0; i < 4; ++i) {
    x[i] = add_carry(x[i], y[i], carry);
  }
}

/// x ← x + y mod 2^320.
[[gnu::always_inline]] constexpr void add(Limbs5& x, const Limbs5& y) {
#ifdef VOUCH_HAS_CARRY_CHAINS
  if (!std::is_constant_evaluated()) {
    __asm__("addq %5, %0\n\tadcq %6, %1\n\tadcq %7, %2\n\tadcq %8, %3\n\tadcq %9, %4"
            : "+&r"(x[0]), "+&r"(x[1]), "+&r"(x[2]), "+&r"(x[3]), "+&r"(x[4])
            : "rme"(y[0]), "rme"(y[1]), "rme"(y[2]), "rme"(y[3]), "rme"(y[4])
            : "cc");
    return;
  }
#endif
  uint64_t carry = 0;
  for (size_t i = 0; i < 5; ++i) {
    x[i] = add_carry(x[i], y[i], carry);
  }
}

/// x ← x − y mod 2^256; the result is 2^64 − 1 if x < y, else 0.
[[gnu::always_inline]] constexpr uint64_t subtract(Limbs4& x, const Limbs4& y) {
#ifdef VOUCH_HAS_CARRY_CHAINS
  if (!std::is_constant_evaluated()) {
    uint64_t mask = 0;
    __asm__("subq %5, %0\n\tsbbq %6, %1\n\tsbbq %7, %2\n\tsbbq %8, %3\n\tsbbq %4, %4"
            : "+&r"(x[0]), "+&r"(x[1]), "+&r"(x[2]), "+&r"(x[3]), "=&r"(mask)
            : "rme"(y[0]), "rme"(y[1]), "rme"(y[2]), "rme"(y[3])
            : "cc");
    return mask;
  }
#endif
  uint64_t borrow = 0;
  for (size_t i = 0; i < 4; ++i) {
    x[i] = subtract_borrow(x[i], y[i], borrow);
  }
  return 0 - borrow;
}

/// x ← x + y mod 2^576; x stays in memory.
[[gnu::always_inline]] constexpr void add(std::array<uint64_t, 9>& x,
                                          const std::array<uint64_t, 8>& y) {
#ifdef VOUCH_HAS_CARRY_CHAINS
  if (!std::is_constant_evaluated()) {
    __asm__(
        "addq %2, 0(%1)\n\tadcq %3, 8(%1)\n\tadcq %4, 16(%1)\n\tadcq %5, 24(%1)\n\t"
        "adcq %6, 32(%1)\n\tadcq %7, 40(%1)\n\tadcq %8, 48(%1)\n\tadcq %9, 56(%1)\n\t"
        "adcq $0, 64(%1)"
        : "+m"(x)
        : "r"(x.data()), "r"(y[0]), "r"(y[1]), "r"(y[2]), "r"(y[3]), "r"(y[4]), "r"(y[5]),
          "r"(y[6]), "r"(y[7])
        : "cc");
    return;
  }
#endif
  uint64_t carry = 0;
  for (size_t i = 0; i < 8; ++i) {
    x[i] = add_carry(x[i], y[i], carry);
  }
  x[8] += carry;
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
