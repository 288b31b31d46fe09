// What makes honesty the best reply where answers may be contested: for a provider, whose profit
// from wrong answers a stake has to outweigh, and for those who contest, who must not gain by
// contesting for nothing. docs/protocols.md derives all of it; letters are those of there.
#pragma once

#include <cstdint>
#include <optional>

namespace vouch {

/// Money is in any unit, the same for all. Contract: samples and 1 ≤ answers, samples ≤ answers; 0
/// < contested ≤ 1; 0 < most_wrong ≤ 1; 0 ≤ reward < 1; 0 < planned_wrong ≤ 1; nothing negative.
struct ContestTerms {
  uint64_t answers = 1000;     ///< N, of a period, at whose end they may be contested
  uint64_t samples = 57;       ///< m: so many are proven
  double contested = 1;        ///< q: the probability that a period's answers are
  double price = 1;            ///< p of an answer, in escrow until the period is over
  double gain = 1;             ///< g: what a wrong answer brings, or saves
  double most_wrong = 1;       ///< largest fraction of wrong answers that nobody notices anyway
  double proof_cost = 0;       ///< k of one answer's proof
  double check_cost = 0;       ///< v of contesting, without the fee
  double reward = 0.5;         ///< ρ: the share of a lost stake that goes to who contested
  double planned_wrong = .05;  ///< ε, by which m was planned
};

/// d(K): that a contest finds one of K wrong answers.
[[nodiscard]] double found(const ContestTerms& terms, uint64_t wrong);

/// L: what a provider loses who is found out: the stake but for what comes back if he contests
/// himself in disguise, (1 − ρ)S, and the escrow, pN.
[[nodiscard]] double loss(const ContestTerms& terms, double stake);

/// The most answers that a provider can answer wrongly, ⌊most_wrong · N⌋, at least 1.
[[nodiscard]] uint64_t most_wrong(const ContestTerms& terms);

/// U(K) = gK − q·d(K)·L: what K wrong answers are expected to bring, compared with none.
[[nodiscard]] double cheating_profit(const ContestTerms& terms, double stake, uint64_t wrong);

/// S*: the least stake with which no number of wrong answers brings a profit.
[[nodiscard]] double least_stake(const ContestTerms& terms);

/// The number of wrong answers with the largest profit: 0 or most_wrong(), as U is convex.
[[nodiscard]] uint64_t best_cheat(const ContestTerms& terms, double stake);

/// The fewest wrong answers that bring a profit: all more do as well. Nothing: none do.
[[nodiscard]] std::optional<uint64_t> break_even(const ContestTerms& terms, double stake);

/// F = mk: what contesting costs in advance; the provider's if all is proven, else returned.
[[nodiscard]] double contest_fee(const ContestTerms& terms);

/// The probability of a fraction ε of wrong answers from which on contesting brings a profit; above
/// 1: never.
[[nodiscard]] double least_suspicion(const ContestTerms& terms, double stake);

}  // namespace vouch
