#include "network/constants.h"

#include "network/shapes.h"

namespace vouch {

std::vector<float> reals_of(const Constant& constant, const Dimensions& shape) {
  if (constant.integers.empty()) {
    return constant.reals;
  }
  const bool one_scale = constant.scales.size() == 1;
  const size_t step = one_scale ? 1 : static_cast<size_t>(row_major_steps(shape)[constant.axis]);
  std::vector<float> reals;
  reals.reserve(constant.integers.size());
  for (size_t i = 0; i < constant.integers.size(); ++i) {
    const float scale = constant.scales[one_scale ? 0 : i / step % constant.scales.size()];
    // In double, so that the product is rounded once: biases' integers exceed 24 bits.
    reals.push_back(static_cast<float>(double{scale} * constant.integers[i]));
  }
  return reals;
}

}  // namespace vouch
