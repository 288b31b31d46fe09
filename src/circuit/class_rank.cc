#include "circuit/class_rank.h"

#include <algorithm>

namespace vouch {

std::vector<RankedClass> top_classes(std::span<const uint8_t> codes, size_t count) {
  std::vector<RankedClass> all;
  all.reserve(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    all.push_back({i, codes[i]});
  }
  const size_t kept = std::min(count, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                    [](const RankedClass& a, const RankedClass& b) {
                      return a.code != b.code ? a.code > b.code : a.index < b.index;
                    });
  all.resize(kept);
  return all;
}

}  // namespace vouch
