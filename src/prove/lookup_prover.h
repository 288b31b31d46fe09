// The prover of the lookups: leaves from the witness, the trees, and the layers' sumchecks side
// by side.
#pragma once

#include <memory>
#include <optional>

#include "argument/argument.h"
#include "prove/array_pairs.h"
#include "prove/column_slots.h"
#include "prove/fraction_tree.h"
#include "prove/lookup_leaves.h"
#include "prove/main_slots.h"
#include "prove/witness.h"

namespace vouch {

class TreeLookupProver final : public LookupProver {
 public:
  /// Builds the trees. `witness` must outlive it.
  TreeLookupProver(const Witness& witness, const LookupChallenges& challenges);

  ~TreeLookupProver() override;

  void roots(std::span<Scalar> pq) override;
  void begin_layer(unsigned d, std::span<const Scalar> r, const Scalar& lambda,
                   const std::array<Scalar, kTrees>& weights) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;
  void ends(Tree tree, std::span<Scalar> out) override;

 private:
  // One tree's layer in the sumcheck: four arrays (inner), or two, A = λQ_0 + 1 and B = Q_1 + 1/λ,
  // at a bottom, where Q_0 + Q_1 + λ·Q_0·Q_1 = A·B − 1/λ. Ragged while a message binds one
  // variable, dense from the first message on that binds more.
  struct Layer {
    std::optional<RaggedArrays> ragged;
    std::vector<ArrayPair> dense;  ///< (A, B), or (P_0, Q_1) and (Q_0, M)
    bool bottom;
  };
  [[nodiscard]] const ColumnSlots& slots_of(Tree tree) const;
  [[nodiscard]] Layer make_layer(Tree tree, unsigned d, const Scalar& lambda);
  [[nodiscard]] bool dense() const;
  void make_dense(Layer& layer) const;
  [[nodiscard]] std::array<Scalar, 2> ragged_round(Layer& layer, const SplitEq& eq) const;
  void first_round(const SplitEq& eq);
  void round_of_one(const SplitEq& eq);
  void add_dense_grid(Layer& layer, unsigned variables, const std::vector<Scalar>& eq,
                      const Scalar& weight);
  /// P + λQ of child `which` of the tree's layer before.
  [[nodiscard]] Scalar child_claim(size_t tree, size_t which) const;

  LookupShape shape_;
  std::array<RaggedLevels, kTrees> levels_;
  MainSlots main_;
  ColumnSlots low_;
  ColumnSlots input_;
  ColumnSlots predicate_;
  TableLeaves table_;
  std::array<std::optional<FractionTree>, kTrees> trees_;

  // The layer under way.
  std::array<std::optional<Layer>, kTrees> layers_;
  std::array<std::array<Scalar, 4>, kTrees> children_{};  // P_0, P_1, Q_0, Q_1 of the last layer
  std::array<Scalar, kTrees> weights_{};
  Scalar lambda_;
  Scalar lambda_inverse_;
  Scalar claim_;
  size_t round_ = 0;
  std::vector<Scalar> r_;
  std::vector<Scalar> r_inverse_;
  std::vector<Scalar> q_;
  std::optional<Scalar> unbound_;  // the last challenge, if the ragged arrays are not folded yet
};

}  // namespace vouch
