// Scalars that tests try first: where carries, borrows and reductions happen.
#pragma once

#include <vector>

#include "field/scalar.h"

namespace vouch {

/// 0, 1, ℓ−1, (ℓ±1)/2, and 2^k and 2^k ± 1 for k = 1…252 — as values, and the same integers as
/// Montgomery limbs.
inline std::vector<Scalar> edge_scalars() {
  const Scalar one = Scalar::one();
  const Scalar half = Scalar::from_u64(2).inverse();  // (ℓ+1)/2
  std::vector<Scalar> out = {Scalar::zero(), one, -one, half, half - one};
  Scalar power = one;
  for (int k = 1; k <= 252; ++k) {
    power = power.doubled();
    out.insert(out.end(), {power, power - one, power + one});
  }
  const size_t n = out.size();
  for (size_t i = 0; i < n; ++i) {
    out.push_back(Scalar::from_limbs(out[i].integer()));
  }
  return out;
}

}  // namespace vouch
