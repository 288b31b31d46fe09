#include "model/exact_round.h"

#include <bit>
#include <cmath>

#include "base/check.h"

namespace vouch {
namespace {

__extension__ using Uint128 = unsigned __int128;

struct BinaryFloat {
  uint32_t mantissa = 0;  // < 2^24
  int exponent = 0;
};

// x = mantissa·2^exponent, subnormals included.
BinaryFloat split(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const auto biased = static_cast<int>(bits >> 23U);
  VOUCH_CHECK(biased < 255);  // finite and not negative
  const uint32_t fraction = bits & 0x7FFFFFU;
  if (biased == 0) {
    return {fraction, -149};
  }
  return {fraction | 0x800000U, biased - 150};
}

int bit_length(Uint128 x) {
  const auto high = static_cast<uint64_t>(x >> 64U);
  const auto low = static_cast<uint64_t>(x);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(low));
}

}  // namespace

std::optional<int64_t> round_ratio(unsigned shift, int64_t factor,
                                   std::span<const float> numerators, float denominator,
                                   uint64_t count) {
  VOUCH_CHECK(shift <= 24 && numerators.size() <= 2 && count >= 1 && count >> 32U == 0);
  VOUCH_CHECK(factor >= -(int64_t{1} << 31) && factor <= int64_t{1} << 31);
  Uint128 N = factor < 0 ? static_cast<Uint128>(-factor) : static_cast<Uint128>(factor);
  const BinaryFloat d = split(denominator);
  VOUCH_CHECK(d.mantissa != 0);
  Uint128 D = Uint128{d.mantissa} * count;
  int exponent = static_cast<int>(shift) - d.exponent;
  for (const float s : numerators) {
    const BinaryFloat x = split(s);
    N *= x.mantissa;
    exponent += x.exponent;
  }
  if (N == 0) {
    return 0;
  }
  // N < 2^80, D < 2^56. The quotient N·2^exponent/D needs both below 2^126 after the shift.
  if (exponent >= 0) {
    if (bit_length(N) + exponent > 126) {
      return std::nullopt;  // ≥ 2^126/2^56
    }
    N <<= static_cast<unsigned>(exponent);
  } else {
    if (bit_length(D) - exponent > 126) {
      return 0;  // below 2^80/2^125
    }
    D <<= static_cast<unsigned>(-exponent);
  }
  const Uint128 Q = N / D;
  const Uint128 rest = N - Q * D;
  const Uint128 rounded = Q + (2 * rest >= D ? 1 : 0);
  if (bit_length(rounded) > 62) {
    return std::nullopt;
  }
  const auto magnitude = static_cast<int64_t>(static_cast<uint64_t>(rounded));
  return factor < 0 ? -magnitude : magnitude;
}

}  // namespace vouch
