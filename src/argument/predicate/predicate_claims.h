// What a predicate of a hidden output claims of the columns (docs/protocol.md, section 21.4).
//
// Whatever is looked up for it is a linear functional of X and Y:
//
//   w = y − t + Σ_{j ≥ c} g_j + 255 − 256·h      h is the beginning of the ranking that t and g end
//   x = 255·(h + λ − 2μ)                         μ = h·λ
//   e = Σ_S h + 255 − 256·b,  or  y_class − threshold + 256 − 256·b
//
// so nothing is committed for w, x and e. Which classes h has, how many, and what their bits add up
// to are functionals of Y as well.
#pragma once

#include <span>

#include "argument/opening/opening.h"
#include "circuit/tables.h"

namespace vouch {

class PredicateClaims {
 public:
  /// `circuit` and `columns` are those of all inputs, the columns with the predicate, the result is
  /// valid for it. All must outlive this.
  PredicateClaims(const Circuit& circuit, const Columns& columns, const Predicate& predicate,
                  std::span<const uint8_t> result);

  /// q̃(r) = α − γ²·plain − Q
  [[nodiscard]] ColumnClaim lookups(std::span<const Scalar> r, const LookupChallenges& challenges,
                                    const Linear& Q) const;
  /// V -> P: a point of the inputs, and for kMembers one of h. Appends what the result claims.
  void result(Ledger& ledger, std::vector<ColumnClaim>& claims) const;

 private:
  using Axis = std::vector<Scalar>;
  class Claim;  ///< a claim under way

  void add_ranks(Claim& claim, const BrickEq& at) const;
  void add_decisions(Claim& claim, const Axis& inputs) const;
  void add_labelled(Claim& claim, const Axis& inputs) const;
  [[nodiscard]] ColumnClaim members(Ledger& ledger) const;
  [[nodiscard]] Axis bits() const;
  [[nodiscard]] Axis indicator(std::span<const uint16_t> classes) const;

  const Circuit& circuit_;
  const PredicateLayout& layout_;
  const Predicate& predicate_;
  std::span<const uint8_t> result_;
  size_t inputs_;
  size_t classes_;
};

/// How many claims result() appends.
[[nodiscard]] size_t result_claims(const Predicate& predicate);

}  // namespace vouch
