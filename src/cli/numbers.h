// Numbers on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

namespace vouch {

/// For `transform` of an option that is an unsigned integer: decimal digits only, lowest…highest.
/// (CLI11 itself takes −1 for 2^64 − 1 and 010 for 8.)
[[nodiscard]] CLI::Validator whole_number(uint64_t lowest = 0, uint64_t highest = UINT64_MAX);

/// For `check` of an option that is a real number, lowest…highest. (CLI::Range lets NaN through,
/// which is neither below nor above.)
[[nodiscard]] CLI::Validator real_number(double lowest, double highest);

}  // namespace vouch
