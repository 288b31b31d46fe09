// A std::vector for arrays of megabytes.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "base/large_blocks.h"

namespace vouch {

/// Takes what is large from kept blocks (base/large_blocks.h), and leaves elements that are given
/// no value indeterminate: whoever resizes writes all of them.
template <class T>
class LargeAllocator {
 public:
  using value_type = T;
  LargeAllocator() = default;
  template <class U>
  explicit LargeAllocator(const LargeAllocator<U>& /*other*/) {}

  [[nodiscard]] T* allocate(size_t n) {
    if (n < kLarge / sizeof(T)) {
      return std::allocator<T>().allocate(n);
    }
    if (n > (SIZE_MAX - kHeader) / sizeof(T)) {
      throw std::bad_alloc();
    }
    const LargeBlock block = take_large_block(kHeader + n * sizeof(T));
    std::memcpy(block.data, &block, sizeof block);
    return reinterpret_cast<T*>(static_cast<std::byte*>(block.data) + kHeader);
  }
  void deallocate(T* data, size_t n) {
    if (n < kLarge / sizeof(T)) {
      std::allocator<T>().deallocate(data, n);
      return;
    }
    LargeBlock block;
    std::memcpy(&block, reinterpret_cast<std::byte*>(data) - kHeader, sizeof block);
    free_large_block(block);
  }
  template <class U, class... Args>
  void construct(U* at, Args&&... args) {
    if constexpr (sizeof...(Args) == 0) {
      ::new (static_cast<void*>(at)) U;
    } else {
      ::new (static_cast<void*>(at)) U(std::forward<Args>(args)...);
    }
  }
  bool operator==(const LargeAllocator&) const = default;

 private:
  static constexpr size_t kLarge = size_t{1} << 20;  // bytes
  static constexpr size_t kHeader = 64;              // holds the block; keeps the alignment
  static_assert(sizeof(LargeBlock) <= kHeader && std::is_trivially_default_constructible_v<T>);
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace vouch
