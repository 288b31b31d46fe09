// The circuit's formulas as plain loops: the yardstick of this room's tests.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "circuit/circuit.h"

namespace vouch {

/// What became of one operator's values.
struct ClampCount {
  uint64_t values = 0;
  uint64_t low = 0;   ///< V < lo
  uint64_t high = 0;  ///< V > hi
  int64_t lowest = 0;
  int64_t highest = 0;
};

struct PlainRun {
  std::vector<uint8_t> output;
  std::vector<ClampCount> clamps;  ///< one an operator
};

/// Runs the network on [channel][batch][row][column] codes.
[[nodiscard]] PlainRun run_plain(const Circuit& circuit, const Weights& weights,
                                 std::span<const uint8_t> input);

}  // namespace vouch
