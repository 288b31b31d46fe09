// A circuit for people and programs: what is public about a network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "circuit/circuit.h"
#include "cli/output.h"

namespace vouch {

/// Multiplications of a weight with an activation that one run of operator `op` takes: windows are
/// counted whole, pads included.
[[nodiscard]] uint64_t multiply_adds(const Circuit& circuit, size_t op);

/// Describes a valid circuit: lines to `output`, the same to `object`. `layer_names`: one an
/// operator, printable, or empty if they are not known.
void report_circuit(const Circuit& circuit, const std::vector<std::string>& layer_names,
                    Output& output, Json& object);

/// One line: "66 operators, 3 504 872 weights, 300.8 M multiply-adds".
[[nodiscard]] std::string circuit_size_text(const Circuit& circuit);

}  // namespace vouch
