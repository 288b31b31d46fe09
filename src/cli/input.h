// A network's input codes from the file that the command line names.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "circuit/circuit.h"

namespace vouch {

/// What prepare_input (picture/prepare.h) makes of the file at `path`; errors name it.
[[nodiscard]] Result<Bytes> read_input(const std::string& path, const Circuit& circuit);

}  // namespace vouch
