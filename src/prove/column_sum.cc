#include "prove/column_sum.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"

namespace vouch {
namespace {

// Elements that one task folds.
constexpr size_t kTaskElements = size_t{1} << 16;
// Elements of one outer entry that are one sum: a multiple of what is reduced at once, and far
// below what BrickIntegers::dot takes.
constexpr size_t kMostSummed = size_t{1} << 16;
// Elements of one outer entry that are summed at once: their sums stay in the first cache.
constexpr size_t kSumWidth = 512;

size_t row_length(const Brick& brick) {
  return size_t{brick.extents[1]} * brick.extents[2] * brick.extents[3];
}

// p of element number `element` of an outer entry.
uint64_t inner_slot(const Brick& brick, size_t element) {
  const auto& e = brick.extents;
  const size_t line = element / e[3];
  return brick.slot(0, line / e[2], line % e[2], element % e[3]) - brick.offset;
}

// A line with all of its 2^h slots, on which an evaluation has rank one wherever it is cut, as rows
// of at most 2^row_bits. What is behind its elements is 0.
Brick cut_line(Brick line, unsigned row_bits) {
  VOUCH_CHECK(line.extents[0] == 1 && line.height == line.bits[2]);
  const uint64_t slots = line.slots();
  line.height = std::min(line.height, row_bits);
  line.bits = {0, 0, line.height};
  const uint32_t row = 1U << line.height;
  line.extents = {static_cast<uint32_t>(slots / row), 1, 1, row};
  return line;
}

// A brick of one outer entry with its rows as outer entries instead: an input, whose channels are
// its lowest axis. Rows that are pads are left out, so nothing may lie behind it.
bool may_cut_rows(const Layout& layout) {
  const auto& bricks = layout.bricks();
  return bricks.size() == 1 && bricks[0].extents[0] == 1 && bricks[0].extents[1] > 1;
}
Brick cut_rows(Brick brick) {
  brick.height = brick.bits[1] + brick.bits[2];
  brick.bits[0] = 0;
  std::swap(brick.extents[0], brick.extents[1]);
  return brick;
}
BrickTerm cut_rows(BrickTerm term) {
  kernels().scale(term.axes[1].data(), term.axes[1].data(), term.axes[0][0], term.axes[1].size());
  std::swap(term.axes[0], term.axes[1]);
  term.axes[1] = {Scalar::one()};
  return term;
}

// Product of the axes 1, 2, 3 on all 2^h slots of an outer entry, 0 on pads.
SecretVector<Scalar> inner_coefficients(const BrickTerm& term, const Brick& brick) {
  SecretVector<Scalar> out(size_t{1} << brick.height);
  const auto& c = term.axes[3];
  for (size_t a = 0; a < term.axes[1].size(); ++a) {
    for (size_t b = 0; b < term.axes[2].size(); ++b) {
      const uint64_t line = brick.slot(0, a, b, 0) - brick.offset;
      kernels().scale(out.data() + line, c.data(), term.axes[1][a] * term.axes[2][b], c.size());
    }
  }
  return out;
}

// Parts of several ranges, of similar work, as one parallel loop.
class Parts {
 public:
  void add(size_t item, size_t size, size_t step) {
    for (size_t first = 0; first < size; first += step) {
      parts_.push_back({item, first, std::min(step, size - first)});
    }
  }
  /// body(item, first, count) for all of them.
  template <class Body>
  void run(const Body& body) const {
    parallel_for(parts_.size(), 1, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        body(parts_[i].item, parts_[i].first, parts_[i].count);
      }
    });
  }

 private:
  struct Part {
    size_t item;
    size_t first;
    size_t count;
  };
  std::vector<Part> parts_;
};

// How the lowest variables of an outer entry's elements are bound: weights[p] = eq(z, low bits of
// p). Elements that differ in those only are neighbours: a run, one entry of what is left.
struct RowFold {
  struct Run {
    size_t first;
    size_t count;
    uint64_t rest;  ///< the other bits of p
  };
  RowFold(const Brick& brick, unsigned bound, std::span<const Scalar> eq) {
    for (size_t i = 0; i < row_length(brick); ++i) {
      const uint64_t p = inner_slot(brick, i);
      weights.push_back(eq[p & (eq.size() - 1)]);
      if (i == 0 || runs.back().rest != p >> bound || runs.back().count == kMostSummed) {
        runs.push_back({i, 0, p >> bound});
      }
      ++runs.back().count;
    }
  }
  std::vector<Scalar> weights;
  std::vector<Run> runs;
};

}  // namespace

