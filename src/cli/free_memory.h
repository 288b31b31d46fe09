// How much memory this machine can still give.
#pragma once

#include <cstdint>

namespace vouch {

/// Bytes that can be had without swapping, as the system estimates; 0 if it does not say.
[[nodiscard]] uint64_t free_memory_bytes();

}  // namespace vouch
