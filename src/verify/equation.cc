#include "verify/equation.h"

#include "base/check.h"
#include "group/msm.h"

namespace vouch {
namespace {

void add(Equation& e, const Scalar& scalar, const Point& point) {
  e.scalars.push_back(scalar);
  e.points.push_back(point);
}

// C_v = Σ_col ω_col Σ_i eq(row, i)·C_{col,i}, times `factor`.
void add_columns(Equation& e, const Columns& columns, const Opening& opening, const Scalar& factor,
                 const std::array<CommittedColumn, kColumns>& committed) {
  for (const Column column : kAllColumns) {
    const auto c = static_cast<size_t>(column);
    const auto eq =
        eq_table(split_point(columns, column, opening.point).row, factor * opening.weights[c]);
    size_t next = 0;
    for (size_t row = 0; row < committed[c].present.size(); ++row) {
      if (committed[c].present[row]) {
        add(e, eq[row], committed[c].rows[next++]);
      }
    }
    VOUCH_CHECK(next == committed[c].rows.size());
  }
}

// −s_i·z_{i mod 4} for every generator in use.
std::vector<Scalar> generator_scalars(const Folding& folding, size_t count) {
  std::vector<Scalar> s{Scalar::one()};
  for (const Folding::Round& round : folding.rounds) {
    std::vector<Scalar> next;
    next.reserve(2 * s.size());
    for (const Scalar& x : s) {
      next.push_back(x * round.q);
      next.push_back(x);
    }
    s = std::move(next);
  }
  std::array<Scalar, kFoldedEntries> minus_z;
  for (size_t t = 0; t < kFoldedEntries; ++t) {
    minus_z[t] = -folding.z[t];
  }
  std::vector<Scalar> out(count);
  for (size_t i = 0; i < count; ++i) {
    out[i] = s[i / kFoldedEntries] * minus_z[i % kFoldedEntries];
  }
  return out;
}

}  // namespace

Equation final_equation(const Ledger& ledger, const Columns& columns, const Opening& opening,
                        const Folding& folding,
                        const std::array<CommittedColumn, kColumns>& committed) {
  Equation e;
  e.generators = generator_scalars(folding, (size_t{1} << columns.max_kappa()) + ledger.slots());
  // Rounds from the last: `later` = Π_{i>j} q_i.
  Scalar later = Scalar::one();
  for (size_t j = folding.rounds.size(); j-- > 0;) {
    const Folding::Round& round = folding.rounds[j];
    add(e, later, round.left);
    add(e, later * round.q.square(), round.right);
    later *= round.q;
  }
  add(e, later, folding.mask);
  const Scalar c = later * folding.c;
  for (size_t k = 0; k < ledger.messages().size(); ++k) {
    add(e, c * folding.message_weights[k], ledger.messages()[k].commitment);
  }
  add_columns(e, columns, opening, c * folding.column_weight, committed);
  e.h = -(later * folding.phi);
  Scalar form;
  for (size_t t = 0; t < kFoldedEntries; ++t) {
    form += folding.lambda[t] * folding.z[t];
  }
  e.u = folding.xi * (later * (folding.c * folding.y + folding.tau) - form);
  return e;
}

bool holds_vartime(const Equation& e, const Generators& generators) {
  Point sum = msm_vartime(e.generators, generators.G().first(e.generators.size()));
  sum = sum + msm_vartime(e.scalars, e.points);
  sum = sum + generators.H().point().multiply_vartime(e.h);
  sum = sum + generators.U().point().multiply_vartime(e.u);
  return sum == Point::identity();
}

}  // namespace vouch
