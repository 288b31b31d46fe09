// From an operator of a quantised file to the integers of a circuit with exact rounding, whose
// codes are the framework's to the last bit (framework_rounding.h, circuit/window_table.h).
#pragma once

#include "model/lower/circuit_maker.h"
#include "model/value_bits.h"

namespace vouch {

struct ExactOperator {
  OpWeights weights;
  WindowTable table;   ///< but for its sides
  double inexact = 0;  ///< as OperatorMeaning's
};

/// Of the circuit's last operator, whose shapes are known. Error: what cannot be had exactly, and
/// what to do.
[[nodiscard]] Result<ExactOperator> exact_operator(const Circuit& circuit, const RealOperator& from,
                                                   const Target& target, Framework framework);

/// Windows that a table needs on each side for these values of A: as many as make its rows a power
/// of two, 2^13 at least, or fewer by one.
[[nodiscard]] uint32_t window_side(const WindowTable& table, const ValueRange& A,
                                   const Limbs& limbs);

}  // namespace vouch
