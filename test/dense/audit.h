// Which checks of a proof are false, evaluated in the clear.
#pragma once

#include "dense/dense_prover.h"

namespace vouch::dense {

/// What the argument has claimed about the columns, as sent.
struct ClaimsMade {
  LookupChallenges challenges;
  std::vector<Scalar> r;
  std::vector<Scalar> rho;
  std::vector<Scalar> low_point;  ///< with exact rounding
  std::vector<Scalar> input_point;
  std::vector<Scalar> predicate_point;  ///< of a hidden output
  std::vector<Scalar> table_point;
  std::array<std::array<Scalar, 4>, kTrees> children;  ///< P_0, P_1, Q_0, Q_1 of the last layers
  Scalar zeta;
  std::vector<Scalar> sums;      ///< B, S_1, …, w_1, …
  std::vector<Scalar> products;  ///< w_j·S_j
  std::vector<Scalar> ends;      ///< Ŵ(ρ), X̂(ρ)
};

/// Fills in sums, products and ends as they were committed.
void read_bilinear(const Ledger& ledger, const DenseLedger& secrets, ClaimsMade& claims);

/// Requires, products and the last claim of the opening.
void audit_ledger(const Ledger& ledger, const Opening& opening, const DenseLedger& secrets,
                  DenseProof& out);

/// The claims about the committed columns, by the definition: "claim W", "claim X" (Ŵ(ρ) and
/// X̂(ρ)), "claim w1", "claim w2", … (multipliers of products), "claim C", "claim R" (Q_C(r) and
/// Q_R(r); with exact rounding Q_U(r) is meant), "claim L" (exact rounding), "claim D", "claim m"
/// and "claim y" (the output), or of a hidden output those of audit_hidden (dense/hidden.h).
void audit_claims(const DenseModel& model, const DenseWitness& committed, const ClaimsMade& claims,
                  DenseProof& out);

}  // namespace vouch::dense
