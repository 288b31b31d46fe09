// Codes for a network whose file has none: post-training quantisation.
//
// The network is run in floating point on samples. Every tensor that a step computes gets 8-bit codes
// over the range, between what it was seen to take and less, whose rounding and cutting off costs the
// least mean squared error on the samples; 0 is always a code, so that pads are exact.
#pragma once

#include <span>

#include "base/result.h"
#include "model/lower/steps.h"

namespace vouch {

/// Values of a network's inputs, row-major.
using Sample = std::vector<std::vector<float>>;

/// True if some input, or something that a step computes, has no codes.
[[nodiscard]] bool needs_calibration(const Network& network, const std::vector<Step>& steps);

/// Gives codes to every tensor that needs them and has none. Error: no samples, samples of another
/// shape, values that are not finite, or what FloatExecutor::prepare says.
[[nodiscard]] Result<void> calibrate(Network& network, const std::vector<Step>& steps,
                                     std::span<const Sample> samples);

}  // namespace vouch
