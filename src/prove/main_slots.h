// The main tree's two lowest layers, straight from the witness' integers.
//
// A slot looks up a code and a remainder (with exact rounding, its upper limb, which is called R
// here too): Q_C = α − γ²·tag − X − γ·E, Q_R = α − γ²·range − R. Every
//
//     c·Q_C + r·Q_R + p·Q_C·Q_R + constant
//
// is an affine combination of the small integers X, E, R, R·X and R·E (what tag is, is the same for
// all slots of a tensor), and so is its value anywhere on the line through two slots, with the
// integers of both. One kernel makes them, at a fraction of a multiplication a term: the fraction
// of a slot, (Q_C + Q_R)/(Q_C·Q_R), takes no product of scalars, nor does what the first fold makes
// of two. The few slots of an exact circuit where E is no integer are put right afterwards.
#pragma once

#include "circuit/tables.h"
#include "field/kernels/slot_combination.h"
#include "prove/fraction_tree.h"
#include "prove/witness.h"

namespace vouch {

/// c·Q_C + r·Q_R + product·Q_C·Q_R + constant.
struct SlotForm {
  Scalar c{};
  Scalar r{};
  Scalar product{};
  Scalar constant{};
};

/// A form in the integers' terms: constant + Σ_k s[k]·column k + tag·(of_tag + of_R_tag·R), with E
/// = V − X.
struct SlotTerms {
  std::array<Scalar, SlotCombination::kColumns> s;
  Scalar of_tag;
  Scalar of_R_tag;
  Scalar constant;
  unsigned columns = 0;  ///< bit k: column k has a share

  [[nodiscard]] SlotTerms times(const Scalar& factor) const;
};

/// What all slots share.
class MainSlots {
 public:
  /// All references must outlive it.
  MainSlots(const Witness& witness, const RaggedLevels& levels, const LookupChallenges& challenges);

  /// The tree over the slots' fractions P/Q = (Q_C + Q_R)/(Q_C·Q_R). It refers to this object.
  [[nodiscard]] FractionTree tree() const;
  /// The children of its level 1, as FractionTree::children has them.
  [[nodiscard]] std::unique_ptr<RaggedSource> children(const Scalar& lambda) const;
  /// On level 0: A = λ·Q_C + 1, B = Q_R + 1/λ, with the summand A·B.
  [[nodiscard]] RaggedArrays bottom(const Scalar& lambda, const Scalar& lambda_inverse) const;

 private:
  friend class SlotBlock;
  friend class TaggedForm;
  class Children;
  class Bottom;

  [[nodiscard]] SlotTerms terms(const SlotForm& form) const;
  /// The form's value on pads.
  [[nodiscard]] Scalar pad(const SlotForm& form) const;

  const Witness& witness_;
  const RaggedLevels& levels_;
  LookupChallenges challenges_;
  std::array<Scalar, 3> scales_;  // of X, E and tag in −Q_C: 1, γ, γ²
  int32_t offset_;                // makes E non-negative
  std::vector<uint64_t> tags_;    // of pads, then of the tables in their order
  SlotTerms P_;
  SlotTerms Q_;
};

}  // namespace vouch
