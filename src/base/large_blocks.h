// Memory for arrays of megabytes that come and go.
//
// A proof fills and frees some gigabytes in all, of which a few hundred megabytes at a time. Given
// back to the system and taken again, every page would be cleared and mapped each time, a fifth of
// the prover's time. So address space is reserved once, blocks are the lowest part of it that is
// free and large enough, and what is freed becomes one with its free neighbours: few pages are ever
// touched, and those again and again. Huge pages are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace vouch {

/// From how many bytes on an array is worth a block.
constexpr size_t kLeastLargeBlock = size_t{1} << 17;

/// A block of at least `bytes` > 0 at a 64-byte boundary, indeterminate. Thread-safe; throws
/// std::bad_alloc.
[[nodiscard]] void* take_large_block(size_t bytes);

/// Makes a block of as many bytes free for others. Its memory stays with the process.
void free_large_block(void* data, size_t bytes);

/// What allocators do: room for n elements, in a block of its own where that is worth it.
template <class T>
[[nodiscard]] T* allocate_array(size_t n) {
  if (n < kLeastLargeBlock / sizeof(T)) {
    return std::allocator<T>().allocate(n);
  }
  if (n > SIZE_MAX / sizeof(T)) {
    throw std::bad_alloc();
  }
  return static_cast<T*>(take_large_block(n * sizeof(T)));
}
template <class T>
void free_array(T* data, size_t n) {
  if (n < kLeastLargeBlock / sizeof(T)) {
    std::allocator<T>().deallocate(data, n);
  } else {
    free_large_block(data, n * sizeof(T));
  }
}

}  // namespace vouch
