// The sumcheck of ⟨Ω, f⟩ = Σ_slots Ω·f, one column f of the witness and one functional Ω.
//
// On a brick of height h, slot = offset + o·2^h + p, each term of Ω is of rank one,
// outer[o]·inner[p] (an evaluation's, too). As long as variables of p are free, the sum over o can
// come first:
//
//     Σ_{o,p} outer[o]·inner[p]·f[o,p] = Σ_p inner[p]·Y[p]          Y[p] = Σ_o outer[o]·f[o,p]
//
// so a term is a pair of arrays of 2^h entries, whatever the number of channels, and Y costs one
// small-integer multiply-add an element. With all of p bound to z the brick is short: one entry a
// channel,
//
//     f[o] = Σ_p eq(z, p)·f[o,p]          Ω[o] = Σ_terms outer[o]·inner(z)
//
// and all short bricks together are one more pair of arrays, of the slots behind the tall bricks.
// If g variables are free at once, bricks become short while they have fewer than g of their own.
#pragma once

#include "circuit/functional.h"
#include "prove/array_pairs.h"
#include "prove/brick_integers.h"
#include "prove/opening_cube.h"

namespace vouch {

class ColumnSum final : public ColumnSumcheck {
 public:
  ColumnSum(const Witness& witness, Column column, const Functional& functional);

  void add_grid(unsigned g, std::span<Scalar> grid) override;
  void bind(const Scalar& z) override;

 private:
  struct Term {
    std::vector<Scalar> outer;
    ArrayPair inner;  ///< inner[p] and Y[p]
  };
  struct TallBrick {
    size_t number = 0;
    Brick brick;
    std::vector<Term> terms;
  };

  [[nodiscard]] BrickIntegers integers(const TallBrick& b) const;
  [[nodiscard]] unsigned bound() const { return static_cast<unsigned>(point_.size()); }
  [[nodiscard]] Scalar pad_coefficient(uint64_t index) const;
  [[nodiscard]] std::vector<ArrayPair*> arrays();
  void add_evaluation(const EvaluationTerm& term);
  void make_evaluations(TallBrick& tall) const;
  void make_terms(const Functional& functional);
  void sum_outer_entries();
  void shorten(unsigned g);
  void add_coefficients(const TallBrick& b, std::span<Scalar> out) const;
  void fold_elements(std::span<const TallBrick> bricks, std::span<Scalar> out) const;

  const Witness& witness_;
  Column column_;
  const Layout& layout_;
  std::vector<EvaluationTerm> evaluations_;  // at different points
  std::vector<TallBrick> tall_;              // in order of offsets
  ArrayPair short_;                          // Ω and f from index short_first_ on
  uint64_t short_first_ = 0;
  std::vector<Scalar> point_;  // what variables are bound to
  unsigned group_ = 0;         // how many are bound at once
  std::vector<Scalar> held_;   // values of those that are not bound yet
};

}  // namespace vouch
