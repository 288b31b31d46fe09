// Many proofs, of one or several models, at the price of few: their final equations are added up,
// each times a random scalar that no prover can know, and checked by one multi-scalar
// multiplication, in which the generators and the models' rows occur once.
#pragma once

#include <span>

#include "verify/verify.h"

namespace vouch {

/// Who has many proofs reads so many at a time: enough for one sum.
constexpr size_t kProofGroup = 32;

/// What one verification takes; everything must outlive the call.
struct BatchItem {
  const VerifierModel* model = nullptr;
  ByteSpan proof;
  const Expectation* expectation = nullptr;  ///< null: none
};

/// What verify() says of each, in order, with the same reasons: where the sum of a group of
/// equations is false, its proofs are settled one by one. So a batch with a bad proof costs about
/// as much as verifying that group singly, never a different verdict, but for a probability of 1/ℓ.
/// Of some 60 proofs the points are in memory at a time (12 MB). `generators` holds at least
/// generators_needed of each proof. The executor, if there is one, shares out proofs, a few at a
/// time (so that steps may be told on several threads), and sums.
[[nodiscard]] std::vector<Verification> verify_batch(std::span<const BatchItem> items,
                                                     const Generators& generators,
                                                     const MsmExecutor& executor = {});

}  // namespace vouch
