#include "poly/grid.h"

namespace vouch {

GridWeights quadratic_weights(const Scalar& z) {
  // (z−1)(z−2)/2, −z(z−2), z(z−1)/2
  static const Scalar half = Scalar::from_u64(2).inverse();
  const Scalar z1 = z - Scalar::one();
  const Scalar z2 = z1 - Scalar::one();
  return {z1 * z2 * half, -(z * z2), z * z1 * half};
}

std::vector<Scalar> grid_products(std::span<const GridWeights> weights) {
  std::vector<Scalar> out{Scalar::one()};
  for (const GridWeights& w : weights) {
    std::vector<Scalar> next;
    next.reserve(3 * out.size());
    for (const Scalar& factor : w) {
      for (const Scalar& x : out) {
        next.push_back(factor * x);
      }
    }
    out = std::move(next);
  }
  return out;
}

void bind_grid(std::vector<Scalar>& values, const Scalar& z) {
  const GridWeights w = quadratic_weights(z);
  for (size_t i = 0; i < values.size() / 3; ++i) {
    values[i] = w[0] * values[3 * i] + w[1] * values[3 * i + 1] + w[2] * values[3 * i + 2];
  }
  values.resize(values.size() / 3);
}

}  // namespace vouch
