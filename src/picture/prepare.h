// From a file to the codes of a circuit's input tensor: what the prover proves about, and what a
// verifier who has the file recomputes to check that a proof is about it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "circuit/circuit.h"

namespace vouch {

/// The input's codes in [channel][row][column] order, for one input (batch 1), from
///
///  - a picture (JPEG, PNG, BMP; decode.h), if the circuit's input is one: framed and resized by
///    resample.h;
///  - a .npy file of uint8 codes, or of int8 codes (128 is added), whose shape is [row, column,
///  channel],
///    give or take axes of extent 1;
///  - a file named .bin or .raw: the codes as bytes, row by row, the channels of a pixel together;
///  - a file named .i8: the same as signed bytes (128 is added), as int8 models take them.
///
/// `file_name` only tells raw files by its ending. Contract: validate(circuit) holds. Errors: a
/// batch above 1, files that are none of these or do not fit the input.
[[nodiscard]] Result<std::vector<uint8_t>> prepare_input(const Circuit& circuit, ByteSpan file,
                                                         std::string_view file_name);

/// [row][column][channel] bytes, codes or (signed) codes less 128, as [channel][row][column] codes.
/// Contract: as many as the shape, of batch 1, has elements.
[[nodiscard]] std::vector<uint8_t> codes_of_bytes(const Shape& shape, ByteSpan bytes,
                                                  bool is_signed);

}  // namespace vouch
