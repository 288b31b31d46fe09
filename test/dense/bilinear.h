// The bilinear sumcheck, densely: Ŵ and X̂ by their definition, and a prover that may lie.
//
// Where the sums B + Σ w_j·S_j do not add up to what claim R needs, the lie can surface in one of
// five places, and in that one only: a prover who wants to see one check removed puts it there.
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
/// W, X and D are read from `witness`; pads of X̂ are 0. Ŵ of products is not yet multiplied by
/// powers of ζ.
[[nodiscard]] Factors fold_factors(const Circuit& circuit, const Columns& columns,
                                   const DenseWitness& witness, std::span<const Scalar> r);

/// Multiplies the entries of product number j = 1, 2, … by ζ^j.
void weigh_products(const Circuit& circuit, const Columns& columns, const Scalar& zeta,
                    std::vector<Scalar>& W);

/// Σ over outputs of eq(r, slot)·b.
[[nodiscard]] Scalar bias_at(const Columns& columns, const DenseWitness& witness,
                             std::span<const Scalar> r);

/// Σ_i eq(point, i)·f_i.
[[nodiscard]] Scalar evaluate_at(const std::vector<Scalar>& f, std::span<const Scalar> point);

/// Where a false sum of products surfaces.
enum class BilinearLie {
  kClaimR,       ///< the sums are sent as they are: claim R is false
  kRound,        ///< B is sent as claim R needs it: the first round is false
  kProduct,      ///< rounds kept true: Ŵ(ρ)·X̂(ρ) is not the last claim
  kWeights,      ///< Ŵ(ρ) sent as the product needs it
  kActivations,  ///< X̂(ρ) sent so
  kCancel,  ///< the sums are sent as they are, and k·Ŵ(ρ) and X̂(ρ)/k for them, k such that the
            ///< three claims' errors cancel, combined with powers of `eta`
};

/// What a dishonest prover changes in the bilinear sumcheck.
struct BilinearHooks {
  BilinearLie lie = BilinearLie::kClaimR;
  Scalar eta = Scalar::one();               ///< of kCancel
  std::function<void(Factors&)> factors{};  ///< changes Ŵ and X̂ when they are folded
  /// Changes B, S_1, …, w_1, … when they are sent; `missing` is what claim R needs more.
  std::function<void(std::span<Scalar> sums, const Scalar& missing)> sums{};
  /// Changes Ŵ and X̂ when ζ is known and Ŵ of products is multiplied by its powers.
  std::function<void(Factors&, const Scalar& zeta)> weighed{};
};

class DenseBilinear final : public BilinearProver {
 public:
  /// `needed(r)` is the B + Σ w_j·S_j that makes claim R true.
  DenseBilinear(const Circuit& circuit, const Columns& columns, const DenseWitness& witness,
                const BilinearHooks& hooks, std::function<Scalar(std::span<const Scalar>)> needed)
      : circuit_(circuit),
        columns_(columns),
        witness_(witness),
        hooks_(hooks),
        lie_(hooks.lie),
        needed_(std::move(needed)) {}

  void begin(std::span<const Scalar> r, std::span<Scalar> sums) override;
  void weigh(const Scalar& zeta) override;
  void round(unsigned variables, std::span<Scalar> q) override;
  void bind(const Scalar& z) override;
  void ends(std::span<Scalar> out) override;
  /// kCancel has no k for every challenge: whether it had.
  [[nodiscard]] bool cancels() const { return cancels_; }

  [[nodiscard]] const std::vector<Scalar>& r() const { return r_; }
  [[nodiscard]] const std::vector<Scalar>& rho() const { return rho_; }
  [[nodiscard]] const Scalar& zeta() const { return zeta_; }

 private:
  void cancel();

  const Circuit& circuit_;
  const Columns& columns_;
  const DenseWitness& witness_;
  const BilinearHooks& hooks_;
  BilinearLie lie_;
  std::function<Scalar(std::span<const Scalar>)> needed_;
  Factors f_;
  std::vector<Scalar> sums_;
  Scalar total_;  // B + Σ w_j·S_j
  Scalar zeta_;
  Scalar claim_;
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
