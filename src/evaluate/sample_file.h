// Files of real numbers: the inputs of one run of a network.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/lower/calibrate.h"

namespace vouch {

/// {"input_data": [the numbers of each input]}. Takes hostile bytes.
[[nodiscard]] Result<Sample> read_json_sample(ByteSpan file);

/// A tensor as ONNX' own tests have them (.pb), for a network of one input. Takes hostile bytes.
[[nodiscard]] Result<Sample> read_tensor_sample(ByteSpan file);

}  // namespace vouch
