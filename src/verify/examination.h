// A proof up to its final equation, and what comes after: the parts of which verification of one
// proof and of many are made.
#pragma once

#include "base/random.h"
#include "verify/equation.h"
#include "verify/verify.h"

namespace vouch {

/// Steps 1 to 9 of protocol.md, section 16. If the verdict accepts so far, the proof stands or
/// falls with the equation and the expectation.
struct Examination {
  Verification verification;
  Proof proof;
  Equation equation;
};
[[nodiscard]] Examination examine(const VerifierModel& model, ByteSpan proof_bytes,
                                  const std::function<void(const char*)>& step);

/// Adds to the equation that the proof's inputs are the expected ones, if there is all that this
/// needs; says whether it did.
bool add_expected_input(const VerifierModel& model, const Proof& proof, const Expectation& expected,
                        SecretRandom& random, Equation& equation);

/// Adds the model's bound, if its equation is open, with a random weight; and what follows if the
/// sum holds.
void add_open_bound(const VerifierModel& model, SecretRandom& random, EquationSum& sum);
void set_bound_holds(const VerifierModel& model);

/// The model's bound is known not to hold.
[[nodiscard]] bool bound_failed(const VerifierModel& model);
/// A model whose bound does not hold is refused before any proof about it.
[[nodiscard]] Verdict model_first(const VerifierModel& model, Verdict of_proof,
                                  const Generators& generators);

/// Steps 11 to 13. With `input_holds`, the inputs' rows are known to be the expected ones.
[[nodiscard]] Verdict check_expectation(const VerifierModel& model, const Proof& proof,
                                        const Expectation& expected, const Generators& generators,
                                        bool input_holds);

/// The model's bound, then steps 10 to 13.
[[nodiscard]] Verdict settle(const VerifierModel& model, const Examination& examined,
                             const Expectation& expectation, const Generators& generators);

}  // namespace vouch
