#include "circuit/functional.h"

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {

Scalar evaluate(const Functional& functional, const Layout& layout, std::span<const Scalar> point) {
  VOUCH_CHECK(point.size() == layout.bits());
  Scalar sum;
  for (const EvaluationTerm& term : functional.evaluations) {
    sum += term.scale * eq_points(term.point, point);
  }
  for (const BrickTerm& term : functional.bricks) {
    const BrickEq eq = brick_eq(layout.bricks()[term.brick], point);
    Scalar product = Scalar::one();
    for (size_t axis = 0; axis < 4; ++axis) {
      VOUCH_CHECK(term.axes[axis].size() == eq.axes[axis].size());
      product *= kernels().inner_product(term.axes[axis].data(), eq.axes[axis].data(),
                                         eq.axes[axis].size());
    }
    sum += product;
  }
  for (const ProjectionTerm& term : functional.projections) {
    sum += term.projections->evaluate(term.coefficients, point);
  }
  return sum;
}

Scalar total(const BrickTerm& term) {
  Scalar product = Scalar::one();
  for (const auto& axis : term.axes) {
    Scalar sum;
    for (const Scalar& x : axis) {
      sum += x;
    }
    product *= sum;
  }
  return product;
}

void scale_term(BrickTerm& term, const Scalar& scale) {
  for (Scalar& x : term.axes[0]) {
    x *= scale;
  }
}

void scale_terms(Functional& functional, const Scalar& scale) {
  for (EvaluationTerm& term : functional.evaluations) {
    term.scale *= scale;
  }
  for (BrickTerm& term : functional.bricks) {
    scale_term(term, scale);
  }
  for (ProjectionTerm& term : functional.projections) {
    kernels().scale(term.coefficients.data(), term.coefficients.data(), scale,
                    term.coefficients.size());
  }
}

}  // namespace vouch
