#include "base/huge_heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace vouch {

#ifdef __GLIBC__
void use_huge_heap() {
  constexpr int kStep = 64 << 20;  // addresses; memory only where they are used
  constexpr size_t kPage = 4096;
  mallopt(M_MMAP_THRESHOLD, kStep / 2);  // the most that glibc takes
  mallopt(M_TRIM_THRESHOLD, kStep);
  mallopt(M_TOP_PAD, kStep);
  // More than is left of the heap, so that it grows now.
  void* const first = std::malloc(kStep / 64);
  const auto begin = (reinterpret_cast<uintptr_t>(first) + kPage - 1) / kPage * kPage;
  const auto end = reinterpret_cast<uintptr_t>(sbrk(0));
  if (first != nullptr && begin < end) {
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  }
  std::free(first);
}
#else
void use_huge_heap() {}
#endif

}  // namespace vouch
