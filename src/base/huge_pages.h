// Arrays of megabytes that are read at random: in huge pages.
#pragma once

#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <vector>

namespace vouch {

/// `bytes` rounded up to whole huge pages, at a boundary of these, to be freed by std::free; that
/// they become huge is a hint to the system. Throws std::bad_alloc.
[[nodiscard]] inline void* allocate_huge_pages(size_t& bytes) {
  constexpr size_t kHugePage = size_t{2} << 20;
  bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* data = std::aligned_alloc(kHugePage, bytes);
  if (data == nullptr) {
    throw std::bad_alloc();
  }
  madvise(data, bytes, MADV_HUGEPAGE);
  return data;
}

template <class T>
struct HugePageAllocator {
  using value_type = T;
  HugePageAllocator() = default;
  template <class U>
  explicit HugePageAllocator(const HugePageAllocator<U>& /*other*/) {}
  [[nodiscard]] T* allocate(size_t n) {
    size_t bytes = n * sizeof(T);
    return static_cast<T*>(bytes < kLarge ? ::operator new(bytes) : allocate_huge_pages(bytes));
  }
  void deallocate(T* data, size_t n) {
    if (n * sizeof(T) < kLarge) {
      ::operator delete(data);
    } else {
      std::free(data);
    }
  }
  bool operator==(const HugePageAllocator&) const = default;

 private:
  static constexpr size_t kLarge = size_t{1} << 20;
};

template <class T>
using HugePageVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace vouch
