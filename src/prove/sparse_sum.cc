#include "prove/sparse_sum.h"

#include "base/check.h"
#include "poly/eq.h"

namespace vouch {

SparseSum::SparseSum(const SlotValues& entries, const Functional& functional)
    : evaluations_(functional.evaluations), entries_(entries) {
  VOUCH_CHECK(functional.bricks.empty());
}

void SparseSum::add_coefficients(const EvaluationTerm& term, uint64_t block, unsigned g,
                                 std::span<Scalar> out) const {
  const std::span<const Scalar> point(term.point);
  const size_t bound = point_.size();
  const Scalar factor =
      term.scale * eq_points(point.first(bound), point_) * eq_at(point.subspan(bound + g), block);
  const auto eq = eq_table(point.subspan(bound, g), factor);
  for (size_t i = 0; i < eq.size(); ++i) {
    out[i] += eq[i];
  }
}

void SparseSum::make_blocks(unsigned g) {
  blocks_.clear();
  for (const SlotValue& entry : entries_) {
    if (blocks_.empty() || blocks_.back() != entry.slot >> g) {
      blocks_.push_back(entry.slot >> g);
    }
  }
  const size_t size = size_t{1} << g;
  pair_ = {SecretVector<Scalar>(blocks_.size() * size),
           SecretVector<Scalar>(blocks_.size() * size)};
  size_t next = 0;
  for (size_t k = 0; k < blocks_.size(); ++k) {
    for (const EvaluationTerm& term : evaluations_) {
      add_coefficients(term, blocks_[k], g, std::span(pair_.a).subspan(k * size, size));
    }
    for (; next < entries_.size() && entries_[next].slot >> g == blocks_[k]; ++next) {
      pair_.b[k * size + (entries_[next].slot & (size - 1))] = entries_[next].value;
    }
  }
}

void SparseSum::add_grid(unsigned g, std::span<Scalar> grid) {
  VOUCH_CHECK(held_.empty());
  make_blocks(g);
  ArrayPair* const pair = &pair_;
  add_product_grid({&pair, 1}, g, {}, grid);
  group_ = g;
}

void SparseSum::bind(const Scalar& z) {
  held_.push_back(z);
  if (held_.size() != group_) {
    return;
  }
  ArrayPair* const pair = &pair_;
  bind_lowest({&pair, 1}, held_);
  entries_.clear();
  for (size_t k = 0; k < blocks_.size(); ++k) {
    entries_.push_back({blocks_[k], pair_.b[k]});
  }
  point_.insert(point_.end(), held_.begin(), held_.end());
  held_.clear();
}

}  // namespace vouch
