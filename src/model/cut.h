// One axis of a slice.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace vouch {

/// Elements first, first + step, … of an axis: `count` of them. Of 0 or 1 elements the step is 1.
struct Cut {
  int64_t first = 0;
  int64_t step = 1;
  int64_t count = 0;
};

/// start:end:step of an axis of `extent` elements, as Python cuts it. Error: the step is 0.
[[nodiscard]] Result<Cut> cut_of(int64_t start, int64_t end, int64_t step, int64_t extent);

}  // namespace vouch
