#include "protocol/contest_incentives.h"

#include <algorithm>
#include <cmath>

#include "protocol/sample_plan.h"

namespace vouch {

double found(const ContestTerms& terms, uint64_t wrong) {
  return 1 - missing_probability_of(terms.answers, terms.samples, wrong);
}

double loss(const ContestTerms& terms, double stake) {
  return (1 - terms.reward) * stake + terms.price * static_cast<double>(terms.answers);
}

uint64_t most_wrong(const ContestTerms& terms) {
  constexpr double kRounding = 1e-9;  // 0.29 · 100 is a little less than 29
  const double most = terms.most_wrong * static_cast<double>(terms.answers);
  return std::max<uint64_t>(1, static_cast<uint64_t>(most + kRounding));
}

double cheating_profit(const ContestTerms& terms, double stake, uint64_t wrong) {
  return terms.gain * static_cast<double>(wrong) -
         terms.contested * found(terms, wrong) * loss(terms, stake);
}

// gK ≤ q·d(K)·L for all K: K/d(K) does not fall, so the largest K decides.
double least_stake(const ContestTerms& terms) {
  const uint64_t most = most_wrong(terms);
  const double least_loss =
      terms.gain * static_cast<double>(most) / (terms.contested * found(terms, most));
  return std::max(0.0, (least_loss - loss(terms, 0)) / (1 - terms.reward));
}

uint64_t best_cheat(const ContestTerms& terms, double stake) {
  const uint64_t most = most_wrong(terms);
  return cheating_profit(terms, stake, most) > 0 ? most : 0;
}

std::optional<uint64_t> break_even(const ContestTerms& terms, double stake) {
  if (best_cheat(terms, stake) == 0) {
    return {};
  }
  uint64_t pays = most_wrong(terms);
  uint64_t does_not = 0;
  while (pays - does_not > 1) {
    const uint64_t middle = does_not + (pays - does_not) / 2;
    (cheating_profit(terms, stake, middle) > 0 ? pays : does_not) = middle;
  }
  return pays;
}

double contest_fee(const ContestTerms& terms) {
  return terms.proof_cost * static_cast<double>(terms.samples);
}

// π·d·ρS = (1 − π·d)·F + v
double least_suspicion(const ContestTerms& terms, double stake) {
  const double d = 1 - missing_probability(terms.answers, terms.samples,
                                           std::min(terms.planned_wrong, 1 - 1e-9));
  const double fee = contest_fee(terms);
  return (fee + terms.check_cost) / (d * (terms.reward * stake + fee));
}

}  // namespace vouch
