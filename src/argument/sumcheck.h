// One round of a sumcheck whose round polynomial q has degree 2 and is sent as q(0), q(1), q(2).
#pragma once

#include <span>

#include "argument/ledger/ledger.h"

namespace vouch {

/// Coefficients of q(0), q(1), q(2) in q(z).
[[nodiscard]] std::array<Scalar, 3> quadratic_weights(const Scalar& z);

/// What the prover does in a round. The verifier has none.
class RoundProver {
 public:
  RoundProver() = default;
  RoundProver(const RoundProver&) = delete;
  RoundProver& operator=(const RoundProver&) = delete;
  virtual ~RoundProver() = default;
  /// Writes q(0), q(1), q(2) of the current round.
  virtual void round(std::span<Scalar> q) = 0;
  /// Binds the current variable to z and goes to the next round.
  virtual void bind(const Scalar& z) = 0;
};

/// Plain round: P -> V q; claim = q(0) + q(1); V -> P z; the new claim is q(z).
Scalar sumcheck_round(Ledger& ledger, std::string_view label, Linear& claim, RoundProver* prover);

/// Round of Σ_j eq(r, j)·g(j) with the factor eq(r_i, t) of the bound variable left out of q
/// (Gruen, https://eprint.iacr.org/2024/108, section 3): claim = (1 − r_i)·q(0) + r_i·q(1), and
/// q(z) is the claim over the remaining variables. No factor is carried along, and q has degree 2,
/// not 3.
Scalar eq_sumcheck_round(Ledger& ledger, std::string_view label, const Scalar& r_i, Linear& claim,
                         RoundProver* prover);

}  // namespace vouch
