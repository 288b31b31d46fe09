// Λ, the linear form that all requires, the revealed values and the opening become, and y.
//
// Over (v ‖ slots) it is a multiple of eq(r*_first κ, ·) and then sparse expressions' coefficients:
// short enough for the verifier never to write its 2^κ + S entries out, nor to fold them.
#pragma once

#include <array>

#include "argument/opening/opening.h"

namespace vouch {

/// Entries at which the folding stops.
constexpr size_t kFoldedEntries = 4;

/// log2 of the length to which u is padded with entries that have no generator.
[[nodiscard]] unsigned folded_bits(unsigned max_kappa, uint32_t slots);

class LinearForm {
 public:
  /// Λ = 0, y = 0. κ of the columns' widest rows, ≥ 2.
  LinearForm(unsigned max_kappa, uint32_t slots);
  /// `expression` = 0 for secret slots becomes `factor` times its coefficients in Λ and its
  /// constant in y.
  void add(const Linear& expression, const Scalar& factor);
  /// factor·⟨eq(r*_first κ, ·), v⟩, once.
  void add_opening(std::span<const Scalar> point, const Scalar& factor);
  /// Scales the entries of `count` slots from `first` on.
  void scale_slots(uint32_t first, uint32_t count, const Scalar& factor);

  [[nodiscard]] const Scalar& y() const { return y_; }
  /// 2^bits entries are folded.
  [[nodiscard]] unsigned bits() const { return bits_; }
  /// All 2^bits of them.
  [[nodiscard]] std::vector<Scalar> dense() const;
  /// What is left of them after the rounds Λ ← q·Λ_0 + Λ_1, the last two bits excepted.
  [[nodiscard]] std::array<Scalar, kFoldedEntries> folded(std::span<const Scalar> q) const;

 private:
  unsigned kappa_;
  unsigned bits_;
  std::vector<Scalar> point_;
  Scalar factor_;
  std::vector<Scalar> slots_;
  Scalar y_;
};

}  // namespace vouch
