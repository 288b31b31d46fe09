// A tree of fractions over a ragged layout, and its layers' sumchecks.
//
// Node j of level f + 1 is the sum of the fractions 2j and 2j + 1 of level f:
// P = P_0·Q_1 + P_1·Q_0, Q = Q_0·Q_1. The lowest levels, the largest, are made from level 0
// whenever they are read (for building the level above, and for its sumcheck); the others are
// stored and freed on the way down. Where there is no element the fraction is one constant per
// level: (p, q) → (2pq, q²).
#pragma once

#include <memory>

#include "prove/ragged_arrays.h"

namespace vouch {

class FractionTree {
 public:
  /// Writes P and Q of stored entries [begin, begin + count) of level 0, extra pads included.
  using Leaves = std::function<void(size_t begin, size_t count, Scalar* P, Scalar* Q)>;

  /// Levels from `first_stored` ≥ 1 on are stored. If there are `sums`, they write the sums of the
  /// fractions begin + 2i and begin + 2i + 1 of level 0 for i < count, in their own way.
  FractionTree(const RaggedLevels& levels, Leaves leaves, const Scalar& pad_P, const Scalar& pad_Q,
               unsigned first_stored = 1, Leaves sums = {});

  [[nodiscard]] Scalar root_P() const { return nodes_.back().P[0]; }
  [[nodiscard]] Scalar root_Q() const { return nodes_.back().Q[0]; }

  /// The children of level f's nodes (1 ≤ f ≤ n), as functions on level f: P_0, Q_0, M = P_1 +
  /// λ·Q_1, Q_1. A pair's summand is P_0·Q_1 + Q_0·M. The tree must outlive the arrays' folds that
  /// are not stored and one more.
  [[nodiscard]] RaggedArrays children(unsigned f, const Scalar& lambda) const;
  /// The same from a source that makes level f's children in another way.
  [[nodiscard]] RaggedArrays children(unsigned f, const Scalar& lambda,
                                      std::unique_ptr<RaggedSource> source) const;
  /// Frees the stored levels f and above.
  void release(unsigned f) { nodes_.resize(f); }

 private:
  class Children;
  struct Nodes {
    Buffer<Scalar> P;
    Buffer<Scalar> Q;
    Scalar pad_P;
    Scalar pad_Q;
  };
  void build_level(unsigned f);
  /// Fractions [begin, begin + count) of level f, extra pads included, copied or made.
  void read(unsigned f, size_t begin, size_t count, Scalar* P, Scalar* Q) const;
  /// The same from the fractions of level f − 1.
  void combine(unsigned f, size_t begin, size_t count, Scalar* P, Scalar* Q) const;

  const RaggedLevels& levels_;
  Leaves leaves_;
  Leaves sums_;
  unsigned first_stored_;
  std::vector<Nodes> nodes_;  // [f]; those that are not stored have pads only
};

}  // namespace vouch
