#include "argument/folding/linear_form.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "field/kernels/kernels.h"
#include "poly/eq.h"

namespace vouch {
namespace {

constexpr unsigned kLastBits = 2;  // kFoldedEntries = 2^2

// Π_j (q_j where bit j of x is 0) for all x.
std::vector<Scalar> zero_bit_products(std::span<const Scalar> q) {
  std::vector<Scalar> table{Scalar::one()};
  table.reserve(size_t{1} << q.size());
  for (const Scalar& factor : q) {
    const size_t n = table.size();
    table.resize(2 * n);
    std::copy_n(table.begin(), n, table.begin() + static_cast<std::ptrdiff_t>(n));
    kernels().scale(table.data(), table.data(), factor, n);
  }
  return table;
}

}  // namespace

unsigned folded_bits(unsigned max_kappa, uint32_t slots) {
  return static_cast<unsigned>(std::bit_width((uint64_t{1} << max_kappa) + slots - 1));
}

LinearForm::LinearForm(unsigned max_kappa, uint32_t slots)
    : kappa_(max_kappa), bits_(folded_bits(max_kappa, slots)), slots_(slots) {
  VOUCH_CHECK(kappa_ >= kLastBits);
}

void LinearForm::add(const Linear& expression, const Scalar& factor) {
  for (const auto& [slot, coefficient] : expression.terms()) {
    slots_[slot] += factor * coefficient;
  }
  y_ -= factor * expression.constant();
}

void LinearForm::add_opening(std::span<const Scalar> point, const Scalar& factor) {
  point_.assign(point.begin(), point.begin() + kappa_);
  factor_ = factor;
}

void LinearForm::scale_slots(uint32_t first, uint32_t count, const Scalar& factor) {
  kernels().scale(slots_.data() + first, slots_.data() + first, factor, count);
}

std::vector<Scalar> LinearForm::dense() const {
  std::vector<Scalar> lambda = eq_table(point_, factor_);
  lambda.insert(lambda.end(), slots_.begin(), slots_.end());
  lambda.resize(size_t{1} << bits_);
  return lambda;
}

std::array<Scalar, kFoldedEntries> LinearForm::folded(std::span<const Scalar> q) const {
  VOUCH_CHECK(q.size() == bits_ - kLastBits);
  // by_bit[j]: the challenge of the round that folds bit kLastBits + j, the highest first.
  const std::vector<Scalar> by_bit(q.rbegin(), q.rend());

  // Σ_b eq(r, b)·q^(1 − b) = (1 − r)·q + r a bit of v; the bits above these are 0.
  Scalar factor = factor_;
  for (size_t j = 0; j < by_bit.size(); ++j) {
    const size_t bit = kLastBits + j;
    factor *= bit < kappa_ ? by_bit[j] + point_[bit] * (Scalar::one() - by_bit[j]) : by_bit[j];
  }
  const auto eq = eq_table(std::span(point_).first(kLastBits), factor);
  std::array<Scalar, kFoldedEntries> out;
  std::copy(eq.begin(), eq.end(), out.begin());

  // A slot's weight has a factor from the upper half of its bits and one from the lower.
  const size_t split = by_bit.size() / 2;
  const auto low = zero_bit_products(std::span(by_bit).first(split));
  const auto high = zero_bit_products(std::span(by_bit).subspan(split));
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    const size_t i = (size_t{1} << kappa_) + slot;
    const size_t x = i >> kLastBits;
    out[i % kFoldedEntries] += slots_[slot] * (high[x >> split] * low[x % low.size()]);
  }
  return out;
}

}  // namespace vouch
