#include "group/straus.h"

#include <array>
#include <vector>

#include "base/check.h"
#include "group/edwards_formulas.h"
#include "group/signed_digits.h"

namespace vouch::internal {
namespace {

constexpr size_t kWidth = 5;
constexpr size_t kDigits = 254;
using NonAdjacentForm = std::array<int16_t, kDigits>;

// s = Σ d_i·2^i with d_i zero or odd, |d_i| < 2^(kWidth−1), any two nonzero ones kWidth apart. 254
// digits, since s < 2^253 and the last window may carry.
NonAdjacentForm non_adjacent_form(const Scalar& s) {
  constexpr int kHalf = 1 << (kWidth - 1);
  const auto integer = s.integer();
  NonAdjacentForm form{};
  uint64_t carry = 0;
  for (size_t i = 0; i < kDigits;) {
    const auto window = static_cast<int>(bits_of(integer, i, kWidth) + carry);
    if (window % 2 == 0) {
      ++i;  // the carry stays: bit i and the carry were both 0 or both 1
      continue;
    }
    carry = window >= kHalf ? 1 : 0;
    form[i] = static_cast<int16_t>(window >= kHalf ? window - 2 * kHalf : window);
    i += kWidth;
  }
  return form;
}

struct Term {
  NonAdjacentForm form;
  std::array<CachedPoint, 8> odd_multiples;

  Term(const Scalar& s, const Point& p) : form(non_adjacent_form(s)) {
    const CachedPoint twice(p.doubled());
    Point multiple = p;
    odd_multiples[0] = CachedPoint(p);
    for (size_t i = 1; i < odd_multiples.size(); ++i) {
      multiple = add_cached(multiple, twice);
      odd_multiples[i] = CachedPoint(multiple);
    }
  }

  void add_digit(size_t i, Point& sum) const {
    const int digit = form[i];
    if (digit > 0) {
      sum = add_cached(sum, odd_multiples[static_cast<size_t>(digit) / 2]);
    } else if (digit < 0) {
      sum = subtract_cached(sum, odd_multiples[static_cast<size_t>(-digit) / 2]);
    }
  }
};

}  // namespace

Point straus_vartime(std::span<const Scalar> s, std::span<const Point> points) {
  VOUCH_CHECK(s.size() == points.size());
  std::vector<Term> terms;
  terms.reserve(s.size());
  for (size_t i = 0; i < s.size(); ++i) {
    if (!s[i].is_zero()) {
      terms.emplace_back(s[i], points[i]);
    }
  }
  Point sum;
  if (terms.empty()) {
    return sum;
  }
  for (size_t i = kDigits; i-- > 0;) {
    sum = sum.doubled();
    for (const Term& term : terms) {
      term.add_digit(i, sum);
    }
  }
  return sum;
}

}  // namespace vouch::internal
