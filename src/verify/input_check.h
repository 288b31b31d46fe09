// Whether a proof's input commitment D is to given codes: by commitments (verify.h), or, for the
// price of some small multiplications, as one more summand of the final equation.
#pragma once

#include "base/random.h"
#include "verify/equation.h"
#include "verify/verify.h"

namespace vouch {

/// The salt that input i is committed with, or null if the verifier has none.
[[nodiscard]] const Salt* salt_of(const Proof& proof, const Expectation& expected, size_t i);

/// Adds Σ_i ρ_i·(Com(row i; ω_i) − D_i), random ρ_i, over the present rows of one input. The
/// equation's points from number `first` on must be its rows D_i. If any of them commits to
/// something else, the equation becomes false (or stays so), but for a probability of 1/ℓ.
void add_input_check(Equation& equation, size_t first, const VerifierModel& model,
                     std::span<const uint8_t> codes, const Salt& salt, SecretRandom& random);

}  // namespace vouch
