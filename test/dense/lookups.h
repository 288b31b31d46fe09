// The lookups, densely: plain trees of fractions over all leaves, and a prover that may lie.
#pragma once

#include "argument/argument.h"
#include "dense/definition.h"

namespace vouch::dense {

/// Denominators of the leaves and numerators of the tables', by slot; the lookups' numerators
/// are 1.
struct Leaves {
  std::vector<Scalar> main_c;
  std::vector<Scalar> main_r;  ///< of R; with exact rounding of U
  std::vector<Scalar> low_q;   ///< of L, with exact rounding only
  std::vector<Scalar> input_q;
  std::vector<Scalar> predicate_q;  ///< of a hidden output
  std::vector<Scalar> table_p;
  std::vector<Scalar> table_q;
};
/// By the definition in circuit/tables.h and argument/argument.h.
[[nodiscard]] Leaves leaves_of(const Circuit& circuit, const Columns& columns,
                               const DenseWitness& witness, const LookupChallenges& challenges);

/// Where a false sum of fractions surfaces. With `kept` = 0 the roots are honest and "root" is
/// false. Otherwise the root of `tree` is sent as the sum needs it, and the layers before `kept`
/// are kept true: layer kept − 1 is the first to be false, in its first round, or with `rounds_too`
/// in its last check. With kept = kAll a leaf's claim of `tree` is the one that is false: the main
/// tree's Q_C, or Q_R if `second`; the low tree's, the input's or the predicate's Q; the tables' P,
/// or Q if `second`.
struct LookupLie {
  static constexpr unsigned kAll = 1000;
  unsigned kept = 0;
  Tree tree = Tree::kMain;
  bool second = false;
  bool rounds_too = false;
};

class DenseLookups final : public LookupProver {
 public:
  DenseLookups(const LookupShape& shape, const Leaves& leaves, LookupLie lie);

  void roots(std::span<Scalar> pq) override;
  void begin_layer(unsigned d, std::span<const Scalar> r, const Scalar& lambda,
                   const std::array<Scalar, kTrees>& weights) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;
  void ends(Tree tree, std::span<Scalar> out) override;

  /// P_0, P_1, Q_0, Q_1 of the tree's last layer, as sent.
  [[nodiscard]] const std::array<Scalar, 4>& last_children(Tree tree) const {
    return sent_[static_cast<size_t>(tree)];
  }
  [[nodiscard]] const Challenges& challenges() const { return challenges_; }
  /// The numerator of the true roots' sum.
  [[nodiscard]] const Scalar& root_sum() const { return root_sum_; }

 private:
  struct Level {
    std::vector<Scalar> P;
    std::vector<Scalar> Q;
  };
  using Arrays = std::array<std::vector<Scalar>, 4>;  // P_0, P_1, Q_0, Q_1 by node
  [[nodiscard]] bool has(size_t tree) const { return shape_.has(Tree{uint8_t(tree)}); }
  [[nodiscard]] bool live(size_t tree) const { return d_ < shape_.depth(Tree{uint8_t(tree)}); }
  [[nodiscard]] bool keeps_rounds() const;
  [[nodiscard]] bool keeps_layer() const { return d_ + 1 < lie_.kept; }
  [[nodiscard]] Scalar summand(const std::array<Scalar, 4>& c) const;
  void prepare_ends();
  void lie_in_children(const Scalar& lie);

  Challenges challenges_;
  LookupShape shape_;
  LookupLie lie_;
  std::array<std::vector<Level>, kTrees> levels_;
  Scalar root_sum_;

  unsigned d_ = 0;
  std::array<Arrays, kTrees> arrays_;
  std::array<Scalar, kTrees> weights_{};
  std::array<std::array<Scalar, 4>, kTrees> sent_{};
  std::vector<Scalar> r_;
  Scalar lambda_;
  Scalar claim_;
  std::vector<Scalar> q_;
  unsigned round_ = 0;
  bool prepared_ = false;
};

}  // namespace vouch::dense
