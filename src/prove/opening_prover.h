// The opening's prover of a network's proof: a column_sum.h a column.
#pragma once

#include "prove/opening_cube.h"
#include "prove/witness.h"

namespace vouch {

class BrickOpeningProver final : public OpeningCube {
 public:
  explicit BrickOpeningProver(const Witness& witness) : witness_(witness) {}
  void begin(std::span<const Functional> functionals, unsigned rounds) override;

 private:
  const Witness& witness_;
};

}  // namespace vouch
