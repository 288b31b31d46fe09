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
inline constexpr std::array<CostTerm, 24> kProveCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 5.363e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 3.0039},
    {"model", Count::kWeights, SpeedUnit::kFixed, 74.451},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 66052},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 3.6762},
    {"generators", Count::kOne, SpeedUnit::kFixed, 8.4674e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 105.98},
    {"network", Count::kOne, SpeedUnit::kFixed, 5.329e+06},
    {"network", Count::kActivations, SpeedUnit::kFixed, 15.903},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 2.3409},
    {"commitments", Count::kTableRows, SpeedUnit::kGroup, 0.47344},
    {"lookups", Count::kActivations, SpeedUnit::kField, 6.7421},
    {"lookups", Count::kSlots, SpeedUnit::kField, 2.1797},
    {"lookups", Count::kGrids, SpeedUnit::kField, 3.5153},
    {"lookups", Count::kTableRows, SpeedUnit::kField, 9.6669},
    {"products", Count::kWeights, SpeedUnit::kField, 0.79404},
    {"products", Count::kActivations, SpeedUnit::kField, 0.97546},
    {"products", Count::kOne, SpeedUnit::kFixed, 5.4123e+06},
    {"opening", Count::kSlots, SpeedUnit::kField, 1.3425},
    {"opening", Count::kWeights, SpeedUnit::kField, 1.3207},
    {"opening", Count::kRow, SpeedUnit::kField, 16.393},
    {"opening", Count::kTableRows, SpeedUnit::kField, 0.98908},
    {"folding", Count::kGenerators, SpeedUnit::kGroup, 309.79},
    {"writing", Count::kOne, SpeedUnit::kFixed, 1.709e+06},
}};
inline constexpr std::array<CostTerm, 19> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 3.8031e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 1.8201e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 0.68014},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.024736},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 23476},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 1.3611},
    {"generators", Count::kOne, SpeedUnit::kFixed, 8.6409e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 142.34},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.69409},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.0023313},
    {"script", Count::kOne, SpeedUnit::kFixed, 2.3266e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.11848},
    {"script", Count::kPoints, SpeedUnit::kSquare, 0.45292},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.031105},
    {"equation", Count::kAxes, SpeedUnit::kSquare, 0.00094995},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.96968},
    {"points", Count::kPoints, SpeedUnit::kSerial, 5.7411},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 39322},
    {"files", Count::kOne, SpeedUnit::kFixed, 38487},
}};
inline constexpr std::array<CostTerm, 5> kMemoryCosts{{
    {"peak", Count::kActivations, SpeedUnit::kFixed, 53.774},
    {"peak", Count::kSlots, SpeedUnit::kFixed, 19.766},
    {"peak", Count::kWeights, SpeedUnit::kFixed, 26.375},
    {"peak", Count::kTableRows, SpeedUnit::kFixed, 81.699},
    {"peak", Count::kRow, SpeedUnit::kFixed, 405.13},
}};
// end fitted
// clang-format on

}  // namespace vouch
