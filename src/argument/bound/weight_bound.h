// A proof, made once for a model, that its weights and biases are integers below 2^82.
//
// The commitment M is to elements of F. If all of them are small, the network's equations, which
// hold mod ℓ, hold in integers; if not, a "weight" could be any residue, and the network another
// function than it looks. 1048 random projections p_i of all entries of W and b
// (poly/projections.h) are small if the entries are, and one of them is large if one entry is:
//
//   1. after M, V -> P the projections' subsets
//   2. P -> V commitments of the bits β_{i,j} of the numbers p_i(W) + p_i(b) + 2^79, j < 80
//   3. V -> P r.  Σ_j eq(r, j)·(β_j² − β_j) = 0, a sumcheck: all slots of the bits' column are bits
//   4. V -> P ρ.  Σ_i ρ^i·(Σ_j 2^j·β_{i,j} − p_i(W) − p_i(b)) = Σ_i ρ^i·2^79
//   5. one opening (opening/) of β(x) and step 4, and the folding argument
//
// So −2^79 ≤ p_i < 2^79 for all i. An entry above 2^82 in absolute value makes some |p_i| > 2^79
// but for a probability of (7/8)^1048 < 2^−201. An honest p_i is below 2^78: 2^31 entries below
// 2^47.
#pragma once

#include "argument/ledger_counts.h"
#include "argument/opening/opening.h"
#include "argument/statement.h"

namespace vouch {

constexpr size_t kProjections = 1048;
constexpr unsigned kProjectionBits = 80;  ///< p_i + 2^79 is below 2^80
/// |W| and |b| are at most 2^82.
constexpr unsigned kWeightBoundBits = kProjectionBits - 1 + Projections::kBlocks;

/// How many bits share an inner line of the bits' brick: number i's bit j is element
/// (i·5 + ⌊j/16⌋, 0, 0, j mod 16).
constexpr unsigned kBitsInLine = 16;
constexpr unsigned kLinesOfNumber = kProjectionBits / kBitsInLine;

/// The columns of this argument's opening, in order.
enum class BoundColumn : uint8_t { kW = 0, kB = 1, kBits = 2 };
constexpr size_t kBoundColumns = 3;

class BoundColumns {
 public:
  /// `model`: the columns of the circuit, which must outlive this.
  explicit BoundColumns(const Columns& model);
  [[nodiscard]] const std::array<ColumnShape, kBoundColumns>& shapes() const { return shapes_; }
  [[nodiscard]] const ColumnShape& shape(BoundColumn column) const {
    return shapes_[static_cast<size_t>(column)];
  }
  BoundColumns(const BoundColumns&) = delete;
  BoundColumns& operator=(const BoundColumns&) = delete;
  ~BoundColumns() = default;

 private:
  Layout bits_;
  std::array<ColumnShape, kBoundColumns> shapes_;
};

/// How the rounds of both sumchecks share messages.
[[nodiscard]] RoundGroups bound_round_groups();

/// Step 1: the projections of W and of b.
struct BoundProjections {
  std::shared_ptr<const Projections> weights;
  std::shared_ptr<const Projections> biases;
};
[[nodiscard]] BoundProjections draw_projections(Transcript& transcript,
                                                const BoundColumns& columns);

/// The prover's part of step 3, Σ_j eq(r, j)·(β_j² − β_j).
class BitsProver : public RoundProver {
 public:
  virtual void begin(std::span<const Scalar> r) = 0;
  /// After the last round: β̃ at the challenges.
  [[nodiscard]] virtual Scalar end() const = 0;
};

class WeightBoundProver {
 public:
  WeightBoundProver() = default;
  WeightBoundProver(const WeightBoundProver&) = delete;
  WeightBoundProver& operator=(const WeightBoundProver&) = delete;
  virtual ~WeightBoundProver() = default;
  virtual BitsProver& bits() = 0;
  virtual OpeningProver& opening() = 0;
};

/// What the ledger has at the end; the folding argument is over rows of 2^max_kappa entries.
[[nodiscard]] LedgerCounts bound_ledger_counts(const BoundColumns& columns);

/// Steps 3 to 5, up to the folding argument. `prover` is null on the verifier's side.
Opening argue_weight_bound(Ledger& ledger, const BoundColumns& columns,
                           const BoundProjections& projections, WeightBoundProver* prover);

}  // namespace vouch
