#include "secret_watch.h"

#include <malloc.h>
#include <sys/types.h>

#include <atomic>
#include <bitset>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <utility>

#include "base/check.h"

namespace vouch {
namespace {

constexpr size_t kMinBytes = 16;

// Nothing here allocates or frees while it looks: it is called where something is freed.
struct Search {
  struct Form {
    size_t secret;
    const Bytes* bytes;
  };
  // By the first two bytes of a form.
  std::bitset<65536> begins;
  std::vector<std::vector<Form>> forms{65536};
  std::vector<Watched>* secrets = nullptr;
};

std::atomic<Search*> current{nullptr};
std::shared_mutex in_use;  // of the search
std::atomic<bool> repeating{false};

size_t first_two(const uint8_t* bytes) { return bytes[0] | size_t{bytes[1]} << 8; }

void look(const void* block, size_t size, size_t Watched::*seen) {
  if (current == nullptr) {
    return;
  }
  const std::shared_lock<std::shared_mutex> lock(in_use);
  Search* const search = current;
  const auto* bytes = static_cast<const uint8_t*>(block);
  for (size_t i = 0; search != nullptr && i + kMinBytes <= size; ++i) {
    const size_t first = first_two(bytes + i);
    if (!search->begins[first]) {
      continue;
    }
    for (const Search::Form& form : search->forms[first]) {
      const size_t n = form.bytes->size();
      if (n <= size - i && std::memcmp(bytes + i, form.bytes->data(), n) == 0) {
        ++std::atomic_ref<size_t>((*search->secrets)[form.secret].*seen);
      }
    }
  }
}

void set_search(std::unique_ptr<Search> next) {
  Search* last = nullptr;
  {
    const std::lock_guard<std::shared_mutex> lock(in_use);
    last = current.exchange(next.release());
  }
  delete last;
}

// And cleans it, so that no block shows what was left by another.
void look_at_freed(void* block) {
  if (block != nullptr) {
    const size_t size = malloc_usable_size(block);
    look(block, size, &Watched::freed);
    std::memset(block, 0, size);
  }
}

void* allocate(size_t size) {
  void* const p = std::malloc(size == 0 ? 1 : size);
  if (p == nullptr) {
    throw std::bad_alloc();
  }
  return p;
}

void* allocate(size_t size, std::align_val_t alignment) {
  const auto a = static_cast<size_t>(alignment);
  void* const p = std::aligned_alloc(a, (size + a - 1) / a * a);
  if (p == nullptr) {
    throw std::bad_alloc();
  }
  return p;
}

}  // namespace

SecretWatch::SecretWatch(std::vector<Watched> secrets) : secrets_(std::move(secrets)) {
  auto search = std::make_unique<Search>();
  search->secrets = &secrets_;
  for (size_t i = 0; i < secrets_.size(); ++i) {
    for (const Bytes& form : secrets_[i].forms) {
      VOUCH_CHECK(form.size() >= kMinBytes);
      const size_t first = first_two(form.data());
      search->begins.set(first);
      search->forms[first].push_back({i, &form});
    }
  }
  VOUCH_CHECK(current == nullptr);
  set_search(std::move(search));
}

SecretWatch::~SecretWatch() { set_search(nullptr); }

std::vector<Watched> SecretWatch::end() {
  set_search(nullptr);
  return std::move(secrets_);
}

void repeat_system_randomness(bool repeat) { repeating = repeat; }

}  // namespace vouch

// The linker's names.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" {
void __wrap_free(void* block);
void __wrap_sodium_memzero(void* data, size_t size);
ssize_t __wrap_getrandom(void* out, size_t size, unsigned flags);
void __real_free(void* block);
void __real_sodium_memzero(void* data, size_t size);
ssize_t __real_getrandom(void* out, size_t size, unsigned flags);

void __wrap_free(void* block) {
  vouch::look_at_freed(block);
  __real_free(block);
}

void __wrap_sodium_memzero(void* data, size_t size) {
  vouch::look(data, size, &vouch::Watched::wiped);
  __real_sodium_memzero(data, size);
}

ssize_t __wrap_getrandom(void* out, size_t size, unsigned flags) {
  if (!vouch::repeating) {
    return __real_getrandom(out, size, flags);
  }
  std::memset(out, 0x5a, size);
  return static_cast<ssize_t>(size);
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

// `free` here is the one above.
void* operator new(size_t size) { return vouch::allocate(size); }
void* operator new(size_t size, std::align_val_t alignment) {
  return vouch::allocate(size, alignment);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t /*size*/) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t /*alignment*/) noexcept { std::free(p); }
void operator delete(void* p, size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(p);
}
