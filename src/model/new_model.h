// A network of a known architecture with random weights: for demonstrations and tests that have no
// trained one, and to measure proving, whose cost does not depend on what the weights have learnt.
//
// MobileNetV2 (Sandler et al. 2018): inverted residual blocks, channels rounded to multiples of 8.
// Weights are normally distributed; then, layer after layer, each channel's gain and bias are set
// by what synthetic pictures make of it, so that ReLU6 clamps about the share of values that it
// clamps in a trained network, every code is in use, and the logits depend on the picture.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// A complete quantised (uint8, per tensor) .tflite file: input [1, size, size, 3], SOFTMAX at the
/// end. width 0.1…2, size 32…512, classes 2…10000, otherwise an error. A second or two for width 1
/// and size 224; uses parallel_for. The same arguments give the same file on the same machine.
[[nodiscard]] Result<Bytes> new_mobilenet_v2(double width, unsigned size, uint64_t seed,
                                             unsigned classes = 1001);

}  // namespace vouch
