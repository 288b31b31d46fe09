#include "model/cut.h"

#include <algorithm>

namespace vouch {

Result<Cut> cut_of(int64_t start, int64_t end, int64_t step, int64_t extent) {
  constexpr int64_t kFar = int64_t{1} << 32U;
  if (step == 0) {
    return Error{"a step is 0"};
  }
  step = std::clamp(step, -kFar, kFar);
  const auto place = [&](int64_t at) {
    at = std::clamp(at, -kFar, kFar);
    at = at < 0 ? at + extent : at;
    return step > 0 ? std::clamp<int64_t>(at, 0, extent) : std::clamp<int64_t>(at, -1, extent - 1);
  };
  const int64_t first = step > 0 ? place(start) : std::max<int64_t>(place(start), -1);
  const int64_t last = place(end);
  const int64_t span = step > 0 ? last - first : first - last;
  const int64_t stride = step > 0 ? step : -step;
  const int64_t count = span > 0 ? (span + stride - 1) / stride : 0;
  return Cut{count == 0 ? 0 : first, count > 1 ? step : 1, count};
}

}  // namespace vouch
