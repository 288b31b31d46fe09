#include "prove/opening_cube.h"

#include <algorithm>

#include "base/check.h"

namespace vouch {

OpeningCube::Kind OpeningCube::Part::kind(unsigned round) const {
  if (round < max_kappa) {
    return round < shape.kappa ? Kind::kOwn : Kind::kMid;
  }
  return round - max_kappa < shape.row_bits() ? Kind::kOwn : Kind::kPre;
}

void OpeningCube::add_column(const ColumnShape& shape, unsigned max_kappa,
                             std::unique_ptr<ColumnSumcheck> sum) {
  parts_.push_back({shape, max_kappa, std::move(sum)});
}

void OpeningCube::round(unsigned variables, std::span<Scalar> q) {
  VOUCH_CHECK(q.size() == grid_size(variables));
  std::fill(q.begin(), q.end(), Scalar::zero());
  for (Part& part : parts_) {
    std::vector<Kind> kinds;
    for (unsigned i = 0; i < variables; ++i) {
      kinds.push_back(part.kind(round_ + i));
    }
    const auto own = static_cast<unsigned>(std::count(kinds.begin(), kinds.end(), Kind::kOwn));
    std::vector<Scalar> grid(grid_size(own));
    part.sum->add_grid(own, grid);
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

void OpeningCube::bind(const Scalar& z) {
  for (Part& part : parts_) {
    const Scalar rest = Scalar::one() - z;
    switch (part.kind(round_)) {
      case Kind::kOwn:
        part.sum->bind(z);
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
