#include "dense/opening.h"

#include "base/parallel.h"
#include "dense/bilinear.h"

namespace vouch::dense {

bool takes_part(const Projections& projections, size_t i, uint64_t j) {
  bool all = true;
  for (size_t block = 0; block < Projections::kBlocks; ++block) {
    const unsigned bits = projections.block_bits()[block];
    all = all && projections.contains(i, block, j & ((uint64_t{1} << bits) - 1));
    j >>= bits;
  }
  return all;
}

void DenseOpening::begin(std::span<const Functional> functionals, unsigned /*rounds*/) {
  functionals_.assign(functionals.begin(), functionals.end());
  parts_.resize(columns_.size());
  for (size_t c = 0; c < columns_.size(); ++c) {
    const Layout& layout = *columns_[c].layout;
    Part& part = parts_[c];
    part.column = values_[c];
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
    for (const ProjectionTerm& term : functionals[c].projections) {
      for (size_t i = 0; i < term.coefficients.size(); ++i) {
        for (uint64_t j = 0; j < part.omega.size(); ++j) {
          if (takes_part(*term.projections, i, j)) {
            part.omega[j] += term.coefficients[i];
          }
        }
      }
    }
  }
}

DenseOpening::Kind DenseOpening::kind(const ColumnShape& column, unsigned round) const {
  if (round < column.kappa) {
    return Kind::kOwn;
  }
  const unsigned kappa = max_kappa(columns_);
  if (round < kappa) {
    return Kind::kMid;
  }
  return round < kappa + column.row_bits() ? Kind::kOwn : Kind::kPre;
}

// The variable of `round` bound to z. Both factors are 0 unless it is 0 (mid), or only Ω is (pre):
// (1 − z)² or 1 − z.
DenseOpening::Part DenseOpening::bound(const ColumnShape& column, Part part, unsigned round,
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
  parallel_for(q.size(), 1, [&](size_t begin, size_t end) {
    for (size_t t = begin; t < end; ++t) {
      q[t] = lie_;
      for (size_t c = 0; c < columns_.size(); ++c) {
        Part part = parts_[c];
        size_t rest = t;
        for (unsigned i = 0; i < variables; ++i, rest /= 3) {
          part = bound(columns_[c], std::move(part), round_ + i, Scalar::from_u64(rest % 3));
        }
        for (size_t i = 0; i < part.omega.size(); ++i) {
          q[t] += part.factor * part.omega[i] * part.column[i];
        }
      }
    }
  });
}

void DenseOpening::bind(const Scalar& z) {
  for (size_t c = 0; c < columns_.size(); ++c) {
    parts_[c] = bound(columns_[c], std::move(parts_[c]), round_, z);
  }
  if (on_challenge) {
    on_challenge(round_, z);
  }
  ++round_;
}

}  // namespace vouch::dense
