// The sumcheck of Σ_j a[j]·b[j], summed over any number of pairs of arrays (a, b), bound together
// from the lowest bit up.
//
// If the lowest g variables t = (t_0 … t_{g−1}) are free, each block of 2^g neighbours of an array
// is a multilinear polynomial in them, and
//
//     q(t) = Σ_pairs Σ_blocks a_block(t)·b_block(t)
//
// has degree 2 in every variable: 3^g values on {0,1,2}^g, t_0 the fastest, say what it is.
#pragma once

#include <span>

#include "base/secret.h"
#include "field/scalar.h"

namespace vouch {

/// Two arrays of one length.
struct ArrayPair {
  SecretVector<Scalar> a;
  SecretVector<Scalar> b;
};

/// 3^g.
[[nodiscard]] size_t grid_size(unsigned g);

/// Adds q on {0,1,2}^g to `grid`; the arrays' lengths are multiples of 2^g.
void add_product_grid(std::span<ArrayPair* const> pairs, unsigned g, std::span<Scalar> grid);

/// Binds the lowest variable to z; the arrays' lengths are even.
void bind_lowest(std::span<ArrayPair* const> pairs, const Scalar& z);

}  // namespace vouch
