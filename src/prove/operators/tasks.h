// Shares of an operator's work among threads.
#pragma once

#include <cstddef>

namespace vouch {

/// About so many elements are a task.
inline constexpr size_t kElementsPerTask = size_t{1} << 14;

/// ⌈a/b⌉.
[[nodiscard]] constexpr size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

}  // namespace vouch
