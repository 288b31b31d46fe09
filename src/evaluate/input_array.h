// A data set's inputs in one file that frameworks read: what they are asked about is what the
// proven network is asked about, to the byte.
#pragma once

#include "evaluate/data_set.h"
#include "model/lower/network_lowering.h"

namespace vouch {

/// A .npy array: uint8 codes [input][row][column][channel] (int8 models' codes with 128 added), or,
/// where the set is of reals, float32 [input][element] in the network's order. Error: an input that
/// cannot be read, or of several tensors; codes and reals in one set; more than 2^31 bytes.
[[nodiscard]] Result<Bytes> input_array(const DataSet& data, const Shape& shape);

/// The same for the model's own framework: [input][element] in the order of its one input, which
/// lies at `port` of the circuit's.
[[nodiscard]] Result<Bytes> model_input_array(const DataSet& data, const Port& port);
/// A single input's codes, as prepare_input (picture/prepare.h) takes them: uint8
/// [row][column][channel]. `shape` is that of the circuit's input.
[[nodiscard]] Bytes code_array(const Bytes& codes, const Shape& shape);

}  // namespace vouch
