#include "prove/profile.h"

#include <algorithm>
#include <bit>
#include <initializer_list>

#include "argument/statement.h"

namespace vouch {
namespace {

constexpr unsigned kLeastKappa = 10;
constexpr unsigned kMostModelKappa = 14;
constexpr unsigned kMostFastKappa = 15;
constexpr unsigned kMostSmallKappa = 18;
constexpr uint64_t kBytesForHalfTheTime = 1024;
// Fast proofs: messages of up to four variables where at most 2^14 values are left; small ones: of
// up to six, and of some from 2^19 values on. More would cost more slots than there are generators.
constexpr RoundGroups kFastGroups{16, 4};
constexpr RoundGroups kSmallGroups{21, 6};

uint64_t bytes_of(const Columns& columns, std::initializer_list<Column> of, unsigned kappa) {
  uint64_t rows = 0;
  for (const Column column : of) {
    rows += present_row_count(columns, column);
  }
  return kPointBytes * (rows + uint64_t{2} * kappa);
}

// The smallest κ whose bytes(κ) are within the tolerance.
template <class BytesAt>
uint8_t smallest_good(unsigned most, uint64_t tolerance, const BytesAt& bytes) {
  uint64_t least = UINT64_MAX;
  for (unsigned kappa = kLeastKappa; kappa <= most; ++kappa) {
    least = std::min(least, bytes(kappa));
  }
  unsigned kappa = kLeastKappa;
  while (bytes(kappa) > least + tolerance) {
    ++kappa;
  }
  return static_cast<uint8_t>(kappa);
}

}  // namespace

void choose_model_rows(Circuit& circuit) {
  const auto columns_at = [&](unsigned kappa) {
    Circuit changed = circuit;
    changed.model_kappa = changed.input_kappa = static_cast<uint8_t>(kappa);
    return Columns(changed, kappa);
  };
  const uint8_t model = smallest_good(kMostModelKappa, kBytesForHalfTheTime, [&](unsigned kappa) {
    return bytes_of(columns_at(kappa), {Column::kW, Column::kB}, kappa);
  });
  // No longer than the rows of fast proofs, they cost a verifier no time.
  const unsigned most = choose_shape(circuit, Profile::kFast, 1).kappa;
  circuit.input_kappa = smallest_good(
      most, 0, [&](unsigned kappa) { return bytes_of(columns_at(kappa), {Column::kD}, kappa); });
  circuit.model_kappa = model;
}

ProofShape choose_shape(const Circuit& circuit, Profile profile, uint16_t pictures) {
  const Circuit all = with_pictures(circuit, pictures);
  const bool fast = profile == Profile::kFast;
  const unsigned doublings = std::bit_width(unsigned{pictures}) - 1U;
  const unsigned most =
      fast ? std::min(kMostFastKappa + doublings, kMostSmallKappa) : kMostSmallKappa;
  ProofShape shape;
  shape.kappa = smallest_good(most, fast ? kBytesForHalfTheTime : 0, [&](unsigned kappa) {
    return bytes_of(Columns(all, kappa), {Column::kX, Column::kE, Column::kL, Column::kM}, kappa);
  });
  shape.groups = fast ? kFastGroups : kSmallGroups;
  shape.pictures = pictures;
  return shape;
}

}  // namespace vouch
