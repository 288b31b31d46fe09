// Uniform secret scalars.
#pragma once

#include "base/random.h"
#include "field/scalar.h"

namespace vouch {

/// 64 bytes of the stream, little-endian, mod ℓ: uniform up to a distance of 2^-259.
[[nodiscard]] Scalar random_scalar(SecretRandom& random);

/// Fills `out` with independent random scalars.
void random_scalars(SecretRandom& random, std::span<Scalar> out);

}  // namespace vouch
