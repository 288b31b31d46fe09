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
inline constexpr std::array<CostTerm, 22> kProveCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 7.1184e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 2.7193},
    {"model", Count::kWeights, SpeedUnit::kFixed, 71},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 73139},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 3.9215},
    {"generators", Count::kOne, SpeedUnit::kFixed, 2.5254e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 109.4},
    {"network", Count::kOne, SpeedUnit::kFixed, 6.8626e+06},
    {"network", Count::kMultiplyAdds, SpeedUnit::kInteger, 1.3118},
    {"network", Count::kActivations, SpeedUnit::kFixed, 7.2995},
    {"commitments", Count::kOne, SpeedUnit::kFixed, 1.3591e+07},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 2.0668},
    {"lookups", Count::kOne, SpeedUnit::kFixed, 2.8709e+08},
    {"lookups", Count::kActivations, SpeedUnit::kField, 11.933},
    {"products", Count::kOne, SpeedUnit::kFixed, 7.9202e+06},
    {"products", Count::kWeights, SpeedUnit::kField, 0.56582},
    {"products", Count::kActivations, SpeedUnit::kField, 1.2214},
    {"opening", Count::kOne, SpeedUnit::kFixed, 3.6689e+07},
    {"opening", Count::kActivations, SpeedUnit::kField, 3.5141},
    {"folding", Count::kOne, SpeedUnit::kFixed, 1.0726e+08},
    {"folding", Count::kRow, SpeedUnit::kGroup, 198.95},
    {"writing", Count::kOne, SpeedUnit::kFixed, 3.7633e+06},
}};
inline constexpr std::array<CostTerm, 18> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 3.7701e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 1.7073e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 1.6769},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.018139},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 24991},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 1.1819},
    {"generators", Count::kOne, SpeedUnit::kFixed, 9.6049e+05},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 145.25},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.71006},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.0019082},
    {"script", Count::kOne, SpeedUnit::kFixed, 3.4374e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.084034},
    {"script", Count::kPoints, SpeedUnit::kSquare, 0.85721},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.032494},
    {"points", Count::kOne, SpeedUnit::kFixed, 4.3563e+06},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.95292},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 35861},
    {"files", Count::kOne, SpeedUnit::kFixed, 36758},
}};
inline constexpr std::array<CostTerm, 1> kMemoryCosts{{
    {"peak", Count::kOne, SpeedUnit::kFixed, 1e8},
}};
// end fitted
// clang-format on

}  // namespace vouch
