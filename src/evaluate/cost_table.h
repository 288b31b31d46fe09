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
    {"process", Count::kOne, SpeedUnit::kFixed, 5.7469e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 3.6258},
    {"process", Count::kActivations, SpeedUnit::kFixed, 0.69302},
    {"model", Count::kOne, SpeedUnit::kFixed, 4.4052e+05},
    {"model", Count::kWeights, SpeedUnit::kFixed, 9.7523},
    {"model", Count::kWideWeights, SpeedUnit::kFixed, 18.566},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 59616},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 2.9707},
    {"generators", Count::kOne, SpeedUnit::kFixed, 4.9002e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 161.02},
    {"network", Count::kOne, SpeedUnit::kFixed, 1.4402e+05},
    {"network", Count::kMultiplyAdds, SpeedUnit::kInteger, 0.80897},
    {"network", Count::kActivations, SpeedUnit::kFixed, 6.3043},
    {"network", Count::kLowLimbs, SpeedUnit::kFixed, 6.7803},
    {"network", Count::kTableRows, SpeedUnit::kFixed, 3.1366},
    {"commitments", Count::kOne, SpeedUnit::kFixed, 2.0496e+06},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 1.8438},
    {"commitments", Count::kTableRows, SpeedUnit::kGroup, 0.19918},
    {"commitments", Count::kLowLimbs, SpeedUnit::kGroup, 0.43352},
    {"commitments", Count::kLowSlots, SpeedUnit::kGroup, 1.2539},
    {"lookups", Count::kOne, SpeedUnit::kFixed, 1.9083e+07},
    {"lookups", Count::kActivations, SpeedUnit::kField, 4.5553},
    {"lookups", Count::kSlots, SpeedUnit::kField, 2.7228},
    {"lookups", Count::kGrids, SpeedUnit::kField, 1.9066},
    {"lookups", Count::kTableRows, SpeedUnit::kField, 5.9986},
    {"lookups", Count::kLowLimbs, SpeedUnit::kField, 1.1908},
    {"lookups", Count::kLowSlots, SpeedUnit::kField, 2.8978},
    {"products", Count::kWeights, SpeedUnit::kField, 0.83292},
    {"products", Count::kActivations, SpeedUnit::kField, 0.4814},
    {"products", Count::kOne, SpeedUnit::kFixed, 1.7733e+06},
    {"products", Count::kWideWeights, SpeedUnit::kField, 0.40092},
    {"opening", Count::kOne, SpeedUnit::kFixed, 3.2535e+06},
    {"opening", Count::kSlots, SpeedUnit::kField, 0.72567},
    {"opening", Count::kWeights, SpeedUnit::kField, 0.73087},
    {"opening", Count::kRow, SpeedUnit::kField, 14.212},
    {"opening", Count::kTableRows, SpeedUnit::kField, 0.17709},
    {"opening", Count::kLowSlots, SpeedUnit::kField, 0.67144},
    {"folding", Count::kOne, SpeedUnit::kFixed, 9.597e+06},
    {"folding", Count::kRow, SpeedUnit::kGroup, 218.26},
    {"writing", Count::kOne, SpeedUnit::kFixed, 1.3012e+06},
}};
inline constexpr std::array<CostTerm, 20> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 3.8282e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 2.0427e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 2.6015},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.010881},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 35864},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 0.98727},
    {"generators", Count::kOne, SpeedUnit::kFixed, 2.3222e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 90.374},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.72632},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.0018922},
    {"script", Count::kOne, SpeedUnit::kFixed, 2.5058e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.18329},
    {"script", Count::kPoints, SpeedUnit::kSquare, 0.42833},
    {"equation", Count::kOne, SpeedUnit::kFixed, 17897},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.021505},
    {"points", Count::kOne, SpeedUnit::kFixed, 3.7108e+06},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.45304},
    {"points", Count::kPoints, SpeedUnit::kSerial, 1.7657},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 33270},
    {"files", Count::kOne, SpeedUnit::kFixed, 37480},
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
