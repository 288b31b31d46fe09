#include "verify/equation.h"

#include <algorithm>

#include "base/check.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

void add(Equation& e, const Scalar& scalar, const Point& point) {
  e.scalars.push_back(scalar);
  e.points.push_back(point);
}

// A column's share in C_v = Σ_col ω_col Σ_i eq(row, i)·C_{col,i}: `weight` is ω_col times a factor.
void add_column(Equation& e, const CommittedColumn& column, std::span<const Scalar> row,
                const Scalar& weight) {
  const auto eq = eq_table(row, weight);
  size_t next = 0;
  for (size_t i = 0; i < column.present.size(); ++i) {
    if (column.present[i]) {
      add(e, eq[i], column.rows[next++]);
    }
  }
  VOUCH_CHECK(next == column.rows.size());
}

// −s_i·z_{i mod 4} for every generator in use. Round j decides bit F − 1 − j of i, so the last
// rounds' factors are the innermost, and each round doubles the array: q_j times it, then itself.
std::vector<Scalar> generator_scalars(const Folding& folding, size_t count) {
  std::vector<Scalar> out(std::max(count, kFoldedEntries));
  for (size_t t = 0; t < kFoldedEntries; ++t) {
    out[t] = -folding.z[t];
  }
  size_t length = kFoldedEntries;
  for (size_t j = folding.rounds.size(); j-- > 0; length *= 2) {
    const size_t upper = std::min(length, count > length ? count - length : 0);
    std::copy_n(out.begin(), upper, out.begin() + static_cast<std::ptrdiff_t>(length));
    kernels().scale(out.data(), out.data(), folding.rounds[j].q, std::min(length, count));
  }
  out.resize(count);
  return out;
}

}  // namespace

Equation final_equation(const Ledger& ledger, std::span<const ColumnShape> columns,
                        std::initializer_list<size_t> of_model, const Opening& opening,
                        const Folding& folding, std::span<const CommittedColumn> committed) {
  Equation e;
  const unsigned kappa = max_kappa(columns);
  e.generators = generator_scalars(folding, (size_t{1} << kappa) + ledger.slots());
  Scalar all = folding.c * folding.column_weight;  // π·c'·θ^(K+1)
  for (const Folding::Round& round : folding.rounds) {
    all *= round.q;
  }
  const auto add_one = [&](size_t column) {
    add_column(e, committed[column], split_point(columns[column], kappa, opening.point).row,
               all * opening.weights[column]);
  };
  for (const size_t column : of_model) {
    add_one(column);
  }
  e.of_model = e.points.size();
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
  for (size_t column = 0; column < columns.size(); ++column) {
    if (std::find(of_model.begin(), of_model.end(), column) == of_model.end()) {
      add_one(column);
    }
  }
  e.h = -(later * folding.phi);
  Scalar form;
  for (size_t t = 0; t < kFoldedEntries; ++t) {
    form += folding.lambda[t] * folding.z[t];
  }
  e.u = folding.xi * (later * (folding.c * folding.y + folding.tau) - form);
  return e;
}

size_t EquationSum::first_point_of(const Equation& equation, const void* model) {
  for (const Model& known : models_) {
    if (known.model == model) {
      return known.first_point;
    }
  }
  const size_t first = sum_.points.size();
  models_.push_back({model, first});
  const auto end = equation.points.begin() + static_cast<std::ptrdiff_t>(equation.of_model);
  sum_.points.insert(sum_.points.end(), equation.points.begin(), end);
  sum_.scalars.resize(sum_.points.size());
  return first;
}

void EquationSum::add(const Equation& e, const Scalar& weight, const void* model) {
  if (sum_.generators.size() < e.generators.size()) {
    sum_.generators.resize(e.generators.size());
  }
  kernels().add_scaled(sum_.generators.data(), e.generators.data(), weight, e.generators.size());
  sum_.h += weight * e.h;
  sum_.u += weight * e.u;
  const size_t first = first_point_of(e, model);
  kernels().add_scaled(sum_.scalars.data() + first, e.scalars.data(), weight, e.of_model);
  for (size_t k = e.of_model; k < e.points.size(); ++k) {
    sum_.points.push_back(e.points[k]);
    sum_.scalars.push_back(weight * e.scalars[k]);
  }
}

Point value_vartime(const Equation& e, const Generators& generators, const MsmExecutor& executor) {
  std::vector<Scalar> scalars(e.scalars);
  std::vector<Point> points(e.points);
  scalars.insert(scalars.end(), {e.h, e.u});
  points.insert(points.end(), {generators.H().point(), generators.U().point()});
  return msm_vartime(e.generators, generators.G().first(e.generators.size()), executor) +
         msm_vartime(scalars, points, executor);
}

bool holds_vartime(const Equation& e, const Generators& generators, const MsmExecutor& executor) {
  return value_vartime(e, generators, executor) == Point::identity();
}

}  // namespace vouch
