// An operator's other half in the bilinear sumcheck: its functionals accumulated into the dense
// vectors
//
//     Ŵ[k,d] = Σ_c eq(r;c)·W[c,k,d]        X̂[k,d] = Σ_p eq(r;p)·X'[k, σp+d]
//
// (circuit/operators/ has the same functionals at a point). Every weight and activation is folded a
// few times with small-integer multiply-adds, whatever the number of multiply-adds of the network.
#pragma once

#include "circuit/operators/operator.h"
#include "prove/executor.h"

namespace vouch {

/// Codes of one input tensor and its zero-point.
struct FoldInput {
  std::span<const uint8_t> codes;
  uint8_t zero_point;
};

/// Ŵ over the operator's brick of entries, in slot order from the brick's first slot; `out` holds
/// its slots and is zero. `output` is eq(r, ·) on the output's brick. A product's Ŵ is its second
/// input.
void fold_weights(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                  std::span<const int64_t> weights, std::span<const FoldInput> inputs,
                  std::span<Scalar> out);

/// X̂ likewise.
void fold_activations(const OperatorShape& shape, const Brick& entries, const BrickEq& output,
                      std::span<const FoldInput> inputs, std::span<Scalar> out);

}  // namespace vouch
