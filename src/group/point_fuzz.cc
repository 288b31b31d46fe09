// Points: what decodes encodes to the same bytes, and libsodium agrees on what decodes and on sums.
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "group/ristretto.h"

using vouch::Point;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::array<uint8_t, 96> input{};
  std::copy_n(data, std::min(size, input.size()), input.begin());
  const std::span<const uint8_t, 96> bytes(input);
  Point::Encoding expected{};
  crypto_core_ristretto255_from_hash(expected.data(), bytes.last<64>().data());
  const Point derived = Point::from_uniform_bytes(bytes.last<64>());
  VOUCH_CHECK(derived.encode() == expected);

  const auto p = Point::decode(bytes.first<32>());
  // libsodium before 1.0.19 does not look at the top bit.
  if ((input[31] & 0x80) != 0) {
    VOUCH_CHECK(!p.has_value());
    return 0;
  }
  VOUCH_CHECK(p.has_value() == (crypto_core_ristretto255_is_valid_point(input.data()) == 1));
  if (p) {
    VOUCH_CHECK(std::ranges::equal(p->encode(), bytes.first<32>()));
    const auto derived_bytes = expected;
    crypto_core_ristretto255_add(expected.data(), input.data(), derived_bytes.data());
    VOUCH_CHECK((*p + derived).encode() == expected);
  }
  return 0;
}
