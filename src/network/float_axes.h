// What works along axes: sums, softmax, the largest, resizing. Sums in double, rounded once.
#pragma once

#include "network/network.h"

namespace vouch {

/// kReduceMean, kReduceSum, kReduceMax, kReduceMin.
void float_reduce(const Layer& layer, const Dimensions& x_extents, const float* x, float* y);

/// kSoftmax, kLogSoftmax, kArgMax, kTopK.
void float_along_axis(const Layer& layer, const Dimensions& x_extents, const float* x, float* y);

/// kResize, one axis after the other.
void float_resize(const Layer& layer, const Dimensions& x_extents, const float* x, float* y);

}  // namespace vouch
