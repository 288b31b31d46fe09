// The prover of the bilinear sumcheck: Ŵ and X̂ as dense vectors of 2^J entries.
#pragma once

#include "argument/argument.h"
#include "prove/array_pairs.h"
#include "prove/witness.h"

namespace vouch {

class DenseBilinearProver final : public BilinearProver {
 public:
  explicit DenseBilinearProver(const Witness& witness) : witness_(witness) {}

  void begin(std::span<const Scalar> r, std::span<Scalar> sums) override;
  void weigh(const Scalar& zeta) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;
  void ends(std::span<Scalar> out) override;

 private:
  void fold_operators(std::span<const Scalar> r);
  void fold_operator(size_t op, std::span<const Scalar> r);

  const Witness& witness_;
  ArrayPair factors_;  // Ŵ and X̂
};

}  // namespace vouch
