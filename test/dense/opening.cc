#include "dense/opening.h"

#include "dense/bilinear.h"

namespace vouch::dense {

void DenseOpening::begin(const std::array<Functional, kColumns>& functionals, unsigned /*rounds*/) {
  functionals_ = functionals;
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

DenseOpening::Kind DenseOpening::kind(Column column) const {
  if (round_ < columns_.kappa(column)) {
    return Kind::kOwn;
  }
  if (round_ < columns_.max_kappa()) {
    return Kind::kMid;
  }
  return round_ < columns_.max_kappa() + columns_.row_bits(column) ? Kind::kOwn : Kind::kPre;
}

void DenseOpening::round(std::span<Scalar> q) {
  const Scalar half = Scalar::from_u64(2).inverse();
  lie_ *= half;
  for (Scalar& x : q) {
    x = lie_;
  }
  for (const Column column : kAllColumns) {
    const Part& part = parts_[static_cast<size_t>(column)];
    if (kind(column) == Kind::kOwn) {
      for (size_t i = 0; i < part.omega.size() / 2; ++i) {
        for (uint64_t t = 0; t < 3; ++t) {
          const Scalar x = Scalar::from_u64(t);
          const auto line = [&](const std::vector<Scalar>& f) {
            return f[2 * i] + x * (f[2 * i + 1] - f[2 * i]);
          };
          q[t] += part.factor * line(part.omega) * line(part.column);
        }
      }
      continue;
    }
    Scalar sum;
    for (size_t i = 0; i < part.omega.size(); ++i) {
      sum += part.factor * part.omega[i] * part.column[i];
    }
    // Both factors are 0 unless the variable is (mid), or only Ω is (pre): (1 − t)² or 1 − t.
    q[0] += sum;
    q[2] += kind(column) == Kind::kMid ? sum : -sum;
  }
}

void DenseOpening::bind(const Scalar& z) {
  const Scalar rest = Scalar::one() - z;
  for (const Column column : kAllColumns) {
    Part& part = parts_[static_cast<size_t>(column)];
    if (kind(column) == Kind::kOwn) {
      bind_lowest(part.omega, z);
      bind_lowest(part.column, z);
    } else {
      part.factor *= kind(column) == Kind::kMid ? rest.square() : rest;
    }
  }
  if (on_challenge) {
    on_challenge(round_, z);
  }
  ++round_;
}

}  // namespace vouch::dense
