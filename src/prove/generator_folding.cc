#include "prove/generator_folding.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"
#include "base/secret.h"
#include "group/msm.h"

namespace vouch {

Point parallel_msm_vartime(std::span<const Scalar> s, std::span<const NielsPoint> points) {
  return msm_vartime(s, points, parallel_for);
}

GeneratorFolding::GeneratorFolding(std::span<const NielsPoint> points, unsigned bits)
    : points_(points), length_(size_t{1} << bits) {
  VOUCH_CHECK(points.size() <= length_);
}

std::pair<Point, Point> GeneratorFolding::cross_terms(std::span<const Scalar> z) const {
  const size_t half = z.size() / 2;
  VOUCH_CHECK(z.size() * coefficients_.size() == length_);
  // Point j·2·half + i belongs to the low half if i < half; then its partner in z is z_1[i].
  SecretVector<Scalar> low;
  SecretVector<Scalar> high;
  std::vector<NielsPoint> low_points;
  std::vector<NielsPoint> high_points;
  for (size_t at = 0; at < points_.size(); at += half) {
    const bool is_low = (at / half) % 2 == 0;
    const Scalar& k = coefficients_[at / (2 * half)];
    const size_t n = std::min(half, points_.size() - at);
    for (size_t i = 0; i < n; ++i) {
      (is_low ? low : high).push_back(k * (is_low ? z[half + i] : z[i]));
    }
    auto& to = is_low ? low_points : high_points;
    to.insert(to.end(), points_.begin() + static_cast<std::ptrdiff_t>(at),
              points_.begin() + static_cast<std::ptrdiff_t>(at + n));
  }
  return {parallel_msm_vartime(high, high_points), parallel_msm_vartime(low, low_points)};
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
  std::vector<NielsPoint> folded(length);
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
