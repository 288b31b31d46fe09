// Multi-precision steps on 64-bit limbs, least significant limb first, without branches on values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace vouch::internal {

__extension__ using uint128_t = unsigned __int128;

// GCC makes no carry chain of 128-bit additions (measured: three times slower), so at run time the
// compilers' own words for one are used where they exist.
/// a + b + carry, carry in and out ∈ {0, 1}.
constexpr uint64_t add_carry(uint64_t a, uint64_t b, uint64_t& carry) {
  if (!std::is_constant_evaluated()) {
#if defined(__clang__)
    unsigned long long out = 0;
    const unsigned long long sum = __builtin_addcll(a, b, carry, &out);
    carry = out;
    return sum;
#elif defined(__x86_64__)
    unsigned long long sum = 0;
    carry = __builtin_ia32_addcarryx_u64(static_cast<unsigned char>(carry), a, b, &sum);
    return sum;
#endif
  }
  const uint128_t r = static_cast<uint128_t>(a) + b + carry;
  carry = static_cast<uint64_t>(r >> 64);
  return static_cast<uint64_t>(r);
}

/// a − b − borrow, borrow in and out ∈ {0, 1}.
constexpr uint64_t subtract_borrow(uint64_t a, uint64_t b, uint64_t& borrow) {
  if (!std::is_constant_evaluated()) {
#if defined(__clang__)
    unsigned long long out = 0;
    const unsigned long long difference = __builtin_subcll(a, b, borrow, &out);
    borrow = out;
    return difference;
#elif defined(__x86_64__)
    unsigned long long difference = 0;
    borrow = __builtin_ia32_sbb_u64(static_cast<unsigned char>(borrow), a, b, &difference);
    return difference;
#endif
  }
  const uint128_t r = static_cast<uint128_t>(a) - b - borrow;
  borrow = static_cast<uint64_t>(r >> 64) & 1;
  return static_cast<uint64_t>(r);
}

/// x, computed before what follows. A compiler that puts off a shift until the middle of a carry
/// chain has to save the carry first.
constexpr uint64_t computed(uint64_t x) {
#if defined(__GNUC__)
  if (!std::is_constant_evaluated()) {
    __asm__("" : "+r"(x));
  }
#endif
  return x;
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
