#include "cli/soundness_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "argument/bound/weight_bound.h"
#include "argument/soundness.h"

namespace vouch {

namespace {

// {"total": log2, "challenges": {label: log2, …}}
Json as_json(const std::vector<ChallengeError>& errors) {
  Json challenges;
  for (const ChallengeError& error : errors) {
    challenges[error.challenge] = error_bits(error.bad_values);
  }
  return {{"total", total_error_bits(errors)}, {"challenges", challenges}};
}

}  // namespace

void report_soundness(const Circuit& circuit, Output& output) {
  const auto errors = challenge_errors(circuit, ProofShape{});
  const auto bound = bound_challenge_errors(circuit);
  const auto worst =
      std::max_element(errors.begin(), errors.end(),
                       [](const auto& a, const auto& b) { return a.bad_values < b.bad_values; });
  output.object()["soundness_error_log2"] = as_json(errors);
  output.object()["bound_soundness_error_log2"] = as_json(bound);
  output.line(fmt::format(
      "Soundness: a false statement gets past the challenges of a proof with probability "
      "2^{:.1f}, most of it past `{}`; discrete logarithms, 2^126 steps, are weaker",
      total_error_bits(errors), worst->challenge));
  output.line(fmt::format(
      "           and a weight above 2^{} past this file's proof of bounds with 2^{:.1f}",
      kWeightBoundBits, total_error_bits(bound)));
}

}  // namespace vouch
