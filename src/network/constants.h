// The real numbers that a constant stands for.
#pragma once

#include <vector>

#include "network/network.h"

namespace vouch {

/// Row-major; `shape` is the tensor's, and the constant has passed validate.
[[nodiscard]] std::vector<float> reals_of(const Constant& constant, const Dimensions& shape);

}  // namespace vouch
