#include "group/fixed_base.h"

#include <gtest/gtest.h>

#include "field/random_scalar.h"
#include "field/scalar_samples.h"

namespace vouch {
namespace {

TEST(FixedBase, EqualsMultiply) {
  SecretRandom random(std::array<uint8_t, 32>{5});
  std::array<uint8_t, 64> bytes{};
  random.fill(bytes);
  const Point base = Point::from_uniform_bytes(bytes);
  const FixedBase table(base);
  for (const Scalar& s : edge_scalars()) {
    ASSERT_EQ(table.multiply(s), base.multiply_vartime(s));
  }
  for (int i = 0; i < 50; ++i) {
    const Scalar s = random_scalar(random);
    ASSERT_EQ(table.multiply(s), base.multiply(s));
  }
}

}  // namespace
}  // namespace vouch
