// Lagrange interpolation at the nodes 0, 1, …, n.
#pragma once

#include <span>
#include <vector>

#include "base/secret.h"
#include "field/scalar.h"

namespace vouch {

/// Coefficients L_0(x), …, L_n(x): a polynomial p of degree ≤ n has p(x) = Σ L_i(x)·p(i). x may be
/// a node. O(n) multiplications and one inversion.
[[nodiscard]] std::vector<Scalar> lagrange_weights(size_t n, const Scalar& x);

/// p(n+1), …, p(2n) of a polynomial of degree ≤ n, of its values at 0…n. n inner products of n + 1
/// factors and two inversions.
[[nodiscard]] SecretVector<Scalar> extrapolate(std::span<const Scalar> values);

}  // namespace vouch
