#include "base/large_blocks.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "base/huge_pages.h"

namespace vouch {
namespace {

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
  void* const data = allocate_huge_pages(bytes);
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
