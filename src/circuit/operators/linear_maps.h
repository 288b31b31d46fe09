// Makers of linear maps: the terms that usual operators are.
#pragma once

#include <span>
#include <vector>

#include "circuit/circuit.h"

namespace vouch {

/// One entry of an axis' matrix: output `out` reads `coefficient` times input `in`.
struct AxisEntry {
  uint32_t out = 0;
  uint32_t in = 0;
  int16_t coefficient = 1;
};

/// The matrix with these entries, as few runs as a pass over them in order finds. Indices are below
/// 2^16.
[[nodiscard]] AxisMap axis_map(std::span<const AxisEntry> entries);

/// Output o reads input first + o·step, for each of `extent` outputs o.
[[nodiscard]] AxisMap slice_axis(uint32_t extent, uint32_t first, int32_t step);
/// Output before + i reads input i: zeros around, or, where `before` or what is behind is negative,
/// less.
[[nodiscard]] AxisMap pad_axis(uint32_t extent, int32_t before, int32_t after);
/// Every output reads the one input.
[[nodiscard]] AxisMap repeat_axis(uint32_t extent);
/// The one output reads every input.
[[nodiscard]] AxisMap sum_axis(uint32_t extent);

/// The largest Σ |entry| of one output of the term, all three axes together; kMostReach if it is
/// more.
inline constexpr uint64_t kMostReach = uint64_t{1} << 56;
[[nodiscard]] uint64_t reach(const MapTerm& term, const Shape& output);
/// True if no entry of its matrices is negative.
[[nodiscard]] bool is_positive(const MapTerm& term);

/// Σ_n w_n·X'_n over inputs of one shape: term n reads input n with weight n.
[[nodiscard]] std::vector<MapTerm> sum_terms(size_t inputs);

/// The linear map of those terms.
[[nodiscard]] Op sum_of(std::vector<uint32_t> inputs);

/// An average pool whose pads are not counted: one weight for each distinct number of elements
/// inside a window, a term for each distinct (rows inside, columns inside).
struct PoolTerms {
  std::vector<MapTerm> terms;
  std::vector<uint64_t> elements;  ///< of a window, by weight
  Shape output;
};
/// Error: a window that does not fit, is transposed or holds no element of the picture.
[[nodiscard]] Result<PoolTerms> average_pool_terms(const Window& window, const Shape& input);

}  // namespace vouch
