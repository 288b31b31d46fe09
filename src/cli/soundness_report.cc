#include "cli/soundness_report.h"

#include <fmt/format.h>

#include "argument/soundness.h"

namespace vouch {

void report_soundness(const Circuit& circuit, Output& output) {
  const auto errors = challenge_errors(circuit, ProofShape{});
  Json challenges;
  const ChallengeError* worst = &errors.front();
  for (const ChallengeError& error : errors) {
    challenges[error.challenge] = error_bits(error.bad_values);
    worst = error.bad_values > worst->bad_values ? &error : worst;
  }
  const double total = total_error_bits(errors);
  output.object()["soundness_error_log2"] = {{"total", total}, {"challenges", challenges}};
  output.line(fmt::format(
      "Soundness: a false statement gets past the challenges of a proof with probability "
      "2^{:.1f}, most of it past `{}`; discrete logarithms, 2^126 steps, are weaker",
      total, worst->challenge));
}

}  // namespace vouch
