// The leaves of the tables' lookup tree, straight from the witness' integers: a denominator is a
// small combination, at a fraction of a multiplication a term.
#pragma once

#include <span>

#include "circuit/tables.h"
#include "prove/ragged.h"
#include "prove/witness.h"

namespace vouch {

/// Entries of level 0 are written at most this many at a time.
constexpr size_t kMaxLeaves = 1024;

/// The lowest level of the tables' tree that is stored. To make level 1 again takes longer than to
/// read it; but of tables of millions of rows it is most of a proof's memory.
[[nodiscard]] inline unsigned first_stored_of_tables(const Columns& columns) {
  return columns.layout(Column::kM).elements() <= uint64_t{1} << 21 ? 1 : 2;
}

/// −m and the denominators of the tables' rows; (0, 1) where no row is.
class TableLeaves {
 public:
  TableLeaves(const Witness& witness, const RaggedLevels& levels,
              const LookupChallenges& challenges);
  void write(size_t begin, size_t count, Scalar* P, Scalar* Q) const;

 private:
  void write_multiplicities(std::span<const uint32_t> m, Scalar* P) const;
  void write_rows(size_t brick, uint32_t first, size_t count, Scalar* Q) const;
  void write_windows(size_t table, uint32_t first, size_t count, Scalar* Q) const;

  const Witness& witness_;
  const RaggedLevels& levels_;
  LookupChallenges challenges_;
  std::array<Scalar, 2> minus_row_;           // −1 and −γ
  std::vector<std::vector<uint8_t>> values_;  // of the circuit's tables, with fast rounding
  std::vector<std::vector<Scalar>> edges_;    // γE of a table of windows, from its first step on
};

}  // namespace vouch
