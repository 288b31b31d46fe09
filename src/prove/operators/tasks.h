// Shares of an operator's work among threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "base/parallel.h"
#include "prove/operators/requantizer.h"

namespace vouch {

/// About so many elements are a task.
inline constexpr size_t kElementsPerTask = size_t{1} << 14;

/// ⌈a/b⌉.
[[nodiscard]] constexpr size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

/// Where a line of an output lies: its elements have these in common.
struct OutputLine {
  size_t channel;
  size_t batch;
  size_t row;
};

/// Calls accumulate(line, A) for every line, which writes the line's accumulators, and requantizes
/// them. False if a value left the table.
template <typename Accumulate>
[[nodiscard]] bool requantize_lines(const Shape& output, const Requantizer& requantizer,
                                    const TensorSink& sink, const Accumulate& accumulate) {
  const size_t lines = size_t{output.channels} * output.batch * output.rows;
  std::atomic<bool> inside = true;
  parallel_for(lines, ceil_div(kElementsPerTask, output.columns), [&](size_t begin, size_t end) {
    std::vector<double> A(output.columns);
    for (size_t line = begin; line < end; ++line) {
      accumulate(OutputLine{line / output.rows / output.batch, line / output.rows % output.batch,
                            line % output.rows},
                 A);
      if (!requantizer.apply(A, line * output.columns, sink)) {
        inside = false;
      }
    }
  });
  return inside;
}

}  // namespace vouch
