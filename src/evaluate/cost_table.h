// The constants of the cost model (estimate.h): how much of which kernel's work each step takes for
// each thing counted. Fitted to measured proofs by tools/fit_estimate.py, which writes everything
// between the two marks; after the prover has become faster, run it again.
#pragma once

#include <array>

#include "evaluate/proof_counts.h"

namespace vouch {

/// What a coefficient is multiplied by: measured on the machine, or nothing (1 ns).
enum class SpeedUnit : uint8_t { kFixed, kField, kGroup, kSquare, kSerial, kInteger };

struct CostTerm {
  const char* step;
  Count count;
  SpeedUnit unit;
  double coefficient;
};

// clang-format off
// begin fitted
inline constexpr std::array<CostTerm, 1> kProveCosts{{
    {"other", Count::kOne, SpeedUnit::kFixed, 0},
}};
inline constexpr std::array<CostTerm, 1> kVerifyCosts{{
    {"other", Count::kOne, SpeedUnit::kFixed, 0},
}};
// end fitted
// clang-format on

}  // namespace vouch
