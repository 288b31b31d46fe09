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
inline constexpr std::array<CostTerm, 32> kProveCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 7.804e+06},
    {"process", Count::kWeights, SpeedUnit::kFixed, 5.9838},
    {"model", Count::kOne, SpeedUnit::kFixed, 5.5657e+05},
    {"model", Count::kWeights, SpeedUnit::kFixed, 11.184},
    {"model", Count::kWideWeights, SpeedUnit::kFixed, 21.839},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 68274},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 3.2004},
    {"generators", Count::kOne, SpeedUnit::kFixed, 1.7697e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 109.35},
    {"network", Count::kOne, SpeedUnit::kFixed, 2.9798e+06},
    {"network", Count::kMultiplyAdds, SpeedUnit::kInteger, 0.66373},
    {"network", Count::kActivations, SpeedUnit::kFixed, 8.6284},
    {"network", Count::kLowLimbs, SpeedUnit::kFixed, 7.4071},
    {"commitments", Count::kActivations, SpeedUnit::kGroup, 2.0114},
    {"commitments", Count::kTableRows, SpeedUnit::kGroup, 0.49019},
    {"commitments", Count::kLowSlots, SpeedUnit::kGroup, 1.3315},
    {"lookups", Count::kActivations, SpeedUnit::kField, 5.8635},
    {"lookups", Count::kSlots, SpeedUnit::kField, 2.1875},
    {"lookups", Count::kGrids, SpeedUnit::kField, 2.6785},
    {"lookups", Count::kTableRows, SpeedUnit::kField, 7.072},
    {"lookups", Count::kLowSlots, SpeedUnit::kField, 3.9275},
    {"products", Count::kWeights, SpeedUnit::kField, 1.1636},
    {"products", Count::kActivations, SpeedUnit::kField, 0.47183},
    {"products", Count::kOne, SpeedUnit::kFixed, 1.8937e+06},
    {"products", Count::kWideWeights, SpeedUnit::kField, 1.0293},
    {"opening", Count::kSlots, SpeedUnit::kField, 1.0019},
    {"opening", Count::kWeights, SpeedUnit::kField, 0.58825},
    {"opening", Count::kRow, SpeedUnit::kField, 11.344},
    {"opening", Count::kTableRows, SpeedUnit::kField, 0.51618},
    {"opening", Count::kLowSlots, SpeedUnit::kField, 0.8602},
    {"folding", Count::kGenerators, SpeedUnit::kGroup, 242.16},
    {"writing", Count::kOne, SpeedUnit::kFixed, 2.2661e+06},
}};
inline constexpr std::array<CostTerm, 19> kVerifyCosts{{
    {"process", Count::kOne, SpeedUnit::kFixed, 4.6093e+06},
    {"model", Count::kOne, SpeedUnit::kFixed, 2.2779e+06},
    {"model", Count::kModelPoints, SpeedUnit::kSquare, 1.4805},
    {"model", Count::kAxes, SpeedUnit::kSquare, 0.029851},
    {"pictures", Count::kOne, SpeedUnit::kFixed, 38340},
    {"pictures", Count::kInputs, SpeedUnit::kFixed, 1.0755},
    {"generators", Count::kOne, SpeedUnit::kFixed, 2.0995e+06},
    {"generators", Count::kGenerators, SpeedUnit::kFixed, 106.57},
    {"rows", Count::kPoints, SpeedUnit::kSquare, 0.67854},
    {"rows", Count::kInputs, SpeedUnit::kSerial, 0.0030131},
    {"script", Count::kOne, SpeedUnit::kFixed, 2.8424e+06},
    {"script", Count::kAxes, SpeedUnit::kSquare, 0.19268},
    {"script", Count::kPoints, SpeedUnit::kSquare, 0.37348},
    {"equation", Count::kGenerators, SpeedUnit::kSerial, 0.023269},
    {"points", Count::kOne, SpeedUnit::kFixed, 2.8971e+06},
    {"points", Count::kGenerators, SpeedUnit::kSerial, 0.47987},
    {"points", Count::kPoints, SpeedUnit::kSerial, 4.5732},
    {"decoding", Count::kOne, SpeedUnit::kFixed, 40767},
    {"files", Count::kOne, SpeedUnit::kFixed, 46409},
}};
inline constexpr std::array<CostTerm, 8> kMemoryCosts{{
    {"peak", Count::kOne, SpeedUnit::kFixed, 1.8233e+07},
    {"peak", Count::kActivations, SpeedUnit::kFixed, 30.891},
    {"peak", Count::kSlots, SpeedUnit::kFixed, 13.341},
    {"peak", Count::kWeights, SpeedUnit::kFixed, 13.249},
    {"peak", Count::kTableRows, SpeedUnit::kFixed, 81.706},
    {"peak", Count::kRow, SpeedUnit::kFixed, 678.93},
    {"peak", Count::kLowLimbs, SpeedUnit::kFixed, 31.304},
    {"peak", Count::kLowSlots, SpeedUnit::kFixed, 13.763},
}};
// end fitted
// clang-format on

}  // namespace vouch
