#include "base/large_blocks.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>

namespace vouch {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
// What is reserved at a time, or where the process may not have so much (the threads' stacks and
// small arrays want some of it) what a block needs.
constexpr size_t kReserve = size_t{1} << 36;
constexpr size_t kReserveWhereLimited = size_t{1} << 26;

// Blocks are whole multiples of this, and may share a huge page with others.
constexpr size_t kUnit = size_t{1} << 16;

constexpr size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

class Arena {
 public:
  [[nodiscard]] void* take(size_t bytes) {
    auto part = std::find_if(free_.begin(), free_.end(),
                             [&](const auto& candidate) { return candidate.second >= bytes; });
    if (part == free_.end()) {
      part = reserve(bytes);
    }
    const auto [begin, size] = *part;
    if (size > bytes) {
      free_.emplace(begin + bytes, size - bytes);
    }
    free_.erase(part);
    return reinterpret_cast<void*>(begin);
  }

  void give_back(void* data, size_t bytes) {
    const auto part = free_.emplace(reinterpret_cast<uintptr_t>(data), bytes).first;
    join(part, std::next(part));
    if (part != free_.begin()) {
      join(std::prev(part), part);
    }
  }

 private:
  using Parts = std::map<uintptr_t, size_t>;  // bytes by address

  // Address space for at least `bytes`; its pages are there once they are touched.
  Parts::iterator reserve(size_t bytes) {
    for (const size_t least : {kReserve, kReserveWhereLimited, bytes}) {
      const size_t size = std::max(least, bytes);
      void* data = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (data != MAP_FAILED) {
        madvise(data, size + kHugePage, MADV_HUGEPAGE);  // a hint: no result depends on it
        return free_.emplace(round_up(reinterpret_cast<uintptr_t>(data), kHugePage), size).first;
      }
    }
    throw std::bad_alloc();
  }

  // One part of two, if nothing is between them.
  void join(Parts::iterator a, Parts::iterator b) {
    if (b != free_.end() && a->first + a->second == b->first) {
      a->second += b->second;
      free_.erase(b);
    }
  }

  Parts free_;
};

struct Shared {
  std::mutex mutex;
  Arena arena;
};

// Never destroyed: arrays with static lifetime may be freed after it would be.
Shared& shared() {
  static Shared& instance = *new Shared;
  return instance;
}

}  // namespace

void* take_large_block(size_t bytes) {
  if (bytes > SIZE_MAX / 4) {
    throw std::bad_alloc();
  }
  Shared& s = shared();
  const std::lock_guard<std::mutex> lock(s.mutex);
  return s.arena.take(round_up(bytes, kUnit));
}

void free_large_block(void* data, size_t bytes) {
  Shared& s = shared();
  const std::lock_guard<std::mutex> lock(s.mutex);
  s.arena.give_back(data, round_up(bytes, kUnit));
}

}  // namespace vouch
