#include "argument/folding/lagrange.h"

namespace vouch {

std::vector<Scalar> lagrange_weights(size_t n, const Scalar& x) {
  // L_i(x) = Π_{j≠i} (x − j) / (i!·(n−i)!·(−1)^(n−i)), the products from both ends.
  std::vector<Scalar> weights(n + 1);
  Scalar below = Scalar::one();
  std::vector<Scalar> factorial{Scalar::one()};
  for (size_t i = 0; i <= n; ++i) {
    weights[i] = below;
    below *= x - Scalar::from_u64(i);
    factorial.push_back(factorial.back() * Scalar::from_u64(i + 1));
  }
  std::vector<Scalar> denominators(n + 1);
  for (size_t i = 0; i <= n; ++i) {
    const Scalar d = factorial[i] * factorial[n - i];
    denominators[i] = (n - i) % 2 == 0 ? d : -d;
  }
  invert_all(denominators);
  Scalar above = Scalar::one();
  for (size_t i = n + 1; i-- > 0;) {
    weights[i] *= above * denominators[i];
    above *= x - Scalar::from_u64(i);
  }
  return weights;
}

}  // namespace vouch
