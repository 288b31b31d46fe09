// The inner product of convolutions: A[c][p] = b[c] + Σ_k W[c][k]·X[k][p] on doubles that hold
// integers (operators/requantizer.h), over operands packed so that the inner loop reads both in
// order.
//
// Weights are packed in panels of kPanelRows channels, [panel][k][channel in panel]; activations in
// blocks of kBlockColumns positions, [block][k][position in block]. One panel times one block is a
// kPanelRows × kBlockColumns tile of A that stays in registers for the whole sum.
#pragma once

#include <cstddef>

namespace vouch {

inline constexpr size_t kPanelRows = 2;
inline constexpr size_t kBlockColumns = 8;

/// A[row·stride + column] = b[row] + Σ_k W[k·kPanelRows + row]·X[k·kBlockColumns + column], for one
/// panel W and one block X of `depth` entries k each.
void multiply_tile(const double* W, const double* b, const double* X, size_t depth, double* A,
                   size_t stride);

}  // namespace vouch
