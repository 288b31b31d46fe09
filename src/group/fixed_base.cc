#include "group/fixed_base.h"

#include "group/signed_digits.h"

namespace vouch {
namespace {

constexpr size_t kWidth = 4;
constexpr size_t kWindows = internal::signed_digit_count(kWidth);
constexpr size_t kMultiples = size_t{1} << (kWidth - 1);

void select_words(std::array<uint64_t, 4>& out, const std::array<uint64_t, 4>& x, uint64_t mask) {
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] ^= mask & (out[i] ^ x[i]);
  }
}

// All bits set if a = b, else none.
uint64_t equality_mask(uint32_t a, uint32_t b) {
  return 0 - ((static_cast<uint64_t>(a ^ b) - 1) >> 63);
}

}  // namespace

FixedBase::FixedBase(const Point& base) {
  std::vector<Point> points;
  points.reserve(kWindows * kMultiples);
  Point window = base;
  for (size_t i = 0; i < kWindows; ++i) {
    points.push_back(window);
    for (size_t k = 1; k < kMultiples; ++k) {
      points.push_back(points.back() + window);
    }
    window = points.back().doubled();
  }
  table_ = to_niels(points);
}

Point FixedBase::multiply(const Scalar& s) const {
  const auto digits = internal::signed_digits<kWidth>(s);
  Point sum;
  for (size_t i = 0; i < kWindows; ++i) {
    const auto sign = static_cast<uint32_t>(digits[i] >> 31);
    const uint32_t magnitude = (static_cast<uint32_t>(digits[i]) ^ sign) - sign;
    NielsPoint chosen;
    for (size_t k = 0; k < kMultiples; ++k) {
      const NielsPoint& entry = table_[i * kMultiples + k];
      const uint64_t mask = equality_mask(magnitude, static_cast<uint32_t>(k + 1));
      select_words(chosen.y_plus_x, entry.y_plus_x, mask);
      select_words(chosen.y_minus_x, entry.y_minus_x, mask);
      select_words(chosen.xy2d, entry.xy2d, mask);
    }
    // −P: y+x and y−x change places and 2d·xy changes sign.
    const uint64_t negative = 0 - static_cast<uint64_t>(sign & 1);
    const NielsPoint positive = chosen;
    const auto negated = (-internal::Field25519::from_words(positive.xy2d)).words();
    select_words(chosen.y_plus_x, positive.y_minus_x, negative);
    select_words(chosen.y_minus_x, positive.y_plus_x, negative);
    select_words(chosen.xy2d, negated, negative);
    sum += chosen;
  }
  return sum;
}

}  // namespace vouch
