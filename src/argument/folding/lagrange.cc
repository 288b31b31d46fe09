#include "argument/folding/lagrange.h"

#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Π_{j≠i} 1/(i − j) = 1/(i!·(n−i)!·(−1)^(n−i)).
std::vector<Scalar> barycentric_weights(size_t n) {
  std::vector<Scalar> factorial{Scalar::one()};
  for (size_t i = 1; i <= n; ++i) {
    factorial.push_back(factorial.back() * Scalar::from_u64(i));
  }
  std::vector<Scalar> weights(n + 1);
  for (size_t i = 0; i <= n; ++i) {
    const Scalar d = factorial[i] * factorial[n - i];
    weights[i] = (n - i) % 2 == 0 ? d : -d;
  }
  invert_all(weights);
  return weights;
}

}  // namespace

std::vector<Scalar> lagrange_weights(size_t n, const Scalar& x) {
  // L_i(x) = Π_{j≠i} (x − j)/(i − j), the products of x − j from both ends.
  std::vector<Scalar> weights(n + 1);
  Scalar below = Scalar::one();
  for (size_t i = 0; i <= n; ++i) {
    weights[i] = below;
    below *= x - Scalar::from_u64(i);
  }
  const std::vector<Scalar> barycentric = barycentric_weights(n);
  Scalar above = Scalar::one();
  for (size_t i = n + 1; i-- > 0;) {
    weights[i] *= above * barycentric[i];
    above *= x - Scalar::from_u64(i);
  }
  return weights;
}

// p(x) = P(x)·Σ_i w_i·p(i)/(x − i) with P(x) = Π_{j≤n} (x − j), w the barycentric weights.
SecretVector<Scalar> extrapolate(std::span<const Scalar> values) {
  const size_t n = values.size() - 1;
  const std::vector<Scalar> weights = barycentric_weights(n);
  SecretVector<Scalar> weighted(n + 1);  // from the last to the first
  for (size_t i = 0; i <= n; ++i) {
    weighted[n - i] = weights[i] * values[i];
  }
  std::vector<Scalar> inverses;    // of 1, 2, …, 2n
  Scalar product = Scalar::one();  // P(n + k)
  for (size_t t = 1; t <= 2 * n; ++t) {
    inverses.push_back(Scalar::from_u64(t));
    product *= t <= n ? inverses.back() : Scalar::one();
  }
  invert_all(inverses);
  SecretVector<Scalar> out(n);
  for (size_t k = 1; k <= n; ++k) {
    product *= Scalar::from_u64(n + k);
    if (k > 1) {
      product *= inverses[k - 2];
    }
    out[k - 1] =
        product * kernels().inner_product(weighted.data(), inverses.data() + (k - 1), n + 1);
  }
  return out;
}

}  // namespace vouch
