#include "base/huge_heap.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/parallel.h"

namespace vouch {

#ifdef __GLIBC__
namespace {

constexpr size_t kPage = 4096;
constexpr int kDefaultPad = 128 << 10;  // glibc's

// Lets the heap grow by `bytes` of address space, all of it in huge pages once it is used. False if
// the process may not have so much.
bool grow_heap(int bytes) {
  mallopt(M_TOP_PAD, bytes);
  void* const first = std::malloc(size_t{1} << 20);  // more than is left, so that it grows now
  mallopt(M_TOP_PAD, kDefaultPad);
  if (first == nullptr) {
    return false;
  }
  const auto begin = (reinterpret_cast<uintptr_t>(first) + kPage - 1) / kPage * kPage;
  const auto end = reinterpret_cast<uintptr_t>(sbrk(0));
  if (begin < end) {
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  }
  std::free(first);
  return true;
}

}  // namespace

void use_huge_heap() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that glibc takes
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  // Other threads' heaps are in small pages: a few threads share this one.
  constexpr size_t kThreadsAHeap = 4;
  mallopt(M_ARENA_MAX, static_cast<int>((thread_count() + kThreadsAHeap - 1) / kThreadsAHeap));
  for (const int bytes : {1 << 30, 64 << 20}) {
    if (grow_heap(bytes)) {
      return;
    }
  }
}
#else
void use_huge_heap() {}
#endif

}  // namespace vouch
