// The generators' side of the folding argument: cross terms without folding generators in every
// round.
//
// After r rounds on the same points P_0…P_{N−1} the folded generator i < N/2^r is Σ_j k_j·P_{i +
// j·N/2^r} with 2^r coefficients k_j that do not depend on i. So a round's cross terms are one
// multi-scalar multiplication over the original points; after kRounds of them the points are
// collapsed once, 2^kRounds to 1. Points past the end are absent (the identity).
#pragma once

#include <utility>
#include <vector>

#include "base/secret.h"
#include "group/generators.h"

namespace vouch {

class GeneratorFolding {
 public:
  /// `points`: the first of 2^bits, the others are absent. The span must stay valid until the first
  /// collapse.
  GeneratorFolding(std::span<const NielsPoint> points, unsigned bits);

  /// ⟨z_0, G_1⟩ and ⟨z_1, G_0⟩ for halves of z (current length) and of the folded generators.
  [[nodiscard]] std::pair<Point, Point> cross_terms(std::span<const Scalar> z) const;
  /// G ← q·G_0 + G_1.
  void fold(const Scalar& q);

 private:
  /// The terms of one of a round's cross terms.
  struct Side {
    SecretVector<Scalar> scalars;
    NielsTable points;
  };
  static constexpr unsigned kRounds = 4;
  [[nodiscard]] Side side(std::span<const Scalar> z, bool low) const;
  void collapse();

  std::span<const NielsPoint> points_;
  NielsTable collapsed_;
  size_t length_;  // of the folded generators, before `coefficients_`
  std::vector<Scalar> coefficients_{Scalar::one()};
};

/// Σ s_i·P_i on all threads.
[[nodiscard]] Point parallel_msm_vartime(std::span<const Scalar> s,
                                         std::span<const NielsPoint> points);

}  // namespace vouch
