#include "group/straus.h"

#include <array>
#include <vector>

#include "base/check.h"
#include "group/edwards_formulas.h"

namespace vouch::internal {
namespace {

struct Term {
  NonAdjacentForm form;
  std::array<CachedPoint, kOddMultiples> odd_multiples;

  Term(const NonAdjacentForm& digits, const Point& p) : form(digits) {
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

Point sum_of_terms(const std::vector<Term>& terms) {
  Point sum;
  if (terms.empty()) {
    return sum;
  }
  for (size_t i = kNonAdjacentDigits; i-- > 0;) {
    sum = sum.doubled();
    for (const Term& term : terms) {
      term.add_digit(i, sum);
    }
  }
  return sum;
}

}  // namespace

Point straus_vartime(std::span<const Scalar> s, std::span<const Point> points) {
  VOUCH_CHECK(s.size() == points.size());
  std::vector<Term> terms;
  terms.reserve(s.size());
  for (size_t i = 0; i < s.size(); ++i) {
    if (!s[i].is_zero()) {
      terms.emplace_back(non_adjacent_form(s[i]), points[i]);
    }
  }
  return sum_of_terms(terms);
}

Point straus_vartime(std::span<const NonAdjacentForm> s, const NielsPoint* points, size_t stride) {
  std::vector<Term> terms;
  terms.reserve(s.size());
  for (size_t j = 0; j < s.size(); ++j) {
    terms.emplace_back(s[j], points[j * stride].point());
  }
  return sum_of_terms(terms);
}

}  // namespace vouch::internal
