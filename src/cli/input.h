// A network's input codes from the files that the command line names.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "circuit/circuit.h"

namespace vouch {

/// The codes of tensor 0, [channel][batch][row][column], of one batch: one file a picture of it.
///
/// A circuit that reads pictures takes JPEG, PNG and BMP files, prepared as picture/resample.h
/// says. Any other circuit takes files of codes as frameworks lay them out, one byte each in the
/// order [row] [column][channel], signed codes with 128 added. Error: the number of files is not
/// the circuit's batch, or what is wrong with which file.
[[nodiscard]] Result<Bytes> read_input(const std::vector<std::string>& paths,
                                       const Circuit& circuit);

}  // namespace vouch
