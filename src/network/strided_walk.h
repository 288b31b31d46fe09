// Walking over all elements of an array in row-major order, and beside it over another one in
// steps of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "network/network.h"
#include "network/shapes.h"

namespace vouch {

/// Steps of an array of extents `from` that broadcasts to `to`: 0 along axes that it repeats.
[[nodiscard]] inline std::vector<int64_t> broadcast_steps(const Dimensions& from,
                                                          const Dimensions& to) {
  const std::vector<int64_t> own = row_major_steps(from);
  std::vector<int64_t> steps(to.size(), 0);
  for (size_t a = 0; a < from.size(); ++a) {
    steps[to.size() - from.size() + a] = from[a] == 1 ? 0 : own[a];
  }
  return steps;
}

/// run(at, other, n, step) for runs that cover `extents` in row-major order: elements at … at + n −
/// 1, beside which lie other, other + step, …; `steps` has one step an axis, of any sign.
template <class Run>
void strided_walk(const Dimensions& extents, const std::vector<int64_t>& steps, Run run) {
  VOUCH_CHECK(extents.size() == steps.size());
  // Neighbouring axes that are one to both arrays become one: the last is the run.
  std::vector<int64_t> lengths = {1};
  std::vector<int64_t> strides = {0};
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] == 1) {
      continue;
    }
    if (lengths.back() == 1) {
      lengths.back() = extents[a];
      strides.back() = steps[a];
    } else if (strides.back() == steps[a] * extents[a]) {
      lengths.back() *= extents[a];
      strides.back() = steps[a];
    } else {
      lengths.push_back(extents[a]);
      strides.push_back(steps[a]);
    }
  }
  const size_t outer = lengths.size() - 1;
  std::vector<int64_t> index(outer, 0);
  int64_t other = 0;
  for (size_t at = 0;; at += static_cast<size_t>(lengths[outer])) {
    run(at, other, static_cast<size_t>(lengths[outer]), strides[outer]);
    size_t a = outer;
    for (; a > 0; --a) {
      other += strides[a - 1];
      if (++index[a - 1] < lengths[a - 1]) {
        break;
      }
      other -= strides[a - 1] * lengths[a - 1];
      index[a - 1] = 0;
    }
    if (a == 0) {
      return;
    }
  }
}

}  // namespace vouch
