#include "counting_new.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<size_t> allocated{0};
}  // namespace

namespace vouch {
size_t bytes_allocated() { return allocated; }
}  // namespace vouch

// Memory comes from malloc, so the sanitizers still see it.
void* operator new(size_t size) {
  allocated += size;
  if (void* p = std::malloc(size == 0 ? 1 : size); p != nullptr) {
    return p;
  }
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t /*size*/) noexcept { std::free(p); }
