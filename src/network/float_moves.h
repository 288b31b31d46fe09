// Moving elements about.
#pragma once

#include <span>

#include "network/float_elements.h"
#include "network/network.h"

namespace vouch {

/// kTranspose, kSlice, kExpand: every element of y is one of x at steps of its own.
void float_view(const Layer& layer, const Dimensions& x_extents, const float* x,
                const Dimensions& y_extents, float* y);

/// kPad, kGather: along every axis an output index reads an input index, or a constant.
void float_select(const Layer& layer, const Dimensions& x_extents, const float* x,
                  const Dimensions& y_extents, float* y);

/// kConcat.
void float_concat(const Layer& layer, std::span<const FloatInput> inputs,
                  const Dimensions& y_extents, float* y);

}  // namespace vouch
