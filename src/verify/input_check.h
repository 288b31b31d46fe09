// Whether a proof's input commitment D is to given codes: by commitments (verify.h), or, for the
// price of some small multiplications, as one more summand of the final equation.
#pragma once

#include "base/random.h"
#include "verify/equation.h"
#include "verify/verify.h"

namespace vouch {

/// The salt that the codes are committed with, or null if the verifier has none.
[[nodiscard]] const Salt* salt_of(const Proof& proof, const Expectation& expected);

/// Adds Σ_i ρ_i·(Com(row i; ω_i) − D_i), random ρ_i, over the present rows of the input. The last
/// points of the equation must be the rows D_i. If any of them commits to something else, the
/// equation becomes false (or stays so), but for a probability of 1/ℓ.
void add_input_check(Equation& equation, const Columns& columns, std::span<const uint8_t> codes,
                     const Salt& salt, SecretRandom& random);

}  // namespace vouch
