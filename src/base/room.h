// Room on the stack for numbers that are about to be written.
#pragma once

#include <cstddef>
#include <type_traits>

namespace vouch {

/// n objects of type T at a 64-byte boundary, indeterminate until written, where std::array would
/// first fill them with T's default.
template <class T, size_t n>
class Room {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  [[nodiscard]] T* data() { return reinterpret_cast<T*>(bytes_); }
  [[nodiscard]] T& operator[](size_t i) { return data()[i]; }

 private:
  alignas(64) unsigned char bytes_[n * sizeof(T)];
};

}  // namespace vouch
