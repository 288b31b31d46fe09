#include "prove/ledger_prover.h"

#include <algorithm>
#include <mutex>

#include "argument/argument.h"
#include "argument/folding/lagrange.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/msm.h"

namespace vouch {

SecretLedger::SecretLedger(std::vector<SecretColumn> columns, size_t slots,
                           const Generators& generators, SecretRandom random)
    : columns_(std::move(columns)), generators_(generators), random_(std::move(random)) {
  for (const SecretColumn& column : columns_) {
    kappa_ = std::max(kappa_, column.shape.kappa);
  }
  values_.reserve(slots);
}

SecretLedger::~SecretLedger() {
  secure_wipe(u_blinder_);
  secure_wipe(mask_blinder_);
}

Point SecretLedger::commit(std::string_view /*label*/, std::span<const Scalar> values) {
  const size_t first = (size_t{1} << kappa_) + values_.size();
  values_.insert(values_.end(), values.begin(), values.end());
  blinders_.push_back(random_scalar(random_));
  return parallel_msm_vartime(values, generators_.G().subspan(first, values.size())) +
         generators_.blind(blinders_.back());
}

Scalar SecretLedger::value(const Linear& expression) const { return expression.at(values_); }

void SecretLedger::products(const Ledger& ledger, std::span<Scalar> out) {
  const size_t m = ledger.products().size();
  SecretVector<Scalar> values(values_);  // and the products, whose slots come next
  SecretVector<Scalar> f{random_scalar(random_)};
  SecretVector<Scalar> g{random_scalar(random_)};
  for (size_t k = 0; k < m; ++k) {
    f.push_back(ledger.products()[k].a.at(values));
    g.push_back(ledger.products()[k].b.at(values));
    out[k] = f.back() * g.back();
    values.push_back(out[k]);
  }
  out[m] = f[0];
  out[m + 1] = g[0];
  out[m + 2] = f[0] * g[0];
  for (size_t k = 1; k <= m; ++k) {
    const auto weights = lagrange_weights(m, Scalar::from_u64(m + k));
    out[m + 2 + k] = kernels().inner_product(weights.data(), f.data(), m + 1) *
                     kernels().inner_product(weights.data(), g.data(), m + 1);
  }
}

void SecretLedger::combine(const Ledger& ledger, const Opening& opening,
                           std::span<const Scalar> message_weights, const Scalar& column_weight) {
  const size_t v = size_t{1} << kappa_;
  u_.assign(size_t{1} << folded_bits(kappa_, ledger.slots()), Scalar::zero());
  u_blinder_ = Scalar::zero();
  add_columns(opening, column_weight);
  const auto eq = eq_table(std::span<const Scalar>(opening.point).first(kappa_));
  opening_value_ = kernels().inner_product(eq.data(), u_.data(), v) * column_weight.inverse();
  for (size_t k = 0; k < ledger.messages().size(); ++k) {
    const auto& message = ledger.messages()[k];
    for (uint32_t i = 0; i < message.slots; ++i) {
      const size_t slot = message.first_slot + i;
      u_[v + slot] = message_weights[k] * values_[slot];
    }
    u_blinder_ += message_weights[k] * blinders_[k];
  }
}

void SecretLedger::add_columns(const Opening& opening, const Scalar& column_weight) {
  SecretVector<SmallProductSum> v(size_t{1} << kappa_);
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnShape& shape = columns_[c].shape;
    const auto weights =
        eq_table(split_point(shape, kappa_, opening.point).row, column_weight * opening.weights[c]);
    add_column(columns_[c], weights, v);
    const auto present = shape.layout->present_rows(shape.kappa);
    size_t next = 0;
    for (size_t row = 0; row < present.size(); ++row) {
      if (present[row]) {
        u_blinder_ += weights[row] * columns_[c].opening->blinders[next++];
      }
    }
  }
  parallel_for(v.size(), 4096, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      u_[i] = v[i].reduce();
    }
  });
}

