#include "argument/sumcheck.h"

namespace vouch {
namespace {

// Σ_t coefficients[t]·q[t]
Linear combine(std::span<const GridWeights> weights, const std::vector<Linear>& q) {
  const auto coefficients = grid_products(weights);
  Linear sum;
  for (size_t t = 0; t < q.size(); ++t) {
    if (!coefficients[t].is_zero()) {
      sum += coefficients[t] * q[t];
    }
  }
  return sum;
}

// One message: q over the next variables, `boolean` their weights at 0, 1 (and 0 at 2) in the
// claim.
void round(Ledger& ledger, std::string_view label, std::span<const GridWeights> boolean,
           Linear& claim, std::vector<Scalar>& point, RoundProver* prover) {
  const auto variables = static_cast<unsigned>(boolean.size());
  // P -> V
  const auto q = ledger.send(label, grid_size(variables),
                             [&](std::span<Scalar> out) { prover->round(variables, out); });
  ledger.require(label, combine(boolean, q) - claim);
  // V -> P
  std::vector<GridWeights> at;
  for (unsigned i = 0; i < variables; ++i) {
    point.push_back(ledger.challenge(label));
    at.push_back(quadratic_weights(point.back()));
    if (prover != nullptr) {
      prover->bind(point.back());
    }
  }
  claim = combine(at, q);
}

std::vector<Scalar> rounds(Ledger& ledger, std::string_view label, const RoundGroups& groups,
                           std::span<const GridWeights> boolean, Linear& claim,
                           RoundProver* prover) {
  std::vector<Scalar> point;
  while (!boolean.empty()) {
    const unsigned v = groups.size(static_cast<unsigned>(boolean.size()));
    round(ledger, label, boolean.first(v), claim, point, prover);
    boolean = boolean.subspan(v);
  }
  return point;
}

}  // namespace

std::vector<Scalar> sumcheck(Ledger& ledger, std::string_view label, const RoundGroups& groups,
                             unsigned variables, Linear& claim, RoundProver* prover) {
  const std::vector<GridWeights> boolean(variables, {Scalar::one(), Scalar::one(), Scalar::zero()});
  return rounds(ledger, label, groups, boolean, claim, prover);
}

std::vector<Scalar> eq_sumcheck(Ledger& ledger, std::string_view label, const RoundGroups& groups,
                                std::span<const Scalar> r, Linear& claim, RoundProver* prover) {
  std::vector<GridWeights> boolean;
  for (const Scalar& r_i : r) {
    boolean.push_back({Scalar::one() - r_i, r_i, Scalar::zero()});
  }
  return rounds(ledger, label, groups, boolean, claim, prover);
}

}  // namespace vouch
