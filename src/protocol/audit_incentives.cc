#include "protocol/audit_incentives.h"

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>

namespace vouch {

double passes(const AuditTerms& terms, double accuracy) {
  constexpr double kRounding = 1e-9;  // 0.7 · 10 is a little more than 7
  const auto n = static_cast<double>(terms.samples);
  const double needed = std::ceil(terms.threshold * n - kRounding);
  if (needed <= 0) {
    return 1;
  }
  const boost::math::binomial_distribution<double> correct(n, accuracy);
  return boost::math::cdf(boost::math::complement(correct, needed - 1));
}

// βP ≤ (1 − β)S
double least_stake(const AuditTerms& terms) {
  const double beta = passes(terms, terms.bad);
  return beta < 1 ? beta * terms.price / (1 - beta) : std::numeric_limits<double>::infinity();
}

double honest_profit(const AuditTerms& terms, double stake) {
  const double sold = passes(terms, terms.good);
  return sold * terms.price - (1 - sold) * stake - terms.cost;
}

double audit_fee(const AuditTerms& terms) {
  return terms.proof_cost * static_cast<double>(terms.samples);
}

}  // namespace vouch
