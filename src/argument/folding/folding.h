// The end of a proof: all requires and products of the ledger and the opening, proven at once.
//
//   1. P -> V  one message: the products z_1…z_m, random f(0), g(0), and h(0), h(m+1)…h(2m), where
//   f, g
//              of degree m interpolate the factors at 1…m and h = f·g (Attema–Cramer 2020,
//              section 6.1)
//   2. V -> P  c ∉ {0…m}.  P -> V f(c), g(c), h(c) in clear; h(c) = f(c)·g(c)
//   3. V -> P  θ ≠ 0.  C_u = Σ_k θ^k·T_k + θ^(K+1)·C_v commits to u = (θ^(K+1)·v ‖ θ^k·t_k): each
//   message
//              is bound to its own slots
//   4. V -> P  μ folds all requires, the three values at c and the opening into ⟨Λ, u⟩ = y
//   5. P -> V  Δ = Com(s; ω_s), τ = ⟨Λ, s⟩.  V -> P c' ≠ 0.  P -> V φ = c'·ω_u + ω_s.  V -> P ξ ≠ 0
//   6. folding of z = c'·u + s (Bulletproofs, https://eprint.iacr.org/2017/1066, section 3): with
//   halves
//      z = (z_0, z_1), P -> V L = ⟨z_0, G_1⟩ + ⟨z_0, Λ_1⟩·ξU, R = ⟨z_1, G_0⟩ + ⟨z_1, Λ_0⟩·ξU; V ->
//      P q ≠ 0; z ← z_0 + q·z_1, G ← q·G_0 + G_1, Λ ← q·Λ_0 + Λ_1, P ← L + q·P + q²·R; stopped at 4
//      entries, which are sent in clear
//
// The order is part of the soundness: every value is absorbed before the next challenge.
#pragma once

#include <array>

#include "argument/folding/linear_form.h"

namespace vouch {

class FoldingProver {
 public:
  FoldingProver() = default;
  FoldingProver(const FoldingProver&) = delete;
  FoldingProver& operator=(const FoldingProver&) = delete;
  virtual ~FoldingProver() = default;
  /// The value of an expression of the ledger's slots, products included.
  [[nodiscard]] virtual Scalar value(const Linear& expression) const = 0;
  /// Step 1: writes z_1…z_m, f(0), g(0), h(0), h(m+1)…h(2m) for the ledger's products.
  virtual void products(const Ledger& ledger, std::span<Scalar> out) = 0;
  /// Step 3: u and ω_u. message_weights[k] = θ^(k+1), column_weight = θ^(K+1).
  virtual void combine(const Ledger& ledger, const Opening& opening,
                       std::span<const Scalar> message_weights, const Scalar& column_weight) = 0;
  /// Step 5: Δ; then τ. All of Λ is given, for the folding too.
  virtual Point mask() = 0;
  virtual Scalar mask_form(std::vector<Scalar> lambda) = 0;
  /// φ, for the challenge c'; z becomes c'·u + s.
  virtual Scalar blinder(const Scalar& c) = 0;
  /// Step 6. ξ is fixed from here on.
  virtual void begin_folding(const Scalar& xi) = 0;
  virtual std::pair<Point, Point> cross_terms() = 0;
  /// Folds z, the generators and Λ.
  virtual void fold(const Scalar& q) = 0;
  /// The last entries of z.
  virtual std::array<Scalar, kFoldedEntries> folded() = 0;
};

/// What the verifier needs for the final equation, besides commitments it has.
struct Folding {
  bool products_hold = false;           ///< h(c) = f(c)·g(c)
  std::vector<Scalar> message_weights;  ///< θ^(k+1)
  Scalar column_weight;                 ///< θ^(K+1)
  Scalar y;                             ///< ⟨Λ, u⟩
  Point mask;                           ///< Δ
  Scalar tau;
  Scalar c;  ///< c'
  Scalar phi;
  Scalar xi;
  struct Round {
    Point left;
    Point right;
    Scalar q;
  };
  std::vector<Round> rounds;
  std::array<Scalar, kFoldedEntries> lambda;  ///< Λ after the last round
  std::array<Scalar, kFoldedEntries> z;
};

/// Steps 1–6. `prover` is null on the verifier's side.
Folding argue_folding(Ledger& ledger, const Opening& opening, unsigned max_kappa,
                      FoldingProver* prover);

}  // namespace vouch
