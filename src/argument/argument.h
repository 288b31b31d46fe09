// The argument for one proof, from the committed columns to one opening.
//
//   1. V -> P α, γ. Lookups (logup/): Q_C(r), Q_U(r) of the activations, Q(r') of the input and,
//      with exact rounding, of the lower limbs, P, Q(r'') of the tables.
//   2. One bilinear sumcheck for the whole network: with A = Σ W·X' + b,
//          Ã(r) − bias(r) = Σ_{entries} Ŵ·X̂    reduced to    Ŵ(ρ)·X̂(ρ)
//      where the entries of a product of two tensors are added up apart, times its multiplier.
//   3. The public output y: Σ_i eq(δ, i)·X_i = Σ_i eq(δ, i)·y_i, a claim of its own. Or the claims
//      of a predicate (predicate/), which has a tree of lookups as well.
//   4. Every claim is a linear functional of the columns; one opening (opening/) for all.
//
// U (with fast rounding the remainder R, else its upper limb) is not committed: from A = c_X·X +
// c_E·E + L + c_U·U,
//
//   Q_C(r) = α − γ²·tag(r) − X̃(r) − γ·Ẽ(r)
//   c_U·(Q_U(r) − α + γ²·range) = −Ã(r) + c_X·X̃(r) + c_E·Ẽ(r) + L̃(r)
#pragma once

#include "argument/ledger_counts.h"
#include "argument/logup/lookup.h"
#include "argument/opening/opening.h"
#include "circuit/tables.h"

namespace vouch {

/// The prover's part of the bilinear sumcheck Σ_x Ŵ(x)·X̂(x).
class BilinearProver : public RoundProver {
 public:
  /// Folds weights and activations at the outputs' point r: Ŵ and X̂. Writes their inner product
  /// over all operators but the products of tensors, then those of each product, then the products'
  /// multipliers.
  virtual void begin(std::span<const Scalar> r, std::span<Scalar> sums) = 0;
  /// Multiplies Ŵ of product number j = 1, 2, … by ζ^j: from here on there is one sum.
  virtual void weigh(const Scalar& zeta) = 0;
  /// After the last round: Ŵ(ρ), X̂(ρ).
  virtual void ends(std::span<Scalar> out) = 0;
};

/// All that the prover does; each protocol sees its own part.
class ArgumentProver {
 public:
  ArgumentProver() = default;
  ArgumentProver(const ArgumentProver&) = delete;
  ArgumentProver& operator=(const ArgumentProver&) = delete;
  virtual ~ArgumentProver() = default;
  /// α and γ are known: the lookups' leaves can be built.
  virtual LookupProver& lookups(const LookupChallenges& challenges) = 0;
  virtual BilinearProver& bilinear() = 0;
  virtual OpeningProver& opening() = 0;
};

[[nodiscard]] LedgerCounts ledger_counts(const Columns& columns, const RoundGroups& groups);
/// Messages of a whole proof, those of the folding argument included (docs/protocol.md, section
/// 18).
[[nodiscard]] size_t proof_messages(const Columns& columns, const RoundGroups& groups);
/// 2^κ for v and one a slot of the ledger.
[[nodiscard]] size_t generators_needed(const Columns& columns, const RoundGroups& groups);

/// Refuses shapes that need more generators than there are.
[[nodiscard]] Result<void> validate_generators(const Columns& columns, const RoundGroups& groups);

/// The index spaces of the lookups.
[[nodiscard]] LookupShape lookup_shape(const Columns& columns);

/// What is said of the output: all codes, [channel][batch][row][column]; or the result of a
/// predicate, which then the columns were made with.
struct OutputStatement {
  std::span<const uint8_t> bytes;
  const Predicate* predicate = nullptr;
};

/// Runs steps 1–4. Everything that the statement consists of, and the rows of X, E, L, m and Y, are
/// absorbed before. `prover` is null on the verifier's side.
Opening argue(Ledger& ledger, const Circuit& circuit, const Columns& columns,
              const RoundGroups& groups, const OutputStatement& output, ArgumentProver* prover);

}  // namespace vouch
