// How many samples say how much. Pure arithmetic; docs/protocols.md derives it.
#pragma once

#include <cstdint>

namespace vouch {

/// Smallest margins, fractions and probabilities that plans are made for.
constexpr double kLeastPlanned = 1e-6;

/// Enough that the accuracy measured on so many inputs, drawn independently, exceeds the true one
/// by more than `margin` with probability at most `delta`: ln(1/δ)/(2ε²), Hoeffding's inequality;
/// the form of Kang, Hashimoto, Stoica and Sun (2022). Contract, of all here: kLeastPlanned ≤
/// arguments < 1.
[[nodiscard]] uint64_t one_sided_samples(double margin, double delta);
/// That it differs by more than `margin`, either way: ln(2/δ)/(2ε²).
[[nodiscard]] uint64_t two_sided_samples(double margin, double delta);

struct Interval {
  double lower;
  double upper;
};
/// Clopper and Pearson's: whatever the true accuracy is, it is in the interval but for a
/// probability of at most `delta`. Contract: correct ≤ samples, 0 < samples.
[[nodiscard]] Interval exact_interval(uint64_t correct, uint64_t samples, double delta);

/// Enough that of answers of which a fraction `wrong` or more are wrong, one is drawn with
/// probability 1 − δ: ln(1/δ)/(−ln(1 − ε)).
[[nodiscard]] uint64_t detecting_samples(double wrong, double delta);
/// The same with ln(2/δ), as is planned where both directions of an estimate count.
[[nodiscard]] uint64_t detecting_samples_two_sided(double wrong, double delta);
/// Exactly, where the answers are finitely many and none is drawn twice: at most as many as above.
/// Contract: 0 < answers.
[[nodiscard]] uint64_t detecting_samples_of(uint64_t answers, double wrong, double delta);

/// The probability that `samples` of `answers`, none drawn twice, are all right although a fraction
/// `wrong` is not. Contract: samples ≤ answers.
[[nodiscard]] double missing_probability(uint64_t answers, uint64_t samples, double wrong);
/// The same if `bad` of them are not. Contract: samples, bad ≤ answers.
[[nodiscard]] double missing_probability_of(uint64_t answers, uint64_t samples, uint64_t bad);

/// The most wrong ones that `samples` of `answers`, none drawn twice and all right, leave possible:
/// if there are more, all drawn are right with probability at most `delta`. Contract: samples ≤
/// answers.
[[nodiscard]] uint64_t most_undetected(uint64_t answers, uint64_t samples, double delta);

}  // namespace vouch
