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
// A fast proof's rows are worth this many generators each (profile.h).
constexpr uint64_t kGeneratorsForRow = 40;
// Fast proofs: messages of two variables where at most 2^10 values are left; small ones: of
// up to six, and of some from 2^19 values on. More would cost more slots than there are generators.
constexpr RoundGroups kFastGroups{12, 2};
constexpr RoundGroups kSmallGroups{21, 6};

uint64_t rows_of(const Columns& columns, std::initializer_list<Column> of) {
  uint64_t rows = 0;
  for (const Column column : of) {
    rows += present_row_count(columns, column);
  }
  return rows;
}

// 32 bytes a row, and two points a round of folding.
uint64_t bytes_of(const Columns& columns, std::initializer_list<Column> of, unsigned kappa) {
  return kPointBytes * (rows_of(columns, of) + uint64_t{2} * kappa);
}

// The smallest κ whose cost is the least.
template <class CostAt>
uint8_t cheapest(unsigned most, const CostAt& cost) {
  unsigned best = kLeastKappa;
  for (unsigned kappa = kLeastKappa + 1; kappa <= most; ++kappa) {
    if (cost(kappa) < cost(best)) {
      best = kappa;
    }
  }
  return static_cast<uint8_t>(best);
}

}  // namespace

void choose_model_rows(Circuit& circuit) {
  const auto columns_at = [&](unsigned kappa) {
    Circuit changed = circuit;
    changed.model_kappa = changed.input_kappa = static_cast<uint8_t>(kappa);
    return Columns(changed, kappa);
  };
  const auto fewest_bytes = [&](unsigned most, std::initializer_list<Column> of) {
    return cheapest(most, [&](unsigned kappa) { return bytes_of(columns_at(kappa), of, kappa); });
  };
  // Longer rows than a fast proof's would make it slower.
  const unsigned most = choose_shape(circuit, Profile::kFast, 1).kappa;
  const uint8_t model = fewest_bytes(std::min(most, kMostModelKappa), {Column::kW, Column::kB});
  circuit.input_kappa = fewest_bytes(most, {Column::kD});
  circuit.model_kappa = model;
}

ProofShape choose_shape(const Circuit& circuit, Profile profile, uint16_t pictures) {
  const Circuit all = with_pictures(circuit, pictures);
  const bool fast = profile == Profile::kFast;
  const unsigned doublings = std::bit_width(unsigned{pictures}) - 1U;
  const unsigned most =
      fast ? std::min(kMostFastKappa + doublings, kMostSmallKappa) : kMostSmallKappa;
  const std::initializer_list<Column> committed{Column::kX, Column::kE, Column::kL, Column::kM};
  ProofShape shape;
  shape.kappa = cheapest(most, [&](unsigned kappa) {
    const Columns columns(all, kappa);
    return fast ? (uint64_t{1} << kappa) + kGeneratorsForRow * rows_of(columns, committed)
                : bytes_of(columns, committed, kappa);
  });
  shape.groups = fast ? kFastGroups : kSmallGroups;
  shape.pictures = pictures;
  return shape;
}

}  // namespace vouch
