// Sumchecks whose summand has degree 2 in each variable.
//
// Variables are bound from the lowest index bit up, v of them with one message: the prover sends
//
//     q(t_0, …, t_{v−1}) = Σ_rest summand(t, rest)
//
// by its values on {0,1,2}^v. The sum of q over {0,1}^v is the claim; the verifier draws z_0, …,
// z_{v−1}, and q(z) is the next claim. v = 1 is the usual round. Larger v make fewer messages, each
// of which costs the proof 32 bytes whatever it holds, for (3/2)^v times the prover's work: no
// price where what is left of the sum is small. Source: Lund, Fortnow, Karloff, Nisan (1992), with
// several variables a round.
#pragma once

#include <span>
#include <string_view>

#include "argument/ledger/ledger.h"
#include "argument/proof_shape.h"
#include "poly/grid.h"

namespace vouch {

/// What the prover does in a round. The verifier has none.
class RoundProver {
 public:
  RoundProver() = default;
  RoundProver(const RoundProver&) = delete;
  RoundProver& operator=(const RoundProver&) = delete;
  virtual ~RoundProver() = default;
  /// Writes q of the next `variables` variables on the grid (poly/grid.h).
  virtual void round(unsigned variables, std::span<Scalar> q) = 0;
  /// Binds the next variable to z. After round(v, …) it is called v times.
  virtual void bind(const Scalar& z) = 0;
};

/// Σ_{x ∈ {0,1}^n} summand(x) = claim. Returns the point z; `claim` becomes the summand's there.
std::vector<Scalar> sumcheck(Ledger& ledger, std::string_view label, const RoundGroups& groups,
                             unsigned variables, Linear& claim, RoundProver* prover);

/// Σ_x eq(r, x)·g(x) = claim, with the factors eq(r_i, t_i) of the variables of a message left out
/// of its q (Gruen, https://eprint.iacr.org/2024/108, section 3): the claim is Σ_b eq(r_i, b)·q(b)
/// over b ∈ {0,1}^v, and q(z) the next one, over the remaining variables. No factor is carried
/// along, and q has degree 2, not 3. In the end `claim` is g(z).
std::vector<Scalar> eq_sumcheck(Ledger& ledger, std::string_view label, const RoundGroups& groups,
                                std::span<const Scalar> r, Linear& claim, RoundProver* prover);

}  // namespace vouch
