// Linear functionals of committed columns.
//
// Everything that the argument learns about a column f is of the form ⟨Ω, f⟩ = y, where Ω is a sum
// of two kinds of terms, each of rank one over the axes of a brick, so that a verifier evaluates Ω̃
// at a point in time proportional to the channels and never to the activations.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "circuit/layout.h"

namespace vouch {

/// Σ over the elements of one brick of axes[0][o]·axes[1][a]·axes[2][b]·axes[3][c]·f[element]; the
/// lengths of the axes are the brick's extents.
struct BrickTerm {
  size_t brick = 0;
  std::array<std::vector<Scalar>, 4> axes;
};

/// scale · Σ over the whole index space of eq(point, i)·f[i] = scale · f̃(point).
struct EvaluationTerm {
  Scalar scale;
  std::vector<Scalar> point;
};

struct Functional {
  std::vector<EvaluationTerm> evaluations;
  std::vector<BrickTerm> bricks;
  [[nodiscard]] bool empty() const { return evaluations.empty() && bricks.empty(); }
};

/// Ω̃(point): the multilinear extension of the functional's coefficients. point has layout.bits()
/// entries.
[[nodiscard]] Scalar evaluate(const Functional& functional, const Layout& layout,
                              std::span<const Scalar> point);

/// Σ of all of the term's coefficients.
[[nodiscard]] Scalar total(const BrickTerm& term);

/// Multiplies the term's coefficients by `scale`.
void scale_term(BrickTerm& term, const Scalar& scale);

}  // namespace vouch