ColumnSum::ColumnSum(const Witness& witness, Column column, const Functional& functional)
    : witness_(witness), column_(column), layout_(witness.columns().layout(column)) {
  for (const EvaluationTerm& term : functional.evaluations) {
    add_evaluation(term);
  }
  make_terms(functional);
  sum_outer_entries();
}

BrickIntegers ColumnSum::integers(const TallBrick& b) const {
  return {witness_, column_, b.number, row_length(b.brick)};
}

void ColumnSum::add_evaluation(const EvaluationTerm& term) {
  for (EvaluationTerm& other : evaluations_) {
    if (other.point == term.point) {
      other.scale += term.scale;
      return;
    }
  }
  evaluations_.push_back(term);
}

void ColumnSum::make_evaluations(TallBrick& tall) const {
  const Brick& brick = tall.brick;
  for (const EvaluationTerm& e : evaluations_) {
    const std::span<const Scalar> point(e.point);
    const auto inner = eq_table(point.first(brick.height), e.scale);
    const uint64_t first = brick.offset >> brick.height;
    tall.terms.push_back({eq_range(point.subspan(brick.height), first, brick.extents[0]),
                          {{inner.begin(), inner.end()}, {}}});
  }
}

void ColumnSum::make_terms(const Functional& functional) {
  // Tables have a few long lines and no other terms than evaluations.
  const bool cut = column_ == Column::kM;
  VOUCH_CHECK(!cut || functional.bricks.empty());
  const bool by_rows = !cut && may_cut_rows(layout_);
  std::vector<size_t> place(layout_.bricks().size());
  for (const uint32_t number : layout_.order()) {
    const Brick& whole = layout_.bricks()[number];
    const Brick brick = cut       ? cut_line(whole, (layout_.bits() + 1) / 2)
                        : by_rows ? cut_rows(whole)
                                  : whole;
    place[number] = tall_.size();
    tall_.push_back(TallBrick{number, brick, {}});
  }
  std::vector<std::vector<const BrickTerm*>> terms(tall_.size());
  for (const BrickTerm& term : functional.bricks) {
    terms[place[term.brick]].push_back(&term);
  }
  parallel_for(tall_.size(), 1, [&](size_t begin, size_t end) {
    for (size_t k = begin; k < end; ++k) {
      make_evaluations(tall_[k]);
      for (const BrickTerm* whole : terms[k]) {
        const BrickTerm term = by_rows ? cut_rows(*whole) : *whole;
        tall_[k].terms.push_back({term.axes[0], {inner_coefficients(term, tall_[k].brick), {}}});
      }
      for (Term& term : tall_[k].terms) {
        term.inner.b.resize(term.inner.a.size());
      }
    }
  });
}

// Y of every term.
void ColumnSum::sum_outer_entries() {
  Parts parts;
  for (size_t k = 0; k < tall_.size(); ++k) {
    const Brick& b = tall_[k].brick;
    if (b.height != 0) {  // or else it is short before Y is used
      parts.add(k, row_length(b), std::clamp<size_t>(kTaskElements / b.extents[0], 8, kSumWidth));
    }
  }
  parts.run([&](size_t k, size_t first, size_t count) {
    const size_t line = tall_[k].brick.extents[3];
    SecretVector<Scalar> Y(count);
    for (Term& term : tall_[k].terms) {
      SecretVector<SmallProductSum> sums(count);
      integers(tall_[k]).add_rows(term.outer, first, sums);
      kernels().reduce_sums(Y.data(), sums.data(), count);
      for (size_t i = 0, n = 0; i < count; i += n) {
        n = std::min(count - i, line - (first + i) % line);
        std::copy_n(Y.data() + i, n, term.inner.b.data() + inner_slot(tall_[k].brick, first + i));
      }
    }
  });
}

// Ω at an index without an element: brick terms have none there.
Scalar ColumnSum::pad_coefficient(uint64_t index) const {
  Scalar sum;
  for (const EvaluationTerm& e : evaluations_) {
    const std::span<const Scalar> point(e.point);
    sum += e.scale * eq_points(point.first(bound()), point_) * eq_at(point.subspan(bound()), index);
  }
  return sum;
}

