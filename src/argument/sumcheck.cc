#include "argument/sumcheck.h"

namespace vouch {

std::array<Scalar, 3> quadratic_weights(const Scalar& z) {
  // (z−1)(z−2)/2, −z(z−2), z(z−1)/2
  static const Scalar half = Scalar::from_u64(2).inverse();
  const Scalar z1 = z - Scalar::one();
  const Scalar z2 = z1 - Scalar::one();
  return {z1 * z2 * half, -(z * z2), z * z1 * half};
}

namespace {

// P -> V: q. The two weights say how q(0) and q(1) make the claim. V -> P: z.
Scalar weighted_round(Ledger& ledger, std::string_view label, const Scalar& w0, const Scalar& w1,
                      Linear& claim, RoundProver* prover) {
  // P -> V
  const auto q = ledger.send(label, 3, [&](std::span<Scalar> out) { prover->round(out); });
  ledger.require(label, w0 * q[0] + w1 * q[1] - claim);
  // V -> P
  const Scalar z = ledger.challenge(label);
  const auto w = quadratic_weights(z);
  claim = w[0] * q[0] + w[1] * q[1] + w[2] * q[2];
  if (prover != nullptr) {
    prover->bind(z);
  }
  return z;
}

}  // namespace

Scalar sumcheck_round(Ledger& ledger, std::string_view label, Linear& claim, RoundProver* prover) {
  return weighted_round(ledger, label, Scalar::one(), Scalar::one(), claim, prover);
}

Scalar eq_sumcheck_round(Ledger& ledger, std::string_view label, const Scalar& r_i, Linear& claim,
                         RoundProver* prover) {
  return weighted_round(ledger, label, Scalar::one() - r_i, r_i, claim, prover);
}

}  // namespace vouch
