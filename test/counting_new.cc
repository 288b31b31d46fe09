#include "counting_new.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> allocated{0};

// From malloc, so that the sanitizers see it too.
void* count_and_allocate(size_t size) {
  allocated += size;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

namespace vouch {
size_t bytes_allocated() { return allocated; }
}  // namespace vouch

void* operator new(size_t size) {
  if (void* p = count_and_allocate(size); p != nullptr) {
    return p;
  }
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return count_and_allocate(size);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t /*size*/) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t& /*tag*/) noexcept { std::free(p); }
