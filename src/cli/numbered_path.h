// Names of several files where the command line names one.
#pragma once

#include <cstddef>
#include <string>

namespace vouch {

/// "dir/x.proof" as it is if `count` is 1, else "dir/x-07.proof" for number 7 (from 1 on) of 12: as
/// many digits as the last one has.
[[nodiscard]] std::string numbered_path(const std::string& path, size_t number, size_t count);

}  // namespace vouch
