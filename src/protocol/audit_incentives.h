// What makes honesty the best reply where a model is sold after an audit of its accuracy.
// docs/protocols.md derives all of it; letters are those of there.
#pragma once

#include <cstdint>

namespace vouch {

/// Contract: 1 ≤ samples; 0 < threshold ≤ 1; 0 ≤ bad < good ≤ 1; nothing negative.
struct AuditTerms {
  uint64_t samples = 600;  ///< n
  double threshold = 0.7;  ///< the model is bought if at least so much of n is correct
  double good = 0.75;      ///< accuracy of a model that deserves it
  double bad = 0.65;       ///< of one that does not
  double price = 1;        ///< P, in escrow before the audit begins
  double cost = 0;         ///< what a good model costs its seller, below P
  double proof_cost = 0;   ///< k of one answer
};

/// That a model of this accuracy reaches the threshold: a binomial tail.
[[nodiscard]] double passes(const AuditTerms& terms, double accuracy);

/// S*: the least stake with which the sale of the bad model is expected to bring nothing. Infinite
/// if that always passes.
[[nodiscard]] double least_stake(const AuditTerms& terms);

/// What the seller of the good model expects, who has paid `cost` for it.
[[nodiscard]] double honest_profit(const AuditTerms& terms, double stake);

/// F = nk: what the audit costs the buyer in advance; the seller's if all proofs are valid.
[[nodiscard]] double audit_fee(const AuditTerms& terms);

}  // namespace vouch
