// Linear expressions in what the prover has committed to.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "field/scalar.h"

namespace vouch {

/// constant + Σ coefficient·t[slot] with public coefficients over the ledger's secret slots.
class Linear {
 public:
  Linear() = default;
  Linear(const Scalar& constant) : constant_(constant) {}  // NOLINT(google-explicit-constructor)
  static Linear slot(uint32_t slot) {
    Linear x;
    x.terms_.emplace_back(slot, Scalar::one());
    return x;
  }

  [[nodiscard]] const std::vector<std::pair<uint32_t, Scalar>>& terms() const { return terms_; }
  [[nodiscard]] const Scalar& constant() const { return constant_; }

  Linear& operator+=(const Linear& other);
  Linear& operator-=(const Linear& other);
  Linear& operator*=(const Scalar& factor);
  friend Linear operator+(Linear a, const Linear& b) { return a += b; }
  friend Linear operator-(Linear a, const Linear& b) { return a -= b; }
  friend Linear operator*(const Scalar& factor, Linear a) { return a *= factor; }

  /// The value when t[slot] = values[slot].
  [[nodiscard]] Scalar at(std::span<const Scalar> values) const;

 private:
  std::vector<std::pair<uint32_t, Scalar>> terms_;  // a slot may occur more than once
  Scalar constant_;
};

}  // namespace vouch
