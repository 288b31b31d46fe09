#include "dense/opening.h"

#include "dense/bilinear.h"

namespace vouch::dense {

void DenseOpening::begin(std::span<const Functional> functionals, unsigned /*rounds*/) {
  functionals_.assign(functionals.begin(), functionals.end());
  for (const Column column : kAllColumns) {
    const auto c = static_cast<size_t>(column);
    const Layout& layout = columns_.layout(column);
    Part& part = parts_[c];
    part.column = witness_[column];
    part.omega.assign(part.column.size(), Scalar::zero());
    for (const EvaluationTerm& term : functionals[c].evaluations) {
      const auto eq = eq_table(term.point, term.scale);
      for (size_t i = 0; i < eq.size(); ++i) {
        part.omega[i] += eq[i];
      }
    }
    for (const BrickTerm& term : functionals[c].bricks) {
      const Brick& brick = layout.bricks()[term.brick];
      for (const Element& e : elements_of(brick.extents)) {
        part.omega[slot_of(brick, e)] +=
            term.axes[0][e[0]] * term.axes[1][e[1]] * term.axes[2][e[2]] * term.axes[3][e[3]];
      }
    }
  }
}

DenseOpening::Kind DenseOpening::kind(Column column, unsigned round) const {
  if (round < columns_.kappa(column)) {
    return Kind::kOwn;
  }
  if (round < columns_.max_kappa()) {
    return Kind::kMid;
  }
  return round < columns_.max_kappa() + columns_.row_bits(column) ? Kind::kOwn : Kind::kPre;
}

// The variable of `round` bound to z. Both factors are 0 unless it is 0 (mid), or only Ω is (pre):
// (1 − z)² or 1 − z.
DenseOpening::Part DenseOpening::bound(Column column, Part part, unsigned round,
                                       const Scalar& z) const {
  const Scalar rest = Scalar::one() - z;
  if (kind(column, round) == Kind::kOwn) {
    bind_lowest(part.omega, z);
    bind_lowest(part.column, z);
  } else {
    part.factor *= kind(column, round) == Kind::kMid ? rest.square() : rest;
  }
  return part;
}

void DenseOpening::round(unsigned variables, std::span<Scalar> q) {
  lie_ *= Scalar::from_u64(uint64_t{1} << variables).inverse();
  for (size_t t = 0; t < q.size(); ++t) {
    q[t] = lie_;
    for (const Column column : kAllColumns) {
      Part part = parts_[static_cast<size_t>(column)];
      size_t rest = t;
      for (unsigned i = 0; i < variables; ++i, rest /= 3) {
        part = bound(column, std::move(part), round_ + i, Scalar::from_u64(rest % 3));
      }
      for (size_t i = 0; i < part.omega.size(); ++i) {
        q[t] += part.factor * part.omega[i] * part.column[i];
      }
    }
  }
}

void DenseOpening::bind(const Scalar& z) {
  for (const Column column : kAllColumns) {
    Part& part = parts_[static_cast<size_t>(column)];
    part = bound(column, std::move(part), round_, z);
  }
  if (on_challenge) {
    on_challenge(round_, z);
  }
  ++round_;
}

}  // namespace vouch::dense
