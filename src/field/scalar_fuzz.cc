// Scalars against libsodium: two operands and a wide integer from the input.
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "field/scalar.h"

using vouch::Scalar;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::array<uint8_t, 128> input{};
  std::copy_n(data, std::min(size, input.size()), input.begin());
  const std::span<const uint8_t, 128> bytes(input);
  std::array<uint8_t, 32> expected{};
  crypto_core_ristretto255_scalar_reduce(expected.data(), bytes.last<64>().data());
  VOUCH_CHECK(Scalar::reduce_wide(bytes.last<64>()).bytes() == expected);

  // An operand that is not canonical is used reduced.
  const auto operand = [&](std::span<const uint8_t, 32> encoding) {
    std::array<uint8_t, 64> wide{};
    std::ranges::copy(encoding, wide.begin());
    const Scalar reduced = Scalar::reduce_wide(wide);
    const bool canonical = std::ranges::equal(reduced.bytes(), encoding);
    VOUCH_CHECK(Scalar::decode(encoding).has_value() == canonical);
    return reduced;
  };
  const Scalar a = operand(bytes.first<32>());
  const Scalar b = operand(bytes.subspan<32, 32>());
  const auto x = a.bytes();
  const auto y = b.bytes();
  crypto_core_ristretto255_scalar_add(expected.data(), x.data(), y.data());
  VOUCH_CHECK((a + b).bytes() == expected);
  crypto_core_ristretto255_scalar_sub(expected.data(), x.data(), y.data());
  VOUCH_CHECK((a - b).bytes() == expected);
  crypto_core_ristretto255_scalar_mul(expected.data(), x.data(), y.data());
  VOUCH_CHECK((a * b).bytes() == expected);
  VOUCH_CHECK(vouch::sum_of_products(a, b, b, a) == (a * b).doubled());
  return 0;
}
