#include "prove/ledger_prover.h"

#include <algorithm>
#include <bit>

#include "argument/argument.h"
#include "argument/folding/lagrange.h"
#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "field/kernels/kernels.h"
#include "field/random_scalar.h"
#include "group/msm.h"

namespace vouch {
namespace {

// Columns are combined for so many positions of so many of their rows at a time: integers that
// stay in the second cache, and sums that are loaded and stored only once in as many rows.
constexpr unsigned kPartBits = 10;
constexpr size_t kRows = 32;
constexpr size_t kPartsGrain = 2;

// Adds rows of multiples of 2^32, weighted, and leaves what is below in `values`: kernels take
// integers below 2^51.
void add_high_parts(const std::vector<Scalar>& weights, std::span<int64_t> values,
                    std::span<SmallProductSum> sums) {
  SecretVector<int64_t> high(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    high[i] = values[i] >> 32;
    values[i] &= 0xffffffff;
  }
  std::vector<Scalar> scaled(weights.size());
  kernels().scale(scaled.data(), weights.data(), Scalar::from_u64(uint64_t{1} << 32),
                  weights.size());
  add_small_combination(sums.data(), scaled.data(), scaled.size(), high.data(), sums.size(),
                        sums.size());
}

unsigned widest(const std::vector<SecretColumn>& columns) {
  unsigned kappa = 0;
  for (const SecretColumn& column : columns) {
    kappa = std::max(kappa, column.shape.kappa);
  }
  return kappa;
}

}  // namespace

SecretLedger::SecretLedger(std::vector<SecretColumn> columns, size_t slots,
                           const Generators& generators, SecretRandom random)
    : columns_(std::move(columns)),
      kappa_(widest(columns_)),
      generators_(generators),
      random_(std::move(random)),
      mask_random_(random_.fork()) {
  values_.reserve(slots);
  mask_made_.emplace([this, used = (size_t{1} << kappa_) + slots] { make_mask(used); });
}

SecretLedger::~SecretLedger() {
  mask_made_.reset();  // whoever makes it has finished
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
  const auto f_further = extrapolate(f);
  const auto g_further = extrapolate(g);
  kernels().multiply(out.data() + m + 3, f_further.data(), g_further.data(), m);
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
  std::vector<std::vector<Scalar>> row_weights;  // by column
  for (size_t c = 0; c < columns_.size(); ++c) {
    const ColumnShape& shape = columns_[c].shape;
    row_weights.push_back(eq_table(split_point(shape, kappa_, opening.point).row,
                                   column_weight * opening.weights[c]));
    const auto present = shape.layout->present_rows(shape.kappa);
    size_t next = 0;
    for (size_t row = 0; row < present.size(); ++row) {
      if (present[row]) {
        u_blinder_ += row_weights[c][row] * columns_[c].opening->blinders[next++];
      }
    }
  }
  const unsigned part_bits = std::min(kappa_, kPartBits);
  parallel_for(size_t{1} << (kappa_ - part_bits), kPartsGrain, [&](size_t begin, size_t end) {
    SecretVector<int64_t> values(kRows << part_bits);
    SecretVector<SmallProductSum> sums(size_t{1} << part_bits);
    for (size_t part = begin; part < end; ++part) {
      std::fill(sums.begin(), sums.end(), SmallProductSum());
      for (size_t c = 0; c < columns_.size(); ++c) {
        add_column(columns_[c], row_weights[c], part, values, sums);
      }
      std::transform(sums.begin(), sums.end(),
                     u_.begin() + static_cast<std::ptrdiff_t>(part << part_bits),
                     [](const SmallProductSum& sum) { return sum.reduce(); });
    }
  });
  for (size_t c = 0; c < columns_.size(); ++c) {
    add_further_values(columns_[c], row_weights[c]);
  }
}

void SecretLedger::add_further_values(const SecretColumn& column,
                                      const std::vector<Scalar>& row_weights) {
  const unsigned kappa = column.shape.kappa;
  for (const SlotValue& x : column.further) {
    u_[x.slot & ((uint64_t{1} << kappa) - 1)] += row_weights[x.slot >> kappa] * x.value;
  }
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
                              size_t part, std::span<int64_t> values,
                              std::span<SmallProductSum> sums) {
  const unsigned bits =
      std::min(column.shape.kappa, static_cast<unsigned>(std::countr_zero(sums.size())));
  if (part >> (column.shape.kappa - bits) != 0) {
    return;  // its rows are shorter
  }
  const size_t length = size_t{1} << bits;
  std::vector<Scalar> weights;  // of the rows that are in `values`
  const auto flush = [&] {
    if (column.wide) {
      add_high_parts(weights, values.first(weights.size() * length), sums.first(length));
    }
    add_small_combination(sums.data(), weights.data(), weights.size(), values.data(), length,
                          length);
    std::fill_n(values.begin(), weights.size() * length, 0);
    weights.clear();
  };
  for (size_t row = 0; row < row_weights.size(); ++row) {
    int64_t* out = values.data() + weights.size() * length;
    bool any = false;
    for_each_run_of_row(*column.shape.layout, bits, (row << (column.shape.kappa - bits)) + part,
                        [&](size_t brick, size_t element, size_t n, size_t at) {
                          column.read(brick, element, n, out + at);
                          any = true;
                        });
    if (any) {
      weights.push_back(row_weights[row]);
    }
    if (weights.size() == kRows) {
      flush();
    }
  }
  flush();
}

void SecretLedger::make_mask(size_t used) {
  mask_.assign(used, Scalar::zero());
  random_scalars(mask_random_, mask_);
  mask_blinder_ = random_scalar(mask_random_);
  mask_point_ =
      parallel_msm_vartime(mask_, generators_.G().first(used)) + generators_.blind(mask_blinder_);
}

Point SecretLedger::mask() {
  mask_made_->finish();
  VOUCH_CHECK(mask_.size() == (size_t{1} << kappa_) + values_.size());
  mask_.resize(u_.size());
  return mask_point_;
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
