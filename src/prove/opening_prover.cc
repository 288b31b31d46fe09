#include "prove/opening_prover.h"

#include <algorithm>

#include "base/check.h"

namespace vouch {

void BrickOpeningProver::begin(const std::array<Functional, kColumns>& functionals,
                               unsigned /*rounds*/) {
  for (const Column column : kAllColumns) {
    const Functional& functional = functionals[static_cast<size_t>(column)];
    if (!functional.empty()) {
      parts_.push_back({column, ColumnSum(witness_, column, functional)});
    }
  }
}

BrickOpeningProver::Kind BrickOpeningProver::kind(Column column, unsigned round) const {
  const Columns& columns = witness_.columns();
  const unsigned first_row = columns.max_kappa();
  if (round < first_row) {
    return round < columns.kappa(column) ? Kind::kOwn : Kind::kMid;
  }
  return round - first_row < columns.row_bits(column) ? Kind::kOwn : Kind::kPre;
}

void BrickOpeningProver::group(unsigned g, std::span<Scalar> q) {
  VOUCH_CHECK(q.size() == grid_size(g));
  std::fill(q.begin(), q.end(), Scalar::zero());
  for (Part& part : parts_) {
    std::vector<Kind> kinds;
    for (unsigned i = 0; i < g; ++i) {
      kinds.push_back(kind(part.column, round_ + i));
    }
    const auto own = static_cast<unsigned>(std::count(kinds.begin(), kinds.end(), Kind::kOwn));
    std::vector<Scalar> grid(grid_size(own));
    part.sum.add_grid(own, grid);
    for (size_t t = 0; t < q.size(); ++t) {
      size_t at = 0;  // of the own variables among t
      size_t place = 1;
      Scalar factor = part.factor;
      size_t rest = t;
      for (const Kind k : kinds) {
        const size_t digit = rest % 3;
        rest /= 3;
        if (k == Kind::kOwn) {
          at += digit * place;
          place *= 3;
        } else if (digit == 1) {
          factor = Scalar::zero();
        } else if (digit == 2 && k == Kind::kPre) {
          factor = -factor;
        }
      }
      q[t] += factor * grid[at];
    }
  }
}

void BrickOpeningProver::bind(const Scalar& z) {
  for (Part& part : parts_) {
    const Scalar rest = Scalar::one() - z;
    switch (kind(part.column, round_)) {
      case Kind::kOwn:
        part.sum.bind(z);
        break;
      case Kind::kMid:
        part.factor *= rest.square();
        break;
      case Kind::kPre:
        part.factor *= rest;
        break;
    }
  }
  ++round_;
}

}  // namespace vouch
