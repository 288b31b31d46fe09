// Memory for arrays of megabytes that come and go.
//
// A proof fills and frees some gigabytes in all, of which a few hundred megabytes at a time. Given
// back to the system and taken again, every page would be cleared and mapped each time, a fifth of
// the prover's time. So address space is reserved once, blocks are the lowest part of it that is
// free and large enough, and what is freed becomes one with its free neighbours: few pages are ever
// touched, and those again and again. Huge pages are asked for.
#pragma once

#include <cstddef>

namespace vouch {

struct LargeBlock {
  void* data = nullptr;
  size_t bytes = 0;  ///< at least what was asked for
};

/// A block of at least `bytes` > 0 at a 2 MB boundary, indeterminate. Thread-safe; throws
/// std::bad_alloc.
[[nodiscard]] LargeBlock take_large_block(size_t bytes);

/// Makes a block free for others. Its memory stays with the process.
void free_large_block(const LargeBlock& block);

}  // namespace vouch
