// Which operators TensorFlow Lite computes in integers as their kind says
// (lower/framework_rounding.h), and which otherwise: docs/evaluation.md, "Exact rounding".
#pragma once

#include <string>

#include "model/tflite/node.h"

namespace vouch::tflite {

/// Why an operator's codes are not known to the last bit; nothing if they are, or if it only moves
/// codes.
[[nodiscard]] std::string obstacle(const Node& node);

}  // namespace vouch::tflite
