// Linear functionals of committed columns.
//
// Everything that the argument learns about a column f is of the form ⟨Ω, f⟩ = y, where Ω is a sum
// of three kinds of terms: evaluations, terms of rank one over the axes of a brick, and random
// projections. A verifier evaluates Ω̃ at a point in time proportional to the channels and never to
// the activations or weights.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "circuit/layout.h"
#include "poly/projections.h"

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

/// Σ_i coefficients[i]·p_i(f) over the projections p_i of the whole index space.
struct ProjectionTerm {
  std::vector<Scalar> coefficients;
  std::shared_ptr<const Projections> projections;
};

struct Functional {
  std::vector<EvaluationTerm> evaluations;
  std::vector<BrickTerm> bricks;
  std::vector<ProjectionTerm> projections;
  [[nodiscard]] bool empty() const {
    return evaluations.empty() && bricks.empty() && projections.empty();
  }
};

/// Ω̃(point): the multilinear extension of the functional's coefficients. point has layout.bits()
/// entries.
[[nodiscard]] Scalar evaluate(const Functional& functional, const Layout& layout,
                              std::span<const Scalar> point);

/// Σ of all of the term's coefficients.
[[nodiscard]] Scalar total(const BrickTerm& term);

/// Multiplies the term's coefficients by `scale`.
void scale_term(BrickTerm& term, const Scalar& scale);
/// The same with all terms.
void scale_terms(Functional& functional, const Scalar& scale);

}  // namespace vouch
