// Rounds of a sumcheck over small dense arrays, several variables at a time.
//
//     S = Σ_{x ∈ {0,1}^m} weight(x)·Σ_k a_k(x)·b_k(x)
//
// q(t) of the next v variables (argument/sumcheck.h) is tabulated on {0,1,2}^v: every block of 2^v
// neighbours is extended to 3^v values, one variable after the other by f(2) = 2·f(1) − f(0), and
// the products are added up over the blocks.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "field/scalar.h"

namespace vouch {

class DenseSum {
 public:
  using Arrays = std::vector<std::vector<Scalar>>;
  /// Numbers of the arrays that are multiplied.
  using Products = std::vector<std::pair<size_t, size_t>>;

  /// Arrays of 2^m values each.
  DenseSum(Arrays arrays, Products products)
      : arrays_(std::move(arrays)), products_(std::move(products)) {}

  /// q[t] += factor·Σ_j weights[j]·Σ_k a_k(t, j)·b_k(t, j) for the grid's t and all 2^(m − v) blocks j;
  /// without weights they are 1.
  void add_grid(unsigned variables, std::span<const Scalar> weights, const Scalar& factor,
                std::span<Scalar> q) const;

  /// Binds the lowest variable to z.
  void fold(const Scalar& z);

  [[nodiscard]] size_t size() const { return arrays_[0].size(); }
  [[nodiscard]] const std::vector<Scalar>& array(size_t i) const { return arrays_[i]; }

 private:
  Arrays arrays_;
  Products products_;
};

}  // namespace vouch
