// A proof up to its final equation, and what comes after: the parts of which verification of one
// proof and of many are made.
#pragma once

#include "base/random.h"
#include "verify/batch.h"
#include "verify/equation.h"
#include "verify/input_check.h"
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

/// Random weights for sums of equations, of the operating system's randomness. They are drawn after
/// all proofs and bounds are there; hashed with both, they stay unpredictable to whoever made these
/// if that randomness should ever repeat.
[[nodiscard]] SecretRandom weights_for(std::span<const BatchItem> items);

/// Whether the proof's inputs are the expected ones, if there is all that this needs; the
/// expectation must outlive it.
[[nodiscard]] std::optional<InputCheck> input_check(const VerifierModel& model, const Proof& proof,
                                                    const Claim& claim, const Expectation& expected,
                                                    SecretRandom& random);
/// Adds that to the equation of an examined proof.
void add_inputs(const std::optional<InputCheck>& inputs, Examination& examined);

/// Adds the model's bound, if its equation is open, with a random weight; and what follows if the
/// sum holds.
void add_open_bound(const VerifierModel& model, SecretRandom& random, EquationSum& sum);
void set_bound_holds(const VerifierModel& model);

/// The model's bound is known not to hold.
[[nodiscard]] bool bound_failed(const VerifierModel& model);
/// A model whose bound does not hold is refused before any proof about it.
[[nodiscard]] Verdict model_first(const VerifierModel& model, Verdict of_proof,
                                  const Generators& generators);

/// Steps 11 to 13 and those of section 21.5 among them, but for what the rows of D commit to:
/// input_check says that.
[[nodiscard]] Verdict check_expectation(const VerifierModel& model, const Proof& proof,
                                        const Claim& claim, const Expectation& expected);

}  // namespace vouch
