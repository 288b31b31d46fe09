// Samples of a network's input, to quantise a float model by.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/compile.h"

namespace vouch {

/// Reads the samples of a folder and the folders in it, in order of their paths, at most `most`:
///  - tensors (`.pb`, as ONNX' own tests have them, and `.npy` of reals): those of one folder that
///    do not begin with "output" are the inputs of one sample, or, if the network has one input, a
///    sample each, and `.npy` one or several (evaluate/npy_inputs.h);
///  - `.json`: {"input_data": [the numbers of each input]};
///  - pictures, codes as prepare_input takes them, and `.npy` of codes, whose values are scaled,
///  and
///    pictures framed, as `options` say.
/// Errors name the file.
[[nodiscard]] Result<std::vector<Sample>> read_samples(const std::string& folder, size_t most,
                                                       const Network& network,
                                                       const CompileOptions& options);

}  // namespace vouch