std::vector<std::string> SecretLedger::false_checks(const Ledger& ledger,
                                                    const Opening& opening) const {
  std::vector<std::string> labels;
  for (const auto& require : ledger.requirements()) {
    if (!value(require.expression).is_zero()) {
      labels.push_back(require.label);
    }
  }
  if (!(value(ledger.placed(opening.claim)) == opening_value_)) {
    labels.emplace_back("opening");
  }
  return labels;
}

void SecretLedger::add_column(const SecretColumn& column, const std::vector<Scalar>& row_weights,
                              SecretVector<SmallProductSum>& v) {
  const Layout& layout = *column.shape.layout;
  const unsigned kappa = column.shape.kappa;
  std::mutex mutex;
  const size_t part =
      std::max<size_t>(1, (row_weights.size() + thread_count() - 1) / thread_count());
  parallel_for(row_weights.size(), part, [&](size_t begin, size_t end) {
    SecretVector<SmallProductSum> share(size_t{1} << kappa);
    SecretVector<int64_t> values(share.size());
    for (size_t row = begin; row < end; ++row) {
      for_each_run_of_row(
          layout, kappa, row, [&](size_t brick, size_t element, size_t n, size_t at) {
            column.read(brick, element, n, values.data());
            add_small_multiples(share.data() + at, row_weights[row], values.data(), n);
          });
    }
    const std::lock_guard<std::mutex> lock(mutex);
    for (size_t i = 0; i < share.size(); ++i) {
      v[i] += share[i];
    }
  });
}

Point SecretLedger::mask() {
  const size_t used = (size_t{1} << kappa_) + values_.size();
  mask_.assign(u_.size(), Scalar::zero());
  random_scalars(random_, std::span(mask_).first(used));
  mask_blinder_ = random_scalar(random_);
  return parallel_msm_vartime(std::span(mask_).first(used), generators_.G().first(used)) +
         generators_.blind(mask_blinder_);
}

Scalar SecretLedger::mask_form(std::vector<Scalar> lambda) {
  lambda_ = std::move(lambda);
  return kernels().inner_product(lambda_.data(), mask_.data(), mask_.size());
}

Scalar SecretLedger::blinder(const Scalar& c) {
  // z = c'·u + s
  kernels().scale(u_.data(), u_.data(), c, u_.size());
  kernels().add(u_.data(), u_.data(), mask_.data(), u_.size());
  return c * u_blinder_ + mask_blinder_;
}

void SecretLedger::begin_folding(const Scalar& xi) {
  xi_ = xi;
  folding_.emplace(generators_.G().first((size_t{1} << kappa_) + values_.size()),
                   folded_bits(kappa_, static_cast<uint32_t>(values_.size())));
}

std::pair<Point, Point> SecretLedger::cross_terms() {
  const size_t half = u_.size() / 2;
  auto [left, right] = folding_->cross_terms(u_);
  const Scalar l = xi_ * kernels().inner_product(u_.data(), lambda_.data() + half, half);
  const Scalar r = xi_ * kernels().inner_product(u_.data() + half, lambda_.data(), half);
  const Point U = generators_.U().point();
  left += U.multiply(l);
  right += U.multiply(r);
  return {left, right};
}

void SecretLedger::fold(const Scalar& q) {
  const size_t half = u_.size() / 2;
  kernels().add_scaled(u_.data(), u_.data() + half, q, half);
  u_.resize(half);
  kernels().scale(lambda_.data(), lambda_.data(), q, half);
  kernels().add(lambda_.data(), lambda_.data(), lambda_.data() + half, half);
  lambda_.resize(half);
  folding_->fold(q);
}

std::array<Scalar, kFoldedEntries> SecretLedger::folded() {
  std::array<Scalar, kFoldedEntries> z{};
  std::copy_n(u_.begin(), kFoldedEntries, z.begin());
  return z;
}

}  // namespace vouch
