// One opening for all columns.
//
// Every claim that the argument has made about the columns is Σ_col ⟨Ω_{k,col}, col⟩ = y_k. With a
// challenge η the claims become one, Σ_col ⟨Ω_col, col⟩ = Σ_k η^k·y_k with Ω_col = Σ_k
// η^k·Ω_{k,col}, which one degree-2 sumcheck reduces to a point r*. Columns of different sizes
// share its n rounds: with κ the largest row size and a the number of row bits, bit by bit from the
// lowest,
//
//     r* = (low [κ_col], mid [κ − κ_col], row [a_col], pre [the rest])
//
// a column is constant in pre and 0 unless mid = 0; Ω_col is 0 unless mid = pre = 0. So
//
//     ω_col = Π_{mid,pre} (1 − r*_j)·Ω̃_col(low, row)        C_v = Σ_col ω_col Σ_i eq(row,
//     i)·C_{col,i}
//
// v, the same combination of the columns' rows, has 2^κ entries, and what is left to prove is
// ⟨eq(r*_first κ, ·), v⟩ = claim. No evaluation of a column is sent.
#pragma once

#include "argument/sumcheck.h"
#include "circuit/columns.h"
#include "circuit/functional.h"

namespace vouch {

/// Σ_col ⟨parts[col], col⟩ = value.
struct ColumnClaim {
  explicit ColumnClaim(size_t columns) : parts(columns) {}
  std::vector<Functional> parts;
  Linear value;
};

/// What is left after the sumcheck.
struct Opening {
  std::vector<Scalar> point;    ///< r*, n entries
  std::vector<Scalar> weights;  ///< ω_col
  Linear claim;                 ///< = ⟨eq(first κ of r*, ·), v⟩
};

class OpeningProver : public RoundProver {
 public:
  /// Starts the sumcheck over the combined functionals, of `rounds` rounds.
  virtual void begin(std::span<const Functional> functionals, unsigned rounds) = 0;
};

/// Where a column's variables lie in r*.
struct OpeningPoint {
  std::span<const Scalar> low;
  std::span<const Scalar> mid;
  std::span<const Scalar> row;
  std::span<const Scalar> pre;
};
[[nodiscard]] OpeningPoint split_point(const ColumnShape& column, unsigned max_kappa,
                                       std::span<const Scalar> point);
/// n: rounds of the sumcheck.
[[nodiscard]] unsigned opening_rounds(std::span<const ColumnShape> columns);

/// Runs the argument over these columns, each claim having a functional of each. `prover` is null
/// on the verifier's side.
Opening argue_opening(Ledger& ledger, std::span<const ColumnShape> columns,
                      const RoundGroups& groups, std::vector<ColumnClaim> claims,
                      OpeningProver* prover);

}  // namespace vouch
