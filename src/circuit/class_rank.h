// The place of a class among all by their values.
#pragma once

#include <cstddef>
#include <span>

namespace vouch {

/// How many classes rank before class `label`: those of larger values, and of equal ones those with
/// a lower index. Contract: label < values.size().
template <class Value>
[[nodiscard]] size_t rank_of(std::span<const Value> values, size_t label) {
  size_t rank = 0;
  for (size_t c = 0; c < values.size(); ++c) {
    rank += values[c] > values[label] || (values[c] == values[label] && c < label) ? 1 : 0;
  }
  return rank;
}

}  // namespace vouch
