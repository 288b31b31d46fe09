// Memory that held a secret.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/large_blocks.h"

namespace vouch {

/// Overwrites n bytes with zeros in a way that the compiler may not leave out.
void secure_wipe(void* data, size_t n);

/// Wipes one object that is plain bytes (an array, a struct of numbers).
template <class T>
void secure_wipe(T& object) requires(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>) {
  secure_wipe(&object, sizeof(object));
}

/// Wipes the elements of a vector, which keeps its size.
template <class T, class Allocator>
void secure_wipe(std::vector<T, Allocator>& elements) requires(std::is_trivially_copyable_v<T>) {
  secure_wipe(elements.data(), elements.size() * sizeof(T));
}

/// vector::reserve that wipes the place which it leaves.
template <class T>
void secure_reserve(std::vector<T>& elements, size_t capacity) {
  if (capacity > elements.capacity()) {
    std::vector<T> larger;
    larger.reserve(capacity);
    larger.insert(larger.end(), elements.begin(), elements.end());
    secure_wipe(elements);
    elements = std::move(larger);
  }
}

/// Wipes vectors in a vector.
template <class T>
void secure_wipe(std::vector<std::vector<T>>& lists) requires(std::is_trivially_copyable_v<T>) {
  for (std::vector<T>& list : lists) {
    secure_wipe(list);
  }
}

/// Wipes `secret` at the end of a scope, however it is left. Contract: `secret` outlives it.
template <class T>
class WipedAtEnd {
 public:
  explicit WipedAtEnd(T& secret) : secret_(secret) {}
  WipedAtEnd(const WipedAtEnd&) = delete;
  WipedAtEnd& operator=(const WipedAtEnd&) = delete;
  ~WipedAtEnd() { secure_wipe(secret_); }

 private:
  T& secret_;
};

/// Wipes what it frees. Takes what is large from kept blocks (base/large_blocks.h).
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  explicit WipingAllocator(const WipingAllocator<U>& /*other*/) {}
  [[nodiscard]] T* allocate(size_t n) { return allocate_array<T>(n); }
  void deallocate(T* data, size_t n) {
    secure_wipe(data, n * sizeof(T));
    free_array(data, n);
  }
  bool operator==(const WipingAllocator&) const = default;
};

/// A vector that leaves nothing behind, however often it is resized.
template <class T>
using SecretVector = std::vector<T, WipingAllocator<T>>;

}  // namespace vouch
