// Polynomials of degree ≤ 2 in each of v variables, by their values on the grid {0,1,2}^v.
//
// A value's number has the base-3 digits (t_0, t_1, …), t_0 fastest. All that is done with such a
// polynomial is linear in its values with coefficients Π_i w_i[t_i]: its value at a point, where
// w_i are the Lagrange polynomials of {0,1,2} at z_i, or a weighted sum over {0,1}^v.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "field/scalar.h"

namespace vouch {

/// Coefficients of the values at 0, 1, 2.
using GridWeights = std::array<Scalar, 3>;

/// 3^v.
[[nodiscard]] constexpr size_t grid_size(unsigned variables) {
  return variables == 0 ? 1 : 3 * grid_size(variables - 1);
}

/// Of q(0), q(1), q(2) in q(z).
[[nodiscard]] GridWeights quadratic_weights(const Scalar& z);

/// Π_i weights[i][t_i] for all of the grid.
[[nodiscard]] std::vector<Scalar> grid_products(std::span<const GridWeights> weights);

/// Binds the first variable of the values on a grid to z, in place: a third of them is left.
void bind_grid(std::vector<Scalar>& values, const Scalar& z);

}  // namespace vouch
