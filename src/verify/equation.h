// The final equation of a proof: one multi-scalar multiplication that must give the identity.
//
// With P_0 = c'·C_u + Δ − φH + (c'y + τ)·ξU and rounds (L_j, R_j, q_j), the folded commitment
//
//     P = Π_j q_j·P_0 + Σ_j (L_j + q_j²·R_j)·Π_{i>j} q_i
//
// must equal Σ_t z_t·G'_t + ⟨Λ', z⟩·ξU, where G'_t = Σ_{i ≡ t mod 4} s_i·G_i and s_i is the product
// of the q_j whose bit of i is 0 (round 0 folds the highest bit).
#pragma once

#include <initializer_list>

#include "argument/folding/folding.h"
#include "group/generators.h"
#include "group/msm.h"

namespace vouch {

/// Σ generators[i]·G_i + h·H + u·U + Σ scalars[k]·points[k] = 0.
struct Equation {
  std::vector<Scalar> generators;
  Scalar h;
  Scalar u;
  std::vector<Scalar> scalars;
  std::vector<Point> points;
  /// How many points at the beginning are the model's rows (W, then b), which all equations about a
  /// model have in common.
  size_t of_model = 0;
};

/// A committed column: points of the present rows, which rows those are, and where.
struct CommittedColumn {
  std::vector<bool> present;
  std::vector<Point> rows;
};

/// `of_model` are the numbers of the columns that are the model's.
[[nodiscard]] Equation final_equation(const Ledger& ledger, std::span<const ColumnShape> columns,
                                      std::initializer_list<size_t> of_model,
                                      const Opening& opening, const Folding& folding,
                                      std::span<const CommittedColumn> committed);

/// Several equations as one: if one of them is false, then so is their sum, weighted with random
/// scalars, but for a probability of 1/ℓ.
class EquationSum {
 public:
  /// Adds `weight` times an equation about the model that `model` stands for. Of the points that
  /// equations about the same model share only the scalars are added up.
  void add(const Equation& equation, const Scalar& weight, const void* model);
  [[nodiscard]] const Equation& sum() const { return sum_; }

 private:
  struct Model {
    const void* model;
    size_t first_point;
  };
  size_t first_point_of(const Equation& equation, const void* model);

  Equation sum_;
  std::vector<Model> models_;
};

/// The left side. Variable-time: everything in it is public. The executor shares its work out.
[[nodiscard]] Point value_vartime(const Equation& equation, const Generators& generators,
                                  const MsmExecutor& executor = {});
[[nodiscard]] bool holds_vartime(const Equation& equation, const Generators& generators,
                                 const MsmExecutor& executor = {});

}  // namespace vouch
