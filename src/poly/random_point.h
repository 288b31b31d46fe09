// Random points, for tests.
#pragma once

#include <vector>

#include "field/random_scalar.h"

namespace vouch {

/// n independent random scalars.
[[nodiscard]] inline std::vector<Scalar> random_point(SecretRandom& random, size_t n) {
  std::vector<Scalar> point(n);
  random_scalars(random, point);
  return point;
}

/// The same stream for the same number.
[[nodiscard]] inline SecretRandom test_random(uint8_t number) {
  return SecretRandom(std::array<uint8_t, SecretRandom::kSeedBytes>{number, 0x74});
}

}  // namespace vouch
