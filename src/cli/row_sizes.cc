#include "cli/row_sizes.h"

#include <algorithm>
#include <initializer_list>

#include "argument/statement.h"

namespace vouch {
namespace {

constexpr uint64_t kBytesForHalfTheTime = 1024;

// bytes(κ), or nothing for the others.
uint64_t bytes_of(const Columns& columns, std::initializer_list<Column> of, unsigned kappa) {
  uint64_t rows = 0;
  for (const Column column : of) {
    rows += present_row_count(columns, column);
  }
  return kPointBytes * (rows + uint64_t{2} * kappa);
}

// `bytes(κ)` for κ = kMinChosenKappa…most.
template <class BytesAt>
uint8_t smallest_good(unsigned most, const BytesAt& bytes) {
  uint64_t least = UINT64_MAX;
  for (unsigned kappa = kMinChosenKappa; kappa <= most; ++kappa) {
    least = std::min(least, bytes(kappa));
  }
  unsigned kappa = kMinChosenKappa;
  while (bytes(kappa) > least + kBytesForHalfTheTime) {
    ++kappa;
  }
  return static_cast<uint8_t>(kappa);
}

}  // namespace

void choose_row_sizes(Circuit& circuit) {
  const auto at = [&](unsigned model_kappa, unsigned proof_kappa) {
    Circuit changed = circuit;
    changed.model_kappa = static_cast<uint8_t>(model_kappa);
    changed.proof_kappa = static_cast<uint8_t>(proof_kappa);
    return Columns(changed);
  };
  circuit.proof_kappa = smallest_good(kMaxChosenProofKappa, [&](unsigned kappa) {
    return bytes_of(at(kappa, kappa), {Column::kX, Column::kE, Column::kM, Column::kD}, kappa);
  });
  const unsigned most = std::min(kMaxChosenModelKappa, unsigned{circuit.proof_kappa});
  circuit.model_kappa = smallest_good(most, [&](unsigned kappa) {
    return bytes_of(at(kappa, kappa), {Column::kW, Column::kB}, kappa);
  });
}

}  // namespace vouch
