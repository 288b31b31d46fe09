#include "base/large_blocks.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace vouch {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

struct Kept {
  std::mutex mutex;
  std::vector<LargeBlock> blocks;
};

// Never destroyed: arrays with static lifetime may be freed after it would be.
Kept& kept() {
  static Kept& instance = *new Kept;
  return instance;
}

LargeBlock new_block(size_t bytes) {
  bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  void* data = std::aligned_alloc(kHugePage, bytes);
  if (data == nullptr) {
    throw std::bad_alloc();
  }
  madvise(data, bytes, MADV_HUGEPAGE);  // a hint: whether it is followed changes no result
  return {data, bytes};
}

}  // namespace

LargeBlock take_large_block(size_t bytes) {
  Kept& k = kept();
  const std::lock_guard<std::mutex> lock(k.mutex);
  const auto fits = [&](const LargeBlock& b) { return b.bytes >= bytes; };
  auto best = std::min_element(k.blocks.begin(), k.blocks.end(),
                               [&](const LargeBlock& a, const LargeBlock& b) {
                                 return fits(a) != fits(b) ? fits(a) : a.bytes < b.bytes;
                               });
  if (best != k.blocks.end() && fits(*best)) {
    const LargeBlock block = *best;
    k.blocks.erase(best);
    return block;
  }
  for (const LargeBlock& small : k.blocks) {
    std::free(small.data);
  }
  k.blocks.clear();
  return new_block(bytes);
}

void keep_large_block(const LargeBlock& block) {
  Kept& k = kept();
  const std::lock_guard<std::mutex> lock(k.mutex);
  k.blocks.push_back(block);
}

}  // namespace vouch
