#include "dense/ledger.h"

#include "argument/folding/lagrange.h"
#include "base/parallel.h"
#include "field/random_scalar.h"
#include "group/msm.h"

namespace vouch::dense {

Point Held::commit(const Generators& generators) const {
  std::vector<Scalar> scalars{blinder, on_U};
  std::vector<Point> points{generators.H().point(), generators.U().point()};
  for (const auto& [i, x] : values) {
    scalars.push_back(x);
    points.push_back(generators.G()[i].point());
  }
  return msm_vartime(scalars, points);
}

void add_scaled(Held& to, const Scalar& scale, const Held& from) {
  for (const auto& [i, x] : from.values) {
    to.values[i] += scale * x;
  }
  to.blinder += scale * from.blinder;
  to.on_U += scale * from.on_U;
}

Point DenseLedger::commit(std::string_view label, std::span<const Scalar> values) {
  const std::string name(label);
  const size_t number = count_of_label_[name]++;
  std::vector<Scalar> own(values.begin(), values.end());
  if (hooks_.values) {
    hooks_.values(name, number, own);
  }
  Held held;
  for (size_t i = 0; i < own.size(); ++i) {
    held.values[first_slot() + slots_.size() + i] = own[i];
  }
  slots_.insert(slots_.end(), own.begin(), own.end());
  held.blinder = random_scalar(random_);
  if (hooks_.held) {
    hooks_.held(name, number, held);
  }
  messages_.push_back(held);
  return held.commit(generators_);
}

Scalar DenseLedger::value(const Linear& expression) const {
  if (challenges_.empty()) {  // f(c): the first coefficient is a Lagrange polynomial's value at c
    challenges_.emplace_back("product point", expression.terms().front().second);
  }
  if (revealed_.size() < 3) {
    revealed_.push_back(expression);
  }
  return expression.at(slots_);
}

void DenseLedger::products(const Ledger& ledger, std::span<Scalar> out) {
  const size_t m = ledger.products().size();
  products_ = m;
  std::vector<Scalar> values(slots_);
  std::vector<Scalar> f{random_scalar(random_)};
  std::vector<Scalar> g{random_scalar(random_)};
  for (size_t k = 0; k < m; ++k) {
    f.push_back(ledger.products()[k].a.at(values));
    g.push_back(ledger.products()[k].b.at(values));
    out[k] = f.back() * g.back();
    values.push_back(out[k]);
  }
  out[m] = f[0];
  out[m + 1] = g[0];
  for (size_t k = 0; k <= m; ++k) {
    const auto weights = lagrange_weights(m, Scalar::from_u64(k == 0 ? 0 : m + k));
    Scalar at_f;
    Scalar at_g;
    for (size_t i = 0; i <= m; ++i) {
      at_f += weights[i] * f[i];
      at_g += weights[i] * g[i];
    }
    out[m + 2 + k] = at_f * at_g;
  }
  if (hooks_.products) {
    hooks_.products(out, m);
  }
}

// Σ_col ω_col Σ_i eq(row, i)·row_i, row by row.
void DenseLedger::add_columns(const Opening& opening, const Scalar& weight, Held& to) const {
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnShape& column = columns_[c];
    const auto present = column.layout->present_rows(column.kappa);
    const auto point = split_point(column, max_kappa(columns_), opening.point).row;
    size_t next = 0;
    for (size_t row = 0; row < present.size(); ++row) {
      if (present[row]) {
        add_scaled(to, weight * opening.weights[c] * eq_at(point, row), rows_[c][next++]);
      }
    }
  }
}

void DenseLedger::combine(const Ledger& ledger, const Opening& opening,
                          std::span<const Scalar> message_weights, const Scalar& column_weight) {
  Held v;
  add_columns(opening, Scalar::one(), v);
  const auto eq = eq_table(std::span<const Scalar>(opening.point).first(max_kappa(columns_)));
  for (const auto& [i, x] : v.values) {
    if (i < eq.size()) {
      opening_value_ += eq[i] * x;
    }
  }
  u_ = {};
  add_scaled(u_, column_weight, v);
  for (size_t k = 0; k < messages_.size(); ++k) {
    add_scaled(u_, message_weights[k], messages_[k]);
  }
  bits_ = folded_bits(max_kappa(columns_), ledger.slots());
}

Point DenseLedger::mask() {
  for (size_t i = 0; i < first_slot() + slots_.size(); ++i) {
    mask_.values[i] = random_scalar(random_);
  }
  mask_.blinder = random_scalar(random_);
  if (hooks_.mask) {
    hooks_.mask(mask_);
  }
  return mask_.commit(generators_);
}

Scalar DenseLedger::mask_form(std::vector<Scalar> lambda) {
  // f(0) and g(0), at the end of the last message, are in the requires of f(c) and g(c) alone, with
  // the same coefficient: one power of μ apart.
  const size_t g0 = first_slot() + slots_.size() - products_ - 2;
  challenges_.emplace_back("mu", lambda[g0] * lambda[g0 - 1].inverse());
  for (const auto& [i, x] : u_.values) {
    form_value_ += lambda[i] * x;
  }
  form_ = lambda;
  Scalar tau;
  for (const auto& [i, x] : mask_.values) {
    tau += lambda[i] * x;
  }
  lambda_ = std::move(lambda);
  return tau;
}

Scalar DenseLedger::blinder(const Scalar& c) {
  Held z;
  add_scaled(z, c, u_);
  add_scaled(z, Scalar::one(), mask_);
  z_.assign(size_t{1} << bits_, Scalar::zero());
  for (const auto& [i, x] : z.values) {
    z_[i] = x;
  }
  return z.blinder;
}

void DenseLedger::begin_folding(const Scalar& xi) {
  xi_ = xi;
  if (hooks_.value_scale) {
    hooks_.value_scale(xi_);
  }
  G_.assign(z_.size(), Point::identity());
  for (size_t i = 0; i < first_slot() + slots_.size(); ++i) {
    G_[i] = generators_.G()[i].point();
  }
}

std::pair<Point, Point> DenseLedger::cross_terms() {
  const size_t half = z_.size() / 2;
  const auto cross = [&](size_t scalars, size_t points) {
    const std::span<const Scalar> s = std::span<const Scalar>(z_).subspan(scalars, half);
    const std::span<const Point> p = std::span<const Point>(G_).subspan(points, half);
    Scalar form;
    for (size_t i = 0; i < half; ++i) {
      form += s[i] * lambda_[points + i];
    }
    return msm_vartime(s, p) + generators_.U().point().multiply_vartime(xi_ * form);
  };
  return {cross(0, half), cross(half, 0)};
}

void DenseLedger::fold(const Scalar& q) {
  const size_t half = z_.size() / 2;
  parallel_for(half, 64, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      z_[i] += q * z_[half + i];
      G_[i] = G_[i].multiply_vartime(q) + G_[half + i];
      lambda_[i] = q * lambda_[i] + lambda_[half + i];
    }
  });
  z_.resize(half);
  lambda_.resize(half);
  G_.resize(half);
}

std::array<Scalar, kFoldedEntries> DenseLedger::folded() { return {z_[0], z_[1], z_[2], z_[3]}; }

}  // namespace vouch::dense
