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
inline constexpr std::array<CostTerm, 40> kProveCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 5.8899e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 3.8245},
    {"process", Count::kActivations, SpeedUnit::kFixed, 0.61594},
    {"model", Count::kOne, SpeedUnit::kFixed, 4.4696e+05},
    {"model", Count::kWeights, SpeedUnit::kFixed, 10.036},
    {"model", Count::kWideWeights, SpeedUnit::kFixed, 19.75},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 61029},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 3.0505},
    {"generators", Count::kOne, SpeedUnit::kFixed, 5.0327e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 165.01},
    {"network", Count::kOne, SpeedUnit::kFixed, 1.81e+05},
    {"network", Count::kMultiplyAdds, SpeedUnit::kInteger, 0.99775},
    {"network", Count::kActivations, SpeedUnit::kFixed, 6.5093},
    {"network", Count::kLowLimbs, SpeedUnit::kFixed, 6.8782},
    {"network", Count::kTableRows, SpeedUnit::kFixed, 3.1909},
    {"commitments", Count::kOne, SpeedUnit::kFixed, 2.126e+06},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 2.0723},
    {"commitments", Count::kTableRows, SpeedUnit::kGroup, 0.22508},
    {"commitments", Count::kLowLimbs, SpeedUnit::kGroup, 0.54069},
    {"commitments", Count::kLowSlots, SpeedUnit::kGroup, 1.367},
    {"lookups", Count::kOne, SpeedUnit::kFixed, 1.9962e+07},
    {"lookups", Count::kActivations, SpeedUnit::kField, 5.0355},
    {"lookups", Count::kSlots, SpeedUnit::kField, 3.1278},
    {"lookups", Count::kGrids, SpeedUnit::kField, 2.1648},
    {"lookups", Count::kTableRows, SpeedUnit::kField, 6.7474},
    {"lookups", Count::kLowLimbs, SpeedUnit::kField, 1.6976},
    {"lookups", Count::kLowSlots, SpeedUnit::kField, 3.0402},
    {"products", Count::kWeights, SpeedUnit::kField, 0.96529},
    {"products", Count::kActivations, SpeedUnit::kField, 0.52355},
    {"products", Count::kOne, SpeedUnit::kFixed, 1.8201e+06},
    {"products", Count::kWideWeights, SpeedUnit::kField, 0.48493},
    {"opening", Count::kOne, SpeedUnit::kFixed, 3.3231e+06},
    {"opening", Count::kSlots, SpeedUnit::kField, 0.80505},
    {"opening", Count::kWeights, SpeedUnit::kField, 0.86191},
    {"opening", Count::kRow, SpeedUnit::kField, 16.129},
    {"opening", Count::kTableRows, SpeedUnit::kField, 0.20025},
    {"opening", Count::kLowSlots, SpeedUnit::kField, 0.75064},
    {"folding", Count::kOne, SpeedUnit::kFixed, 9.826e+06},
    {"folding", Count::kRow, SpeedUnit::kGroup, 247.02},
    {"writing", Count::kOne, SpeedUnit::kFixed, 1.333e+06},
}};
inline constexpr std::array<CostTerm, 20> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 3.9655e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 2.0775e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 3.3469},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.0096507},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 37186},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 1.0237},
    {"generators", Count::kOne, SpeedUnit::kFixed, 2.4189e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 92.466},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.80779},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.002171},
    {"script", Count::kOne, SpeedUnit::kFixed, 2.7026e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.21029},
    {"script", Count::kPoints, SpeedUnit::kSquare, 0.19811},
    {"equation", Count::kOne, SpeedUnit::kFixed, 20325},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.023301},
    {"points", Count::kOne, SpeedUnit::kFixed, 3.8564e+06},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.48905},
    {"points", Count::kPoints, SpeedUnit::kSerial, 2.0143},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 34375},
    {"files", Count::kOne, SpeedUnit::kFixed, 38821},
}};
inline constexpr std::array<CostTerm, 8> kMemoryCosts{{
    {"peak", Count::kOne, SpeedUnit::kFixed, 4.6619e+07},
    {"peak", Count::kActivations, SpeedUnit::kFixed, 27.122},
    {"peak", Count::kSlots, SpeedUnit::kFixed, 16.902},
    {"peak", Count::kWeights, SpeedUnit::kFixed, 15.445},
    {"peak", Count::kTableRows, SpeedUnit::kFixed, 37.239},
    {"peak", Count::kGenerators, SpeedUnit::kFixed, 676.45},
    {"peak", Count::kLowLimbs, SpeedUnit::kFixed, 41.454},
    {"peak", Count::kLowSlots, SpeedUnit::kFixed, 13.566},
}};
// end fitted
// clang-format on

}  // namespace vouch
