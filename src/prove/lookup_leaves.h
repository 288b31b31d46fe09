// The leaves of the lookup trees, straight from the witness' integers.
//
// A denominator is a small combination: Q_C = (α − γ²·tag) − X − γ·E, Q_R = (α − γ²·range) − R. So
// is every a·Q + b that the prover wants of it, with other scalars: one kernel makes them all, at a
// fraction of a multiplication each.
#pragma once

#include "circuit/tables.h"
#include "prove/ragged.h"
#include "prove/witness.h"

namespace vouch {

/// What is wanted of a denominator Q: scale·Q + shift.
struct Affine {
  Scalar scale = Scalar::one();
  Scalar shift;
  [[nodiscard]] Scalar operator()(const Scalar& Q) const { return scale * Q + shift; }
};

/// Entries of level 0 are written at most this many at a time.
constexpr size_t kMaxLeaves = 512;

/// Q_C and Q_R of the activations' slots.
class MainLeaves {
 public:
  /// All references must outlive it.
  MainLeaves(const Witness& witness, const RaggedLevels& levels, const LookupChallenges& challenges,
             const Affine& c, const Affine& r);
  /// Stored entries [begin, begin + count) of level 0, extra pads included; count ≤ kMaxLeaves.
  void write(size_t begin, size_t count, Scalar* C, Scalar* R) const;
  [[nodiscard]] const Scalar& pad_C() const { return pad_C_; }
  [[nodiscard]] const Scalar& pad_R() const { return pad_R_; }

 private:
  const Witness& witness_;
  const RaggedLevels& levels_;
  std::vector<Scalar> clamp_;          // a·(α − γ²·tag) + b by clamp table
  std::array<Scalar, 2> code_scales_;  // of X and E
  Scalar remainder_scale_;
  Scalar pad_C_;
  Scalar pad_R_;
};

/// Q of the input's slots.
class InputLeaves {
 public:
  InputLeaves(const Witness& witness, const RaggedLevels& levels,
              const LookupChallenges& challenges);
  void write(size_t begin, size_t count, Scalar* Q) const;
  [[nodiscard]] const Scalar& pad() const { return pad_; }

 private:
  const Witness& witness_;
  const RaggedLevels& levels_;
  Scalar pad_;
};

/// −m and the denominators of the tables' rows; (0, 1) where no row is.
class TableLeaves {
 public:
  TableLeaves(const Witness& witness, const RaggedLevels& levels,
              const LookupChallenges& challenges);
  void write(size_t begin, size_t count, Scalar* P, Scalar* Q) const;

 private:
  void write_rows(size_t brick, uint32_t first, size_t count, Scalar* Q) const;

  const Witness& witness_;
  const RaggedLevels& levels_;
  LookupChallenges challenges_;
  std::array<Scalar, 2> minus_m_;    // −1 and −2^16
  std::array<Scalar, 2> minus_row_;  // −1 and −γ
};

}  // namespace vouch
