// Lookups by fractional sums: logup-GKR (Papini–Haböck, https://eprint.iacr.org/2023/1284).
//
// Trees of fractions add up to zero when every looked-up row is in a table and m counts right:
//
//   main   2^n slots, two lookups each:  1/Q_C + 1/Q_U,  Q_C = α − X − γE − γ²·tag,
//                                        Q_U = α − U − γ²·range
//   low    2^n slots, with exact rounding only:  1/(α − L − γ²·range)
//   input  2^n' slots:                           1/(α − D − γ²·plain)
//   predicate  2^n_Q slots, with a hidden output only:  1/(α − q − γ²·plain)
//   table  2^n'' rows:                           −m/(α − row)
//
// A node (P, Q) with children (P_0, Q_0), (P_1, Q_1) is P = P_0·Q_1 + P_1·Q_0, Q = Q_0·Q_1. Layer d
// of every tree (2^d nodes) is reduced to layer d + 1 in one sumcheck of d rounds over
//
//   Σ_j eq(r, j)·(P_0·Q_1 + Q_0·(P_1 + λ·Q_1))        inner layers
//   Σ_j eq(r, j)·(Q_0 + Q_1 + λ·Q_0·Q_1)              where the children are lookups: numerators
//   are 1
//
// the trees weighted by powers of μ, from the lowest bit of j up. The main tree's lowest variable
// is the kind of lookup (C or R), so it ends with Q_C and Q_R at one point r of the slots.
#pragma once

#include <algorithm>

#include "argument/sumcheck.h"

namespace vouch {

enum class Tree : uint8_t { kMain = 0, kLow = 1, kInput = 2, kPredicate = 3, kTable = 4 };
constexpr size_t kTrees = 5;
constexpr std::array<Tree, kTrees> kAllTrees{Tree::kMain, Tree::kLow, Tree::kInput,
                                             Tree::kPredicate, Tree::kTable};

/// Bits of the trees' index spaces, each ≥ 1, or 0 if there is no such tree: slots, slots, input
/// slots, the predicate's lookups, table rows.
struct LookupShape {
  std::array<unsigned, kTrees> bits{};
  [[nodiscard]] bool has(Tree tree) const { return bits[static_cast<size_t>(tree)] != 0; }
  /// How many trees there are.
  [[nodiscard]] size_t trees() const {
    return kTrees - static_cast<size_t>(std::count(bits.begin(), bits.end(), 0U));
  }
  /// Layers from root to leaves.
  [[nodiscard]] unsigned depth(Tree tree) const {
    return bits[static_cast<size_t>(tree)] + (tree == Tree::kMain ? 1 : 0);
  }
  /// Layer d of the tree has lookups with numerator 1 as children.
  [[nodiscard]] bool bottom(Tree tree, unsigned d) const {
    return tree != Tree::kTable && d + 1 == depth(tree);
  }
};

/// Claims that are left: the main tree's Q_C(r), Q_U(r); Q(r') of the low tree, the input's and the
/// predicate's; the tables' P(r''), Q(r'').
struct LookupClaims {
  std::array<std::vector<Scalar>, kTrees> points;
  [[nodiscard]] const std::vector<Scalar>& point(Tree tree) const {
    return points[static_cast<size_t>(tree)];
  }
  Linear main_c;
  Linear main_u;
  Linear low_q;
  Linear input_q;
  Linear predicate_q;
  Linear table_p;
  Linear table_q;
};

class LookupProver : public RoundProver {
 public:
  /// Writes P and Q of the roots of the trees that there are, in order.
  virtual void roots(std::span<Scalar> pq) = 0;
  /// Starts the sumcheck of layer d at the point r (d entries).
  virtual void begin_layer(unsigned d, std::span<const Scalar> r, const Scalar& lambda,
                           const std::array<Scalar, kTrees>& weights) = 0;
  /// After the layer's last round: P_0, P_1, Q_0, Q_1 of an inner layer's tree, or Q_0, Q_1 at a
  /// bottom.
  virtual void ends(Tree tree, std::span<Scalar> out) = 0;
};

/// Runs the argument. `prover` is null on the verifier's side.
LookupClaims argue_lookups(Ledger& ledger, const LookupShape& shape, const RoundGroups& groups,
                           LookupProver* prover);

}  // namespace vouch
