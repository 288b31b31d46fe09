// The opening's sumcheck, densely: every functional as a vector of coefficients beside its column.
#pragma once

#include "argument/opening/opening.h"
#include "dense/definition.h"

namespace vouch::dense {

/// Whether entry j of the index space takes part in projection i.
[[nodiscard]] bool takes_part(const Projections& projections, size_t i, uint64_t j);

class DenseOpening final : public OpeningProver {
 public:
  /// `lie` is added to the claim that the rounds are made to prove: 0 for honest rounds. Then the
  /// first round is the one that is false if the claim is; with lie = claim − true sum only the
  /// last claim is.
  /// `values[c]` is column c over its whole index space.
  DenseOpening(std::span<const ColumnShape> columns, std::span<const std::vector<Scalar>> values,
               const Scalar& lie)
      : columns_(columns.begin(), columns.end()), values_(values), lie_(lie) {}

  void begin(std::span<const Functional> functionals, unsigned rounds) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;

  [[nodiscard]] const std::vector<Functional>& functionals() const { return functionals_; }
  /// Called with each challenge.
  std::function<void(unsigned round, const Scalar& z)> on_challenge;

 private:
  struct Part {
    std::vector<Scalar> omega;
    std::vector<Scalar> column;
    Scalar factor = Scalar::one();  // of the bound variables that the column does not have
  };
  enum class Kind { kOwn, kMid, kPre };
  [[nodiscard]] Kind kind(const ColumnShape& column, unsigned round) const;
  [[nodiscard]] Part bound(const ColumnShape& column, Part part, unsigned round,
                           const Scalar& z) const;

  std::vector<ColumnShape> columns_;
  std::span<const std::vector<Scalar>> values_;
  Scalar lie_;
  std::vector<Functional> functionals_;
  std::vector<Part> parts_;
  unsigned round_ = 0;
};

}  // namespace vouch::dense
