// A circuit for people and programs: what is public about a network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "circuit/circuit.h"
#include "cli/output.h"

namespace vouch {

/// Describes a valid circuit: lines to `output`, the same to `object`. `layer_names`: one an
/// operator, printable, or empty if they are not known.
void report_circuit(const Circuit& circuit, const std::vector<std::string>& layer_names,
                    Output& output, Json& object);

/// One line: "66 operators, 3 504 872 weights, 300.8 M multiply-adds".
[[nodiscard]] std::string circuit_size_text(const Circuit& circuit);

}  // namespace vouch
