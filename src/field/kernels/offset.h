// 32-bit integers without their sign: x + 2^31 is in [0, 2^32), and c + Σ s_k·x_k
// = (c − 2^31·Σ s_k) + Σ s_k·(x_k + 2^31).
#pragma once

#include <cstddef>
#include <cstdint>

#include "field/scalar.h"

namespace vouch::internal {

/// What is added to an integer to make it non-negative, as the bit to be flipped.
inline constexpr uint32_t kOffset32 = uint32_t{1} << 31;

/// c − 2^31·Σ s[k].
inline Scalar minus_offsets(const Scalar& c, const Scalar* s, size_t terms) {
  Scalar sum;
  for (size_t k = 0; k < terms; ++k) {
    sum += s[k];
  }
  return c - Scalar::from_u64(kOffset32) * sum;
}

}  // namespace vouch::internal
