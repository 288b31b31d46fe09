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
    {"process", Count::kOne, SpeedUnit::kFixed, 7.2463e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 2.1308},
    {"model", Count::kOne, SpeedUnit::kFixed, 1.255e+06},
    {"model", Count::kWeights, SpeedUnit::kFixed, 6.8236},
    {"model", Count::kWideWeights, SpeedUnit::kFixed, 15.733},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 61429},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 2.749},
    {"generators", Count::kOne, SpeedUnit::kFixed, 1.1027e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 101.97},
    {"network", Count::kOne, SpeedUnit::kFixed, 5.246e+05},
    {"network", Count::kMultiplyAdds, SpeedUnit::kInteger, 0.69554},
    {"network", Count::kActivations, SpeedUnit::kFixed, 6.0543},
    {"network", Count::kLowLimbs, SpeedUnit::kFixed, 6.2978},
    {"network", Count::kTableRows, SpeedUnit::kFixed, 2.8811},
    {"commitments", Count::kOne, SpeedUnit::kFixed, 2.4028e+06},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 2.0314},
    {"commitments", Count::kTableRows, SpeedUnit::kGroup, 0.21042},
    {"commitments", Count::kLowLimbs, SpeedUnit::kGroup, 0.29386},
    {"commitments", Count::kLowSlots, SpeedUnit::kGroup, 1.3017},
    {"lookups", Count::kOne, SpeedUnit::kFixed, 2.0067e+07},
    {"lookups", Count::kActivations, SpeedUnit::kField, 3.803},
    {"lookups", Count::kSlots, SpeedUnit::kField, 2.7081},
    {"lookups", Count::kGrids, SpeedUnit::kField, 2.0852},
    {"lookups", Count::kTableRows, SpeedUnit::kField, 5.8162},
    {"lookups", Count::kLowLimbs, SpeedUnit::kField, 3.3323},
    {"lookups", Count::kLowSlots, SpeedUnit::kField, 1.337},
    {"products", Count::kWeights, SpeedUnit::kField, 0.54994},
    {"products", Count::kActivations, SpeedUnit::kField, 0.3278},
    {"products", Count::kOne, SpeedUnit::kFixed, 1.711e+06},
    {"products", Count::kWideWeights, SpeedUnit::kField, 0.092932},
    {"opening", Count::kOne, SpeedUnit::kFixed, 3.2225e+06},
    {"opening", Count::kActivations, SpeedUnit::kField, 0.14294},
    {"opening", Count::kSlots, SpeedUnit::kField, 0.31655},
    {"opening", Count::kWeights, SpeedUnit::kField, 0.91306},
    {"opening", Count::kRow, SpeedUnit::kField, 14.711},
    {"opening", Count::kTableRows, SpeedUnit::kField, 0.16216},
    {"opening", Count::kLowSlots, SpeedUnit::kField, 0.37553},
    {"folding", Count::kOne, SpeedUnit::kFixed, 9.078e+06},
    {"folding", Count::kRow, SpeedUnit::kGroup, 252.15},
    {"writing", Count::kOne, SpeedUnit::kFixed, 1.0787e+06},
}};
inline constexpr std::array<CostTerm, 19> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 3.8993e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 1.5914e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 2.5494},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.011264},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 38381},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 1.1396},
    {"generators", Count::kOne, SpeedUnit::kFixed, 2.3303e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 77.325},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.77964},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.0024747},
    {"script", Count::kOne, SpeedUnit::kFixed, 1.7026e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.13335},
    {"script", Count::kPoints, SpeedUnit::kSquare, 0.212},
    {"equation", Count::kOne, SpeedUnit::kFixed, 30934},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.021429},
    {"points", Count::kOne, SpeedUnit::kFixed, 4.1197e+06},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.45567},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 42412},
    {"files", Count::kOne, SpeedUnit::kFixed, 42344},
}};
inline constexpr std::array<CostTerm, 9> kMemoryCosts{{
    {"peak", Count::kOne, SpeedUnit::kFixed, 3.3207e+07},
    {"peak", Count::kActivations, SpeedUnit::kFixed, 30.585},
    {"peak", Count::kSlots, SpeedUnit::kFixed, 8.9947},
    {"peak", Count::kWeights, SpeedUnit::kFixed, 13.231},
    {"peak", Count::kTableRows, SpeedUnit::kFixed, 36.514},
    {"peak", Count::kGenerators, SpeedUnit::kFixed, 202.28},
    {"peak", Count::kRow, SpeedUnit::kFixed, 642.76},
    {"peak", Count::kLowLimbs, SpeedUnit::kFixed, 50.539},
    {"peak", Count::kLowSlots, SpeedUnit::kFixed, 6.1215},
}};
// end fitted
// clang-format on

}  // namespace vouch
