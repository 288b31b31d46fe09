// The bilinear sumcheck, densely: Ŵ and X̂ by their definition, and a prover that may lie.
//
// Where the products do not add up to what claim R needs, the lie can surface in one of five
// places, and in that one only: a prover who wants to see one check removed puts it there.
#pragma once

#include <optional>

#include "argument/argument.h"
#include "dense/definition.h"

namespace vouch::dense {

/// Ŵ and X̂ of all operators over the index space of entries.
struct Factors {
  std::vector<Scalar> W;
  std::vector<Scalar> X;
};
/// W, X and D are read from `witness`; pads of X̂ are 0.
[[nodiscard]] Factors fold_factors(const Circuit& circuit, const Columns& columns,
                                   const DenseWitness& witness, std::span<const Scalar> r);

/// Σ over outputs of eq(r, slot)·b.
[[nodiscard]] Scalar bias_at(const Columns& columns, const DenseWitness& witness,
                             std::span<const Scalar> r);

/// Σ_i eq(point, i)·f_i.
[[nodiscard]] Scalar evaluate_at(const std::vector<Scalar>& f, std::span<const Scalar> point);

/// Where a false sum of products surfaces.
enum class BilinearLie {
  kClaimR,       ///< the sum is sent as it is: claim R is false
  kRound,        ///< the sum is sent as claim R needs it: the first round is false
  kProduct,      ///< rounds kept true: Ŵ(ρ)·X̂(ρ) is not the last claim
  kWeights,      ///< Ŵ(ρ) sent as the product needs it
  kActivations,  ///< X̂(ρ) sent so
  kCancel,  ///< the sum is sent as it is, and k·Ŵ(ρ) and X̂(ρ)/k for them, k such that the three
            ///< claims' errors cancel, combined with powers of `eta`
};

/// What a dishonest prover changes in the bilinear sumcheck.
struct BilinearHooks {
  BilinearLie lie = BilinearLie::kClaimR;
  Scalar eta = Scalar::one();               ///< of kCancel
  std::function<void(Factors&)> factors{};  ///< changes Ŵ and X̂ when they are folded
};

class DenseBilinear final : public BilinearProver {
 public:
  /// `needed(r)` is the sum of products that makes claim R true.
  DenseBilinear(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                const BilinearHooks& hooks, std::function<Scalar(std::span<const Scalar>)> needed)
      : circuit_(circuit),
        columns_(columns),
        witness_(witness),
        hooks_(hooks),
        lie_(hooks.lie),
        needed_(std::move(needed)) {}

  void begin(std::span<const Scalar> r, std::span<Scalar> claim) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;
  void ends(std::span<Scalar> out) override;
  /// kCancel has no k for every challenge: whether it had.
  [[nodiscard]] bool cancels() const { return cancels_; }

  [[nodiscard]] const std::vector<Scalar>& r() const { return r_; }
  [[nodiscard]] const std::vector<Scalar>& rho() const { return rho_; }
  /// As sent.
  [[nodiscard]] const Scalar& products() const { return products_; }
  [[nodiscard]] const std::array<Scalar, 2>& sent_ends() const { return ends_; }

 private:
  void cancel();

  const Circuit& circuit_;
  const Columns& columns_;
  const DenseWitness& witness_;
  const BilinearHooks& hooks_;
  BilinearLie lie_;
  std::function<Scalar(std::span<const Scalar>)> needed_;
  Factors f_;
  Scalar claim_;
  Scalar products_;
  std::vector<Scalar> q_;
  std::array<Scalar, 2> ends_{};
  bool cancels_ = false;
  std::vector<Scalar> r_;
  std::vector<Scalar> rho_;
};

/// A square root, if there is one.
[[nodiscard]] std::optional<Scalar> square_root(const Scalar& x);

/// f(t) = f_0 + t·(f_1 − f_0) along the lowest bit: replaces f by its halves' line at z.
void bind_lowest(std::vector<Scalar>& f, const Scalar& z);

/// f with its lowest variables bound to the grid point number t (poly/grid.h).
[[nodiscard]] std::vector<Scalar> at_grid(std::vector<Scalar> f, unsigned variables, size_t t);

/// The grid point of the corner whose coordinates are the bits of b.
[[nodiscard]] size_t corner_of_grid(unsigned variables, size_t b);

}  // namespace vouch::dense
