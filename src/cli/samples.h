// Samples of a network's input, to quantise a float model by.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/lower/calibrate.h"

namespace vouch {

/// Reads every file of a folder, in order of names: tensors (`.pb`, as ONNX' own tests have them). At
/// most `most` of them. Errors name the file.
[[nodiscard]] Result<std::vector<Sample>> read_samples(const std::string& folder, size_t most);

}  // namespace vouch
