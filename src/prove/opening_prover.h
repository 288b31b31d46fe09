// The prover of the opening's sumcheck.
//
// A column's functional has terms eq(point, ·)·scale and rank-one terms on bricks. The first kind
// needs no table of coefficients: Σ_i eq(point, i)·f_i is folded with the factors of bound
// variables outside (as in sumcheck.h), and X and E, evaluated at the same point, are first added
// up into one array. The rank-one terms become one array of coefficients Ω beside the column's own.
#pragma once

#include <memory>

#include "argument/opening/opening.h"
#include "prove/ragged_arrays.h"
#include "prove/witness.h"

namespace vouch {

class RaggedOpeningProver final : public OpeningProver {
 public:
  explicit RaggedOpeningProver(const Witness& witness);
  ~RaggedOpeningProver() override;

  void begin(const std::array<Functional, kColumns>& functionals, unsigned rounds) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;

  class Part;

 private:
  const Witness& witness_;
  std::vector<std::unique_ptr<RaggedLevels>> levels_;
  std::vector<std::unique_ptr<Part>> parts_;
  unsigned round_ = 0;
};

}  // namespace vouch
