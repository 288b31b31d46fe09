// The inner product of convolutions: A[c][p] = b[c] + Σ_k W[c][k]·X[k][p] on doubles that hold
// integers (operators/requantizer.h), over operands packed so that the inner loop reads both in
// order.
//
// Weights are packed in panels of kPanelRows channels, [k][channel in panel]; activations in blocks
// of kBlockColumns positions, [block][k][position in block]. One panel times one block is a
// kPanelRows × kBlockColumns tile of A. A back-end computes it in parts that stay in registers for
// the whole sum: sums are exact in any order, so all give the same.
#pragma once

#include <cstddef>
#include <string_view>

namespace vouch {

inline constexpr size_t kPanelRows = 8;
inline constexpr size_t kBlockColumns = 16;

/// A[row·stride + column] = b[row] + Σ_k W[k·kPanelRows + row]·X[k·kBlockColumns + column], for one
/// panel W and one block X of `depth` ≥ 1 entries k each.
using TileProduct = void (*)(const double* W, const double* b, const double* X, size_t depth,
                             double* A, size_t stride);

/// The one of the field's back-end of that name (field/kernels/kernels.h).
[[nodiscard]] TileProduct tile_product(std::string_view back_end);

}  // namespace vouch
