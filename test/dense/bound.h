// The proof that weights are bounded (argument/bound/weight_bound.h), by its definition and by a
// prover who may lie.
#pragma once

#include "argument/bound/weight_bound.h"
#include "dense/dense_prover.h"

namespace vouch::dense {

/// How such a proof is made: honest by default, but for weights out of bounds if the model has
/// them. Then the numbers' lowest 80 bits are committed.
struct BoundForgery {
  explicit BoundForgery(const DenseModel& of) : model(&of) {}

  const DenseModel* model;
  /// Whether W and b are added to the numbers.
  std::array<bool, 2> counted{true, true};
  /// Changes the bits' column, given the numbers as scalars, before it is committed.
  std::function<void(std::vector<Scalar>& bits, const std::vector<Scalar>& numbers)> bits;
  /// Added to every value of the zero test's rounds.
  Scalar rounds_lie;
  Scalar opening_lie;
  LedgerHooks ledger;
  ChannelHooks channel;
  /// Changes what is absorbed, not what is written.
  std::function<void(ModelCommitment& model, Rows& bits)> absorbed;
};

struct BoundProof {
  PublicModel file;
  std::vector<std::string> false_checks;  ///< evaluated in the clear; sorted, each once
  std::vector<std::pair<std::string, Scalar>> false_values;
  Opening opening;
};

[[nodiscard]] BoundProof prove_bound_densely(const BoundForgery& forgery,
                                             const Generators& generators);

/// Element number i of the bits' brick as its slot.
constexpr size_t bit_slot(size_t number, size_t bit) { return number * kProjectionBits + bit; }

}  // namespace vouch::dense
