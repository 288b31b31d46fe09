// VOUCH_CHECK: invariants of our own code. A failure is a bug, never an answer to an input.
#pragma once

namespace vouch::internal {
/// Prints the broken invariant and stops the program.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace vouch::internal

/// Stops the program when `condition` is false. Kept in release builds.
#define VOUCH_CHECK(condition)                                         \
  do {                                                                 \
    if (!(condition)) [[unlikely]] {                                   \
      ::vouch::internal::check_failed(#condition, __FILE__, __LINE__); \
    }                                                                  \
  } while (false)
