// The final equation of a proof: one multi-scalar multiplication that must give the identity.
//
// With P_0 = c'·C_u + Δ − φH + (c'y + τ)·ξU and rounds (L_j, R_j, q_j), the folded commitment
//
//     P = Π_j q_j·P_0 + Σ_j (L_j + q_j²·R_j)·Π_{i>j} q_i
//
// must equal Σ_t z_t·G'_t + ⟨Λ', z⟩·ξU, where G'_t = Σ_{i ≡ t mod 4} s_i·G_i and s_i is the product
// of the q_j whose bit of i is 0 (round 0 folds the highest bit).
#pragma once

#include "argument/folding/folding.h"
#include "group/generators.h"

namespace vouch {

/// Σ generators[i]·G_i + h·H + u·U + Σ scalars[k]·points[k] = 0. Several equations, each weighted
/// by a random scalar, can be added up and checked at once.
struct Equation {
  std::vector<Scalar> generators;
  Scalar h;
  Scalar u;
  std::vector<Scalar> scalars;
  std::vector<Point> points;
};

/// A committed column: points of the present rows, which rows those are, and where.
struct CommittedColumn {
  std::vector<bool> present;
  std::vector<Point> rows;
};

[[nodiscard]] Equation final_equation(const Ledger& ledger, const Columns& columns,
                                      const Opening& opening, const Folding& folding,
                                      const std::array<CommittedColumn, kColumns>& committed);

/// Variable-time: everything in it is public.
[[nodiscard]] bool holds_vartime(const Equation& equation, const Generators& generators);

}  // namespace vouch
