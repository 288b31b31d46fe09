// The constants of the cost model (estimate.h): how much of which kernel's work each step takes for
// each thing counted. Fitted to measured proofs by tools/fit_estimate.py, which writes everything
// between the two marks; after the prover has become faster, run it again.
#pragma once

#include <array>

#include "evaluate/proof_counts.h"

namespace vouch {

/// What a coefficient is multiplied by: measured on the machine, or nothing (1 ns).
enum class SpeedUnit : uint8_t { kFixed, kField, kGroup, kSquare, kSerial, kInteger };

/// Seconds·10⁹, or bytes.
struct CostTerm {
  const char* step;
  Count count;
  SpeedUnit unit;
  double coefficient;
};

// clang-format off
// begin fitted
inline constexpr std::array<CostTerm, 25> kProveCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 5.2306e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 2.388},
    {"model", Count::kOne, SpeedUnit::kFixed, 4.448e+05},
    {"model", Count::kWeights, SpeedUnit::kFixed, 9.0094},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 59894},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 3.5866},
    {"generators", Count::kOne, SpeedUnit::kFixed, 5.2143e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 82.51},
    {"network", Count::kOne, SpeedUnit::kFixed, 4.3745e+06},
    {"network", Count::kActivations, SpeedUnit::kFixed, 8.3671},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 1.839},
    {"commitments", Count::kTableRows, SpeedUnit::kGroup, 0.3998},
    {"lookups", Count::kActivations, SpeedUnit::kField, 3.8775},
    {"lookups", Count::kSlots, SpeedUnit::kField, 2.3497},
    {"lookups", Count::kGrids, SpeedUnit::kField, 1.9984},
    {"lookups", Count::kTableRows, SpeedUnit::kField, 8.8983},
    {"products", Count::kWeights, SpeedUnit::kField, 0.75024},
    {"products", Count::kActivations, SpeedUnit::kField, 0.29708},
    {"products", Count::kOne, SpeedUnit::kFixed, 3.4767e+06},
    {"opening", Count::kSlots, SpeedUnit::kField, 0.71275},
    {"opening", Count::kWeights, SpeedUnit::kField, 0.74875},
    {"opening", Count::kRow, SpeedUnit::kField, 5.6211},
    {"opening", Count::kTableRows, SpeedUnit::kField, 0.70331},
    {"folding", Count::kGenerators, SpeedUnit::kGroup, 248.29},
    {"writing", Count::kOne, SpeedUnit::kFixed, 1.0923e+06},
}};
inline constexpr std::array<CostTerm, 18> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 3.5998e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 1.8417e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 1.8231},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.015608},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 30021},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 0.90596},
    {"generators", Count::kOne, SpeedUnit::kFixed, 8.9318e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 84.841},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.66715},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.0023934},
    {"script", Count::kOne, SpeedUnit::kFixed, 3.271e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.13311},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.024155},
    {"points", Count::kOne, SpeedUnit::kFixed, 70433},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.48527},
    {"points", Count::kPoints, SpeedUnit::kSerial, 10.847},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 35212},
    {"files", Count::kOne, SpeedUnit::kFixed, 34891},
}};
inline constexpr std::array<CostTerm, 6> kMemoryCosts{{
    {"peak", Count::kOne, SpeedUnit::kFixed, 1.0897e+07},
    {"peak", Count::kActivations, SpeedUnit::kFixed, 25.67},
    {"peak", Count::kSlots, SpeedUnit::kFixed, 17.744},
    {"peak", Count::kWeights, SpeedUnit::kFixed, 16.727},
    {"peak", Count::kTableRows, SpeedUnit::kFixed, 35.923},
    {"peak", Count::kGenerators, SpeedUnit::kFixed, 435.63},
}};
// end fitted
// clang-format on

}  // namespace vouch
