// The prover of the opening's sumcheck: the sums of all columns (column_sum.h) in one cube.
//
// Of the common variables a column has its own; with the others the round polynomial of its sum is
// multiplied by
//
//     (1 − t)²   in mid: column and Ω are both 0 unless mid = 0
//     1 − t      in pre: the column is constant, and Ω is 0 unless pre = 0
#pragma once

#include "argument/opening/opening.h"
#include "prove/column_sum.h"

namespace vouch {

class BrickOpeningProver final : public OpeningProver {
 public:
  explicit BrickOpeningProver(const Witness& witness) : witness_(witness) {}

  void begin(const std::array<Functional, kColumns>& functionals, unsigned rounds) override;
  void round(std::span<Scalar> q) override { group(1, q); }
  /// The round polynomial of the next g variables on {0,1,2}^g, the next one the fastest; then bind
  /// g times.
  void group(unsigned g, std::span<Scalar> q);
  void bind(const Scalar& z) override;

 private:
  enum class Kind { kOwn, kMid, kPre };

  struct Part {
    Column column;
    ColumnSum sum;
    Scalar factor = Scalar::one();  ///< of all bound variables that are not its own
  };

  [[nodiscard]] Kind kind(Column column, unsigned round) const;

  const Witness& witness_;
  std::vector<Part> parts_;
  unsigned round_ = 0;
};

}  // namespace vouch
