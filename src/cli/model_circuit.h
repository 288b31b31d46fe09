// The circuit that costs are told of.
#pragma once

#include <string>

#include "circuit/circuit.h"
#include "cli/model_options.h"

namespace vouch {

/// Stands in for samples where ranges hardly matter: what a float model's circuit is like, or
/// costs.
[[nodiscard]] Result<std::vector<Sample>> noise_samples(const Network& network);

/// Of a compiled model (.vouch), or of one that is compiled for it (.tflite, .onnx); a float model
/// without samples is given noise for its ranges.
[[nodiscard]] Result<Circuit> read_model_circuit(const std::string& path,
                                                 const ModelOptions& options);

}  // namespace vouch
