// The prover's projections of a committed column (poly/projections.h), and the sumcheck of their
// combination Σ_i c_i·p_i(f).
//
// With the block j_0 of the index the lowest, p_i(f) = Σ_{j_0 ∈ S_{i,0}} Y_i[j_0], where the
// partial sum Y_i[j_0] runs over j_1 ∈ S_{i,1} and j_2 ∈ S_{i,2}. So while variables of the lowest
// block are free the sumcheck is over the arrays S_{i,0} and c_i·Y_i, side by side for all i, and
// only what is left of the index space after that is summed densely: the whole of it, with its 2^n
// sums of coefficients, is never written out.
#pragma once

#include <memory>
#include <optional>

#include "poly/projections.h"
#include "prove/array_pairs.h"
#include "prove/commitments.h"
#include "prove/opening_cube.h"

namespace vouch {

__extension__ using int128_t = __int128;
__extension__ using uint128_t = unsigned __int128;

/// A column of integers below 2^61 in absolute value with its projections' partial sums. Wiped.
class ProjectedColumn {
 public:
  /// The layout of `shape` must outlive it.
  ProjectedColumn(const ColumnShape& shape, ColumnReader read,
                  std::shared_ptr<const Projections> projections);
  ~ProjectedColumn();
  ProjectedColumn(const ProjectedColumn&) = delete;
  ProjectedColumn& operator=(const ProjectedColumn&) = delete;

  [[nodiscard]] const Projections& projections() const { return *projections_; }
  [[nodiscard]] int128_t projection(size_t i) const;
  /// Y_i[j], j < 2^block_bits()[0].
  [[nodiscard]] int128_t partial_sum(size_t i, size_t j) const {
    return sums_[(i << line_bits()) + j];
  }
  /// Bits of the lowest block; entries that differ in them only are a line.
  [[nodiscard]] unsigned line_bits() const { return projections_->block_bits()[0]; }
  /// The 2^line_bits entries of a line of the index space. False if they are all pads, and 0.
  bool read_line(uint64_t line, std::span<int64_t> out) const;
  /// Whether line j_1 + 2^block_bits()[1]·j_2 takes part in projection i.
  [[nodiscard]] bool contains_line(size_t i, uint64_t line) const;

 private:
  void add_lines(size_t first, size_t count);

  ColumnShape shape_;
  ColumnReader read_;
  std::shared_ptr<const Projections> projections_;
  std::vector<bool> present_;  // lines
  std::vector<int128_t> sums_;
};

class ProjectionSum final : public ColumnSumcheck {
 public:
  /// `column` must outlive it.
  ProjectionSum(const ProjectedColumn& column, std::vector<Scalar> coefficients);
  void add_grid(unsigned g, std::span<Scalar> grid) override;
  void bind(const Scalar& z) override;

 private:
  void make_dense();

  const ProjectedColumn& column_;
  std::vector<Scalar> coefficients_;
  ArrayPair pair_;  // S_{i,0} and c_i·Y_i; once dense, coefficients and column
  bool dense_ = false;
  std::vector<Scalar> point_;  // what variables are bound to, until dense
};

}  // namespace vouch
