// The classes of an answer in the order of their logits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vouch {

struct RankedClass {
  size_t index = 0;
  uint8_t code = 0;
  bool operator==(const RankedClass&) const = default;
};

/// The `count` classes (fewer if there are fewer) of the largest codes, largest first. 8-bit logits
/// tie: of equal codes the lower index comes first.
[[nodiscard]] std::vector<RankedClass> top_classes(std::span<const uint8_t> codes, size_t count);

}  // namespace vouch
