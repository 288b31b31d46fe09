// TensorFlow Lite files into a Network.
//
// A .tflite file is one FlatBuffer: tensors with shapes, types and scales, and operators in the
// order in which they are computed. What the reader knows of the format is tflite_subset.fbs.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "model/operator_description.h"
#include "network/network.h"

namespace vouch {

/// Reads hostile bytes: at most 2^31 − 1 of them. Activations are FLOAT32, or UINT8 and INT8 of one
/// scale; weights also of a scale for each channel. DEQUANTIZE is left off, as its output is the
/// codes' reals; what only ranks (SOFTMAX, ARG_MAX) is read at the end alone; activations fused
/// into operators that cut off no code are left out. Memory and time are linear in the file's size.
/// The network passes validate and has at least one input and one output. Errors name the place,
/// "CONV_2D 'block1/conv': …", and what to do.
[[nodiscard]] Result<Network> read_tflite(ByteSpan file);

/// What is known, by name: the registry that read_tflite reads with.
[[nodiscard]] std::vector<DescribedOperator> tflite_operators();

}  // namespace vouch
