// Codes for a network whose file has none: post-training quantisation.
//
// The network is run in floating point on samples. Every tensor that a step computes gets 8-bit
// codes over a range that holds 0, so that pads are exact. What only passes its input's elements on
// keeps their codes.
#pragma once

#include <span>

#include "base/result.h"
#include "model/lower/steps.h"

namespace vouch {

/// Values of a network's inputs, row-major.
using Sample = std::vector<std::vector<float>>;

/// Which range a tensor's codes cover.
enum class RangeChoice : uint8_t {
  kMinMax,      ///< all that was seen
  kPercentile,  ///< all but the lowest and the highest 0.01 % of it
  /// Between all of it and 30 % of that: whatever rounds and cuts off the least, in mean squared
  /// error. Of the network's outputs all, and the more beyond it the fewer samples there are.
  kLeastError,
};

/// True if some input, or something that a step computes, has no codes.
[[nodiscard]] bool needs_calibration(const Network& network, const std::vector<Step>& steps);

/// Gives codes to every tensor that needs them and has none. Error: no samples, samples of another
/// shape, values that are not finite, or what FloatExecutor::prepare says.
[[nodiscard]] Result<void> calibrate(Network& network, const std::vector<Step>& steps,
                                     std::span<const Sample> samples,
                                     RangeChoice choice = RangeChoice::kLeastError);

/// The codes of a tensor that was seen to hold these values.
[[nodiscard]] CodeScale choose_codes(std::span<const float> values, RangeChoice choice);

}  // namespace vouch
