// What a proof's cost depends on, counted without making one.
#pragma once

#include <array>
#include <cstdint>

#include "argument/proof_shape.h"
#include "circuit/circuit.h"

namespace vouch {

enum class Count : uint8_t {
  kOne,           ///< 1: what every proof costs
  kActivations,   ///< values that the network computes on all inputs
  kSlots,         ///< slots of their layout up to its end, pads included
  kGrids,         ///< values of all messages of the lookups that bind several variables
  kInputs,        ///< elements of all inputs
  kTableRows,     ///< rows of all lookup tables
  kWeights,       ///< weights and biases
  kMultiplyAdds,  ///< of one run on all inputs, in thousands
  kGenerators,    ///< of the widest row and the ledger
  kRow,           ///< entries of the widest row, 2^κ
  kPoints,        ///< points of the proof: rows and messages
  kModelPoints,   ///< points of the commitment to the model
  kAxes,          ///< lengths of all operators' axes, where functionals are evaluated
  kLowLimbs,      ///< values that are rounded exactly: all of them, or none
  kLowSlots,      ///< slots of their layout: kSlots, or none
  kWideWeights,   ///< weights and biases of exact rounding: kWeights, or none
};
inline constexpr size_t kCounts = 16;
inline constexpr std::array<const char*, kCounts> kCountNames = {
    "one",     "activations",   "slots",      "grids",       "inputs", "table_rows",
    "weights", "multiply_adds", "generators", "row",         "points", "model_points",
    "axes",    "low_limbs",     "low_slots",  "wide_weights"};

using ProofCounts = std::array<double, kCounts>;

/// Contract: as choose_shape's; generators_needed accepts the shape.
[[nodiscard]] ProofCounts proof_counts(const Circuit& circuit, const ProofShape& shape);

}  // namespace vouch
