// The sumcheck of Σ_j a[j]·b[j], summed over any number of pairs of arrays (a, b), bound together
// from the lowest bit up.
//
// If the lowest g variables t = (t_0 … t_{g−1}) are free, each block of 2^g neighbours of an array
// is a multilinear polynomial in them, and
//
//     q(t) = Σ_pairs Σ_blocks weight_block·a_block(t)·b_block(t)
//
// has degree 2 in every variable: its values on the grid {0,1,2}^g (poly/grid.h) say what it is.
#pragma once

#include <span>

#include "base/secret.h"
#include "field/scalar.h"
#include "poly/grid.h"

namespace vouch {

/// Two arrays of one length.
struct ArrayPair {
  SecretVector<Scalar> a;
  SecretVector<Scalar> b;
};

/// Adds q on {0,1,2}^g to `grid`; the arrays' lengths are multiples of 2^g. `weights`: one a block,
/// the same for all pairs, which then have one length; without them they are 1.
void add_product_grid(std::span<ArrayPair* const> pairs, unsigned g,
                      std::span<const Scalar> weights, std::span<Scalar> grid);

/// Binds the lowest variables to z[0], z[1], …; the arrays' lengths are multiples of 2^|z|.
void bind_lowest(std::span<ArrayPair* const> pairs, std::span<const Scalar> z);
inline void bind_lowest(std::span<ArrayPair* const> pairs, const Scalar& z) {
  bind_lowest(pairs, std::span(&z, 1));
}

}  // namespace vouch
