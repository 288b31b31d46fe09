// A std::vector for arrays of megabytes.
#pragma once

#include <cstddef>
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

  [[nodiscard]] T* allocate(size_t n) { return allocate_array<T>(n); }
  void deallocate(T* data, size_t n) { free_array(data, n); }
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
  static_assert(std::is_trivially_default_constructible_v<T>);
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace vouch
