#include "protocol/sample_plan.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "base/check.h"

namespace vouch {
namespace {

void check_planned(double x) { VOUCH_CHECK(x >= kLeastPlanned && x < 1); }

uint64_t hoeffding(double margin, double delta, double sides) {
  check_planned(margin);
  check_planned(delta);
  return static_cast<uint64_t>(std::ceil(std::log(sides / delta) / (2 * margin * margin)));
}

uint64_t detecting(double wrong, double delta, double sides) {
  check_planned(wrong);
  check_planned(delta);
  return static_cast<uint64_t>(std::ceil(std::log(sides / delta) / -std::log1p(-wrong)));
}

// How many of `answers` are wrong, if a fraction `wrong` or more is. (0.05 · 20 is a little more
// than 1.)
uint64_t wrong_ones(uint64_t answers, double wrong) {
  constexpr double kRounding = 1e-9;
  const double exact = wrong * static_cast<double>(answers);
  return std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(exact - kRounding)));
}

// That the next draw is right too, after `drawn` right ones.
double next_right(uint64_t answers, uint64_t wrong, uint64_t drawn) {
  const uint64_t left = answers - drawn;
  return left <= wrong ? 0 : static_cast<double>(left - wrong) / static_cast<double>(left);
}

}  // namespace

uint64_t one_sided_samples(double margin, double delta) { return hoeffding(margin, delta, 1); }

uint64_t two_sided_samples(double margin, double delta) { return hoeffding(margin, delta, 2); }

Interval exact_interval(uint64_t correct, uint64_t samples, double delta) {
  VOUCH_CHECK(correct <= samples && samples != 0);
  check_planned(delta);
  using Binomial = boost::math::binomial_distribution<double>;
  const auto n = static_cast<double>(samples);
  const auto k = static_cast<double>(correct);
  return {correct == 0 ? 0 : Binomial::find_lower_bound_on_p(n, k, delta / 2),
          correct == samples ? 1 : Binomial::find_upper_bound_on_p(n, k, delta / 2)};
}

uint64_t detecting_samples(double wrong, double delta) { return detecting(wrong, delta, 1); }

uint64_t detecting_samples_two_sided(double wrong, double delta) {
  return detecting(wrong, delta, 2);
}

uint64_t detecting_samples_of(uint64_t answers, double wrong, double delta) {
  check_planned(wrong);
  check_planned(delta);
  const uint64_t bad = wrong_ones(answers, wrong);
  double missed = 1;
  uint64_t samples = 0;
  while (missed > delta) {  // ends: when only wrong ones are left it is 0
    missed *= next_right(answers, bad, samples++);
  }
  return samples;
}

double missing_probability(uint64_t answers, uint64_t samples, double wrong) {
  check_planned(wrong);
  return missing_probability_of(answers, samples, wrong_ones(answers, wrong));
}

double missing_probability_of(uint64_t answers, uint64_t samples, uint64_t bad) {
  VOUCH_CHECK(samples <= answers && bad <= answers);
  double missed = 1;
  for (uint64_t drawn = 0; drawn < samples; ++drawn) {
    missed *= next_right(answers, bad, drawn);
  }
  return missed;
}

uint64_t most_undetected(uint64_t answers, uint64_t samples, double delta) {
  check_planned(delta);
  uint64_t possible = 0;  // missed with probability 1 > δ
  uint64_t impossible = answers + 1;
  while (impossible - possible > 1) {
    const uint64_t bad = possible + (impossible - possible) / 2;
    (missing_probability_of(answers, samples, bad) > delta ? possible : impossible) = bad;
  }
  return possible;
}

}  // namespace vouch
