// Whether a proof's input commitment D is to given codes, as one sum: for the price of some small
// multiplications it is one more summand of the final equation.
#pragma once

#include "base/random.h"
#include "verify/equation.h"
#include "verify/verify.h"

namespace vouch {

/// Σ_i ρ_i·(Com(row i; ω_i) − D_i), random ρ_i, over the present rows of all inputs of a proof. If
/// any of them commits to something else, it is not the identity, but for a probability of 1/ℓ.
class InputCheck {
 public:
  /// One input's codes each, as many as its tensor has elements, and its salt. All must outlive
  /// this.
  InputCheck(const VerifierModel& model, std::span<const Bytes> inputs, std::vector<Salt> salts,
             SecretRandom& random);

  /// Adds the sum to an equation whose points from number `first` on are the rows D_i.
  void add_to(Equation& equation, size_t first) const;
  /// The sum itself. `rows` are the D_i.
  [[nodiscard]] Point value_vartime(std::span<const Point> rows,
                                    const Generators& generators) const;
  /// The number of the input that is another one; none if several are. `value` is value_vartime's,
  /// and not the identity.
  [[nodiscard]] std::optional<size_t> other_input_vartime(const Point& value,
                                                          std::span<const Point> rows,
                                                          const Generators& generators) const;

 private:
  struct Sum {
    std::vector<Scalar> generators;
    Scalar h;
    std::vector<Scalar> rows;
  };
  [[nodiscard]] Sum sum_of(const std::vector<Scalar>& rho) const;
  [[nodiscard]] static Point value_of(const Sum& sum, std::span<const Point> rows,
                                      const Generators& generators);

  const VerifierModel& model_;
  std::span<const Bytes> inputs_;
  std::vector<Salt> salts_;
  std::vector<uint32_t> present_;  ///< numbers of an input's rows
  std::vector<Scalar> rho_;        ///< of the present rows of all inputs
  Sum sum_;
};

}  // namespace vouch
