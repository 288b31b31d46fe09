// The prover of the opening's sumcheck: the sums of all columns in one cube.
//
// Of the common variables a column has its own; with the others the round polynomial of its sum is
// multiplied by
//
//     (1 − t)²   in mid: column and Ω are both 0 unless mid = 0
//     1 − t      in pre: the column is constant, and Ω is 0 unless pre = 0
#pragma once

#include <memory>

#include "argument/opening/opening.h"

namespace vouch {

/// The sumcheck of one column's ⟨Ω, f⟩ over its own variables.
class ColumnSumcheck {
 public:
  ColumnSumcheck() = default;
  ColumnSumcheck(const ColumnSumcheck&) = delete;
  ColumnSumcheck& operator=(const ColumnSumcheck&) = delete;
  virtual ~ColumnSumcheck() = default;
  /// Adds the round polynomial of the next g variables, on {0,1,2}^g (poly/grid.h). With g = 0:
  /// what the sum is now.
  virtual void add_grid(unsigned g, std::span<Scalar> grid) = 0;
  /// Binds the next variable, one of those of the last add_grid.
  virtual void bind(const Scalar& z) = 0;
};

/// Its `begin` adds the columns whose functionals are not 0.
class OpeningCube : public OpeningProver {
 public:
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;

 protected:
  /// `max_kappa` is that of all columns of the opening.
  void add_column(const ColumnShape& shape, unsigned max_kappa,
                  std::unique_ptr<ColumnSumcheck> sum);

 private:
  enum class Kind { kOwn, kMid, kPre };

  struct Part {
    ColumnShape shape;
    unsigned max_kappa;
    std::unique_ptr<ColumnSumcheck> sum;
    Scalar factor = Scalar::one();  ///< of all bound variables that are not its own
    [[nodiscard]] Kind kind(unsigned round) const;
  };

  std::vector<Part> parts_;
  unsigned round_ = 0;
};

}  // namespace vouch
