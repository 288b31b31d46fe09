// Lagrange interpolation at the nodes 0, 1, …, n.
#pragma once

#include <vector>

#include "field/scalar.h"

namespace vouch {

/// Coefficients L_0(x), …, L_n(x): a polynomial p of degree ≤ n has p(x) = Σ L_i(x)·p(i). x may be
/// a node. O(n) multiplications and one inversion.
[[nodiscard]] std::vector<Scalar> lagrange_weights(size_t n, const Scalar& x);

}  // namespace vouch
