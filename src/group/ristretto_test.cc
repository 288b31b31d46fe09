#include "group/ristretto.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "base/random.h"
#include "field/random_scalar.h"

namespace vouch {
namespace {

SecretRandom seeded(uint8_t tag) {
  std::array<uint8_t, 32> seed{};
  seed[0] = tag;
  return SecretRandom(seed);
}

Point random_point(SecretRandom& random) {
  std::array<uint8_t, 64> bytes{};
  random.fill(bytes);
  return Point::from_uniform_bytes(bytes);
}

TEST(Ristretto, AgreesWithLibsodium) {
  SecretRandom random = seeded(1);
  for (int i = 0; i < 50; ++i) {
    std::array<uint8_t, 64> bytes{};
    random.fill(bytes);
    Point::Encoding expected{};
    crypto_core_ristretto255_from_hash(expected.data(), bytes.data());
    const Point p = Point::from_uniform_bytes(bytes);
    ASSERT_EQ(p.encode(), expected);
    const auto decoded = Point::decode(expected);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, p);
    EXPECT_EQ(decoded->encode(), expected);

    const Point q = random_point(random);
    const auto q_bytes = q.encode();
    crypto_core_ristretto255_add(expected.data(), p.encode().data(), q_bytes.data());
    EXPECT_EQ((p + q).encode(), expected);
    crypto_core_ristretto255_sub(expected.data(), p.encode().data(), q_bytes.data());
    EXPECT_EQ((p - q).encode(), expected);
    const Scalar s = random_scalar(random);
    ASSERT_EQ(crypto_scalarmult_ristretto255(expected.data(), s.bytes().data(), q_bytes.data()), 0);
    EXPECT_EQ(q.multiply(s).encode(), expected);
    EXPECT_EQ(q.multiply_vartime(s).encode(), expected);
  }
}

}  // namespace
}  // namespace vouch
