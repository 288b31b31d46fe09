// Layers whose inputs are all constants, computed while the file is read.
#pragma once

#include <functional>

#include "base/result.h"
#include "model/onnx/value.h"
#include "network/network.h"

namespace vouch::onnx {

/// What `layer` makes of constants of any type: kReshape, kTranspose, kSlice, kGather, kExpand (one
/// input), kConcat (any number), kUnary and reductions of floats. `shape` is the output's; it may
/// hold zeros. Error for other kinds.
[[nodiscard]] Result<OnnxTensor> fold_layer(const Layer& layer,
                                            const std::vector<const OnnxTensor*>& inputs,
                                            const Dimensions& shape);

/// f of the elements at each index, which broadcast. Both are whole numbers, or both floats; the
/// result has `type`, which is a float type if theirs are, or one of whole numbers.
[[nodiscard]] OnnxTensor fold_elements(const OnnxTensor& a, const OnnxTensor& b,
                                       const Dimensions& shape, OnnxType type,
                                       const std::function<int64_t(int64_t, int64_t)>& integers,
                                       const std::function<double(double, double)>& reals);

/// Every index of `shape` in row-major order, as an offset into an array where a step along axis a
/// from coordinate o leads to offsets[a][o].
[[nodiscard]] std::vector<size_t> separable_offsets(
    const std::vector<std::vector<size_t>>& offsets);

/// The offsets of a tensor's elements in one that it broadcasts to.
[[nodiscard]] std::vector<size_t> broadcast_offsets(const Dimensions& from, const Dimensions& to);

}  // namespace vouch::onnx
