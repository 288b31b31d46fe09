#include "prove/projection_sum.h"

#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "field/kernels/kernels.h"
#include "field/product_sum.h"

namespace vouch {
namespace {

// Projections that go through the column together: their sums of one line fit the second-level
// cache.
constexpr size_t kTogether = 64;
// What sums of 64 bits may reach before they are added to longer ones.
constexpr uint64_t kMostSum = uint64_t{1} << 62;
// Lines of the dense sum that one task makes.
constexpr size_t kTaskLines = 64;

// At least all magnitudes: x or ~x, one bit after the other.
uint64_t magnitude_of_all(std::span<const int64_t> values) {
  uint64_t bits = 0;
  for (const int64_t x : values) {
    bits |= static_cast<uint64_t>(x ^ (x >> 63));
  }
  return bits + 1;
}

// Σ_i w_i·x_i. Kernels take integers below 2^51, a column has some of 61 bits.
Scalar dot(std::span<const Scalar> w, const int64_t* x) {
  constexpr unsigned kHalf = 31;
  SecretVector<int64_t> low(x, x + w.size());
  SecretVector<int64_t> high(w.size());
  for (size_t i = 0; i < w.size(); ++i) {
    high[i] = x[i] >> kHalf;
    low[i] -= high[i] << kHalf;
  }
  return Scalar::from_u64(uint64_t{1} << kHalf) *
             dot_small(w.data(), high.data(), w.size()).reduce() +
         dot_small(w.data(), low.data(), w.size()).reduce();
}

Scalar scalar_of(int128_t x) {
  const Scalar high = Scalar::from_i64(static_cast<int64_t>(x >> 64));
  return high * Scalar::from_u64(uint64_t{1} << 32).square() +
         Scalar::from_u64(static_cast<uint64_t>(x));
}

}  // namespace

ProjectedColumn::ProjectedColumn(const ColumnShape& shape, ColumnReader read,
                                 std::shared_ptr<const Projections> projections)
    : shape_(shape),
      read_(std::move(read)),
      projections_(std::move(projections)),
      present_(shape.layout->present_rows(line_bits())),
      sums_(projections_->count() << line_bits()) {
  VOUCH_CHECK(projections_->bits() == shape.layout->bits());
  parallel_for(projections_->count(), kTogether,
               [&](size_t begin, size_t end) { add_lines(begin, end - begin); });
}

ProjectedColumn::~ProjectedColumn() { secure_wipe(sums_); }

bool ProjectedColumn::read_line(uint64_t line, std::span<int64_t> out) const {
  if (!present_[line]) {
    return false;
  }
  std::fill(out.begin(), out.end(), 0);
  for_each_run_of_row(*shape_.layout, line_bits(), line,
                      [&](size_t brick, size_t element, size_t n, size_t at) {
                        read_(brick, element, n, out.data() + at);
                      });
  return true;
}

bool ProjectedColumn::contains_line(size_t i, uint64_t line) const {
  const unsigned middle = projections_->block_bits()[1];
  return projections_->contains(i, 1, line & ((uint64_t{1} << middle) - 1)) &&
         projections_->contains(i, 2, line >> middle);
}

// The partial sums of projections [first, first + count).
void ProjectedColumn::add_lines(size_t first, size_t count) {
  const size_t length = size_t{1} << line_bits();
  std::vector<int64_t> values(length);
  const WipedAtEnd values_wiped(values);
  std::vector<int64_t> sums(count * length);
  const WipedAtEnd sums_wiped(sums);
  uint64_t reach = 0;  // of a sum
  const auto flush = [&] {
    for (size_t k = 0; k < sums.size(); ++k) {
      sums_[(first << line_bits()) + k] += sums[k];
      sums[k] = 0;
    }
    reach = 0;
  };
  for (uint64_t line = 0; line < present_.size(); ++line) {
    if (!read_line(line, values)) {
      continue;
    }
    const uint64_t largest = magnitude_of_all(values);
    if (reach + largest > kMostSum) {
      flush();
    }
    reach += largest;
    for (size_t i = 0; i < count; ++i) {
      if (contains_line(first + i, line)) {
        int64_t* sum = sums.data() + i * length;
        for (size_t j = 0; j < length; ++j) {
          sum[j] += values[j];
        }
      }
    }
  }
  flush();
}

int128_t ProjectedColumn::projection(size_t i) const {
  int128_t sum = 0;
  for (size_t j = 0; j < size_t{1} << line_bits(); ++j) {
    if (projections_->contains(i, 0, j)) {
      sum += partial_sum(i, j);
    }
  }
  return sum;
}

ProjectionSum::ProjectionSum(const ProjectedColumn& column, std::vector<Scalar> coefficients)
    : column_(column), coefficients_(std::move(coefficients)) {
  const size_t length = size_t{1} << column.line_bits();
  const size_t count = coefficients_.size();
  pair_.a.resize(count * length);
  pair_.b.resize(count * length);
  parallel_for(count, kTogether, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      for (size_t j = 0; j < length; ++j) {
        const bool kept = column_.projections().contains(i, 0, j);
        pair_.a[i * length + j] = kept ? Scalar::one() : Scalar::zero();
        pair_.b[i * length + j] = coefficients_[i] * scalar_of(column_.partial_sum(i, j));
      }
    }
  });
}

void ProjectionSum::add_grid(unsigned g, std::span<Scalar> grid) {
  if (!dense_ && point_.size() + g > column_.line_bits()) {
    make_dense();
  }
  ArrayPair* const pair = &pair_;
  add_product_grid({&pair, 1}, g, {}, grid);
}

void ProjectionSum::bind(const Scalar& z) {
  ArrayPair* const pair = &pair_;
  bind_lowest({&pair, 1}, z);
  if (!dense_) {
    point_.push_back(z);
  }
}

// Coefficients Σ_i c_i·(projection i, its bound variables at the point), and the column, likewise.
void ProjectionSum::make_dense() {
  const auto bound = static_cast<unsigned>(point_.size());
  const unsigned free = column_.line_bits() - bound;
  const unsigned lines = column_.projections().bits() - column_.line_bits();
  const size_t left = size_t{1} << free;  // of a line
  for (size_t i = 0; i < coefficients_.size(); ++i) {
    kernels().scale(pair_.a.data() + i * left, pair_.a.data() + i * left, coefficients_[i], left);
  }
  const auto eq = eq_table(point_);
  ArrayPair dense;
  dense.a.resize(left << lines);
  dense.b.resize(left << lines);
  parallel_for(size_t{1} << lines, kTaskLines, [&](size_t begin, size_t end) {
    std::vector<int64_t> values(size_t{1} << column_.line_bits());
    const WipedAtEnd wiped(values);
    for (size_t line = begin; line < end; ++line) {
      Scalar* a = dense.a.data() + line * left;
      for (size_t i = 0; i < coefficients_.size(); ++i) {
        if (column_.contains_line(i, line)) {
          kernels().add(a, a, pair_.a.data() + i * left, left);
        }
      }
      if (column_.read_line(line, values)) {
        for (size_t t = 0; t < left; ++t) {
          dense.b[line * left + t] = dot(eq, values.data() + (t << bound));
        }
      }
    }
  });
  pair_ = std::move(dense);
  dense_ = true;
}

}  // namespace vouch
