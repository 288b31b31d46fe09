// Memory for arrays of megabytes that come and go.
//
// A proof fills and frees some gigabytes in all, of which less than one at a time. Given back to
// the system and taken again, every page would be cleared and mapped each time, a fifth of the
// prover's time. So freed blocks are kept for the next array that fits, and huge pages are asked
// for.
#pragma once

#include <cstddef>

namespace vouch {

struct LargeBlock {
  void* data = nullptr;
  size_t bytes = 0;  ///< at least what was asked for
};

/// A block of at least `bytes` at a 2 MB boundary, indeterminate: the smallest kept one that is
/// large enough, else a new one; then those kept, all of them too small, go back to the system.
/// Thread-safe; throws std::bad_alloc.
[[nodiscard]] LargeBlock take_large_block(size_t bytes);

/// Keeps a block for later.
void keep_large_block(const LargeBlock& block);

}  // namespace vouch
