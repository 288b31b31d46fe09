#include "field/random_scalar.h"

#include "base/secret.h"

namespace vouch {

Scalar random_scalar(SecretRandom& random) {
  std::array<uint8_t, Scalar::kWideBytes> bytes{};
  random.fill(bytes);
  const Scalar out = Scalar::reduce_wide(bytes);
  secure_wipe(bytes);
  return out;
}

void random_scalars(SecretRandom& random, std::span<Scalar> out) {
  for (Scalar& s : out) {
    s = random_scalar(random);
  }
}

}  // namespace vouch
