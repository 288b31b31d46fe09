// A program that links this counts what it allocates by `new`.
#pragma once

#include <cstddef>

namespace vouch {

/// Bytes asked for so far, freed or not.
[[nodiscard]] size_t bytes_allocated();

}  // namespace vouch