// Adds Ω of a brick's slots above the bound variables.
void ColumnSum::add_coefficients(const TallBrick& b, std::span<Scalar> out) const {
  for (const Term& term : b.terms) {
    const auto& inner = term.inner.a;
    if (inner.size() == 1) {
      kernels().add_scaled(out.data(), term.outer.data(), inner[0], term.outer.size());
      continue;
    }
    for (size_t o = 0; o < term.outer.size(); ++o) {
      kernels().add_scaled(out.data() + o * inner.size(), inner.data(), term.outer[o],
                           inner.size());
    }
  }
}

// out = f, with the variables bound so far, on the slots of neighbouring bricks.
void ColumnSum::fold_elements(std::span<const TallBrick> bricks, std::span<Scalar> out) const {
  const auto eq = eq_table(point_);
  std::vector<RowFold> folds;
  Parts parts;
  for (size_t k = 0; k < bricks.size(); ++k) {
    const Brick& b = bricks[k].brick;
    folds.emplace_back(b, bound(), eq);
    parts.add(k, b.extents[0], std::max<size_t>(1, kTaskElements / row_length(b)));
  }
  parts.run([&](size_t k, size_t first, size_t count) {
    const Brick& b = bricks[k].brick;
    const uint64_t offset = b.offset - bricks.front().brick.offset;
    const std::span<const Scalar> weights(folds[k].weights);
    const std::span<const RowFold::Run> runs(folds[k].runs);
    SecretVector<SmallProductSum> sums(runs.size());
    SecretVector<Scalar> values(runs.size());
    for (size_t o = first; o < first + count; ++o) {
      for (size_t i = 0; i < runs.size(); ++i) {
        sums[i] = integers(bricks[k]).dot(o, runs[i].first,
                                          weights.subspan(runs[i].first, runs[i].count));
      }
      kernels().reduce_sums(values.data(), sums.data(), runs.size());
      Scalar* row = out.data() + ((offset + (o << b.height)) >> bound());
      for (size_t i = 0; i < runs.size(); ++i) {
        row[runs[i].rest] += values[i];
      }
    }
  });
}

// Bricks with fewer than g variables left join the short ones, which get pads up to whole blocks of
// 2^g. What lies before them is of taller bricks and ends at a multiple of 2^g.
void ColumnSum::shorten(unsigned g) {
  size_t k = tall_.size();
  while (k > 0 && tall_[k - 1].brick.height < bound() + g) {
    --k;
  }
  const auto joining = std::span(tall_).subspan(k);
  size_t slots = 0;
  for (const TallBrick& b : joining) {
    slots += static_cast<size_t>(b.brick.slots() >> bound());
  }
  const size_t before = short_.a.size();
  const size_t size = (((slots + before) + (size_t{1} << g) - 1) >> g) << g;
  if (size == before) {
    return;
  }
  short_first_ = joining.empty() ? short_first_ : joining.front().brick.offset >> bound();
  ArrayPair next{SecretVector<Scalar>(size), SecretVector<Scalar>(size)};
  for (const TallBrick& b : joining) {
    add_coefficients(b, std::span(next.a).subspan((b.brick.offset >> bound()) - short_first_));
  }
  if (!joining.empty()) {
    fold_elements(joining, next.b);
  }
  std::copy(short_.a.begin(), short_.a.end(), next.a.begin() + static_cast<std::ptrdiff_t>(slots));
  std::copy(short_.b.begin(), short_.b.end(), next.b.begin() + static_cast<std::ptrdiff_t>(slots));
  for (size_t i = slots + before; i < size; ++i) {
    next.a[i] = pad_coefficient(short_first_ + i);
  }
  short_ = std::move(next);
  tall_.resize(k);
}

std::vector<ArrayPair*> ColumnSum::arrays() {
  std::vector<ArrayPair*> out{&short_};
  for (TallBrick& b : tall_) {
    for (Term& term : b.terms) {
      out.push_back(&term.inner);
    }
  }
  return out;
}

void ColumnSum::add_grid(unsigned g, std::span<Scalar> grid) {
  VOUCH_CHECK(held_.empty());
  shorten(g);
  add_product_grid(arrays(), g, {}, grid);
  group_ = g;
}

// The variables of a round polynomial are bound together, once the last of them is known.
void ColumnSum::bind(const Scalar& z) {
  held_.push_back(z);
  if (held_.size() == group_) {
    bind_lowest(arrays(), held_);
    point_.insert(point_.end(), held_.begin(), held_.end());
    short_first_ >>= group_;
    held_.clear();
  }
}

}  // namespace vouch
