#include "prove/generator_folding.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/parallel.h"
#include "field/kernels/kernels.h"
#include "group/msm.h"

namespace vouch {

Point parallel_msm_vartime(std::span<const Scalar> s, std::span<const NielsPoint> points) {
  return msm_vartime(s, points, parallel_for);
}

GeneratorFolding::GeneratorFolding(std::span<const NielsPoint> points, unsigned bits)
    : points_(points), length_(size_t{1} << bits) {
  VOUCH_CHECK(points.size() <= length_);
}

GeneratorFolding::Side GeneratorFolding::side(std::span<const Scalar> z, bool low) const {
  const size_t half = z.size() / 2;
  Side out;
  out.scalars.reserve(points_.size());
  out.points.reserve(points_.size());
  // Point j·2·half + i belongs to the low half if i < half; then its partner in z is z_1[i].
  const Scalar* partners = z.data() + (low ? half : 0);
  for (size_t at = low ? 0 : half; at < points_.size(); at += 2 * half) {
    const std::span<const NielsPoint> run =
        points_.subspan(at, std::min(half, points_.size() - at));
    const size_t done = out.scalars.size();
    out.scalars.resize(done + run.size());
    kernels().scale(out.scalars.data() + done, partners, coefficients_[at / (2 * half)],
                    run.size());
    out.points.insert(out.points.end(), run.begin(), run.end());
  }
  return out;
}

// Short sums, and on few threads all, cost least if either side is made by one thread.
std::pair<Point, Point> GeneratorFolding::cross_terms(std::span<const Scalar> z) const {
  constexpr size_t kShort = 4096;
  VOUCH_CHECK(z.size() * coefficients_.size() == length_);
  std::array<Point, 2> sums;
  const auto make = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const Side terms = side(z, i == 1);
      sums[i] = parallel_msm_vartime(terms.scalars, terms.points);
    }
  };
  if (thread_count() <= sums.size() || points_.size() <= kShort) {
    parallel_for(sums.size(), 1, make);
  } else {
    make(0, sums.size());
  }
  return {sums[0], sums[1]};
}

void GeneratorFolding::fold(const Scalar& q) {
  std::vector<Scalar> next;
  for (const Scalar& k : coefficients_) {
    next.push_back(k * q);
    next.push_back(k);
  }
  coefficients_ = std::move(next);
  if (coefficients_.size() == size_t{1} << kRounds && length_ / coefficients_.size() > 16) {
    collapse();
  }
}

void GeneratorFolding::collapse() {
  const size_t length = length_ / coefficients_.size();
  NielsTable folded(length);
  // Few large parts: each pays one inversion for its affine coordinates.
  const size_t part = std::max<size_t>(64, length / (4 * thread_count()) / 8 * 8);
  parallel_for(length, part, [&](size_t begin, size_t end) {
    const auto share = collapse_vartime(coefficients_, points_, length, begin, end);
    std::copy(share.begin(), share.end(), folded.begin() + static_cast<std::ptrdiff_t>(begin));
  });
  collapsed_ = std::move(folded);
  points_ = collapsed_;
  length_ = length;
  coefficients_ = {Scalar::one()};
}

}  // namespace vouch
