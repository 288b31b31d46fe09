// ONNX files into a Network.
//
// An ONNX file is one Protocol Buffers message: a graph of operators in the order in which they are
// computed, whose meaning depends on the version of the operator set that the file names. What the
// reader knows of the format is onnx_subset.proto. Format: onnx/onnx.proto and the operators'
// documentation of the ONNX project, operator sets 6 to 27.
#pragma once

#include <map>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "model/onnx/tensor.h"
#include "model/operator_description.h"
#include "network/network.h"

namespace vouch {

/// Inputs of a graph that are to be constants, by name.
using OnnxConstants = std::map<std::string, OnnxTensor>;

/// Reads hostile bytes: at most 2^31 − 1 of them, 2^16 operators. What depends on constants alone
/// is computed here, batch normalisations are folded into the layers before them, and layers
/// between QuantizeLinear and DequantizeLinear read and write codes (DequantizeLinear at the end is
/// left off). What only ranks (softmax, the largest) is read at the end alone. Memory and time are
/// linear in the file's size. The network passes validate and has at least one input and one
/// output. Errors name the place, "Conv 'block1/conv': …", and what to do.
[[nodiscard]] Result<Network> read_onnx(ByteSpan file, const OnnxConstants& constants = {});

/// What is known, by name: the registry that read_onnx reads with.
[[nodiscard]] std::vector<DescribedOperator> onnx_operators();

}  // namespace vouch
