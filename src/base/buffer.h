// A large array that is not initialised when it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "base/large_blocks.h"

namespace vouch {

/// `size` elements of T at a 64-byte boundary, indeterminate until written. Move-only. For arrays
/// of hundreds of megabytes, where std::vector would first write zeros into all of it.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Buffer() = default;
  explicit Buffer(size_t size) : size_(size) {
    if (size > SIZE_MAX / sizeof(T)) {
      throw std::bad_alloc();
    }
    const size_t bytes = size * sizeof(T);
    if (bytes >= kLeastLargeBlock) {
      data_ = take_large_block(bytes);
    } else if (bytes != 0) {
      data_ = std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
      if (data_ == nullptr) {
        throw std::bad_alloc();
      }
    }
  }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer moved(std::move(other));
    swap(moved);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    if (size_ * sizeof(T) >= kLeastLargeBlock) {
      free_large_block(data_, size_ * sizeof(T));
    } else {
      std::free(data_);
    }
  }

  [[nodiscard]] T* data() { return static_cast<T*>(data_); }
  [[nodiscard]] const T* data() const { return static_cast<const T*>(data_); }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] T& operator[](size_t i) { return data()[i]; }
  [[nodiscard]] const T& operator[](size_t i) const { return data()[i]; }
  [[nodiscard]] std::span<T> span() { return {data(), size_}; }
  [[nodiscard]] std::span<const T> span() const { return {data(), size_}; }

 private:
  static constexpr size_t kAlignment = 64;
  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  void* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace vouch
