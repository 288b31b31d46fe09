// The classes of an answer in the order of their values: of equal ones the lower class comes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vouch {

/// How many classes rank before class `label`. Contract: label < values.size().
template <class Value>
[[nodiscard]] size_t rank_of(std::span<const Value> values, size_t label) {
  size_t rank = 0;
  for (size_t c = 0; c < values.size(); ++c) {
    rank += values[c] > values[label] || (values[c] == values[label] && c < label) ? 1 : 0;
  }
  return rank;
}

struct RankedClass {
  size_t index = 0;
  uint8_t code = 0;
  bool operator==(const RankedClass&) const = default;
};

/// The `count` classes (fewer if there are fewer) of the largest codes, largest first.
[[nodiscard]] std::vector<RankedClass> top_classes(std::span<const uint8_t> codes, size_t count);

}  // namespace vouch
