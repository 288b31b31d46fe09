// The sumcheck of ⟨Ω, f⟩ of a column f that has few entries other than 0, and a functional of
// evaluations.
//
// While g variables are free at once, f is blocks of 2^g slots, of which only those with an entry
// matter: at most as many as there are entries, whatever the length of the column.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "argument/opening/opening.h"
#include "prove/array_pairs.h"
#include "prove/opening_cube.h"
#include "prove/slot_value.h"

namespace vouch {

class SparseSum final : public ColumnSumcheck {
 public:
  /// The functional has no brick terms.
  SparseSum(const SlotValues& entries, const Functional& functional);

  void add_grid(unsigned g, std::span<Scalar> grid) override;
  void bind(const Scalar& z) override;

 private:
  void make_blocks(unsigned g);
  /// Adds Ω of a block's 2^g slots.
  void add_coefficients(const EvaluationTerm& term, uint64_t block, unsigned g,
                        std::span<Scalar> out) const;

  std::vector<EvaluationTerm> evaluations_;
  SlotValues entries_;            // slots above the bound variables
  std::vector<uint64_t> blocks_;  // their numbers, and Ω and f on them, from the last add_grid on
  ArrayPair pair_;
  std::vector<Scalar> point_;  // what variables are bound to
  unsigned group_ = 0;         // how many are bound at once
  std::vector<Scalar> held_;   // values of those that are not bound yet
};

}  // namespace vouch
