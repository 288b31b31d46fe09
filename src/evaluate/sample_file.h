// Files of real numbers: the inputs of one run of a network.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "model/lower/calibrate.h"
#include "network/network.h"

namespace vouch {

/// {"input_data": [the numbers of each input]}. Takes hostile bytes.
[[nodiscard]] Result<Sample> read_json_sample(ByteSpan file);

/// A tensor as ONNX' own tests have them (.pb), for a network of one input, of that shape where it
/// is given (axes of extent 1 may be there or not, and one axis of all is as good). Takes hostile
/// bytes.
[[nodiscard]] Result<Sample> read_tensor_sample(
    ByteSpan file, const std::optional<Dimensions>& network = std::nullopt);

/// Whether a file of this name has real numbers: .pb, .json, and .npy files of floats.
[[nodiscard]] bool holds_reals(ByteSpan file, const std::string& path);

/// The one run's inputs that such a file has; `network` is the shape of the network's one input,
/// and needed of .npy files. Takes hostile bytes.
[[nodiscard]] Result<Sample> read_sample(ByteSpan file, const std::string& path,
                                         const std::optional<Dimensions>& network);

}  // namespace vouch
