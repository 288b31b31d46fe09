// What a model's proofs are worth: the error of every challenge.
#pragma once

#include "circuit/circuit.h"
#include "cli/output.h"

namespace vouch {

/// Of proofs of one input with rows of 2^15 values, which other shapes hardly change: lines to
/// `output`, the same to its object. The circuit is valid.
void report_soundness(const Circuit& circuit, Output& output);

}  // namespace vouch
