// Where everything that a predicate adds lies: the bricks of column Y, and those of the index space
// q of its lookups (docs/protocol.md, section 21). Every brick is one axis of inputs by one of
// classes, (k, C, 1, 1), or of inputs alone, (k, 1, 1, 1).
#pragma once

#include <optional>

#include "circuit/layout.h"
#include "circuit/predicate.h"

namespace vouch {

/// Bricks of Y, in order.
enum class OutputPart : uint8_t {
  kMembers = 0,  ///< h: 1 for the first n classes
  kLabels,       ///< λ: 1 for the label
  kLast,         ///< g: 1 for the last of the first n
  kMatches,      ///< μ = h·λ
  kCount,        ///< N, and zeros
  kThresholds,   ///< t: the code of the last of the first n
  kBits,         ///< b
};
constexpr size_t kOutputParts = 7;

/// Bricks of q, in order.
enum class PredicateLookup : uint8_t {
  kMembers = 0,  ///< h
  kLast,         ///< g
  kRanks,        ///< w: that h follows from t and g
  kLabels,       ///< λ
  kMatches,      ///< μ
  kUnmatched,    ///< x: that μ = h·λ
  kDecisions,    ///< e: that b is the predicate's truth
  kBits,         ///< b
};
constexpr size_t kPredicateLookups = 8;

/// Numbers of the bricks that there are.
class PredicateLayout {
 public:
  PredicateLayout() = default;
  /// `kappa` is the row size of Y.
  PredicateLayout(const Predicate& predicate, uint32_t inputs, uint32_t classes, unsigned kappa);

  [[nodiscard]] const Layout& column() const { return column_; }
  [[nodiscard]] const Layout& lookups() const { return lookups_; }
  [[nodiscard]] bool has(OutputPart part) const { return brick_of(part).has_value(); }
  [[nodiscard]] bool has(PredicateLookup lookup) const { return brick_of(lookup).has_value(); }
  [[nodiscard]] std::optional<size_t> brick_of(OutputPart part) const {
    return parts_[static_cast<size_t>(part)];
  }
  [[nodiscard]] std::optional<size_t> brick_of(PredicateLookup lookup) const {
    return lookup_bricks_[static_cast<size_t>(lookup)];
  }

 private:
  Layout column_{{}, 1};
  Layout lookups_{{}, 1};
  std::array<std::optional<size_t>, kOutputParts> parts_;
  std::array<std::optional<size_t>, kPredicateLookups> lookup_bricks_;
};

}  // namespace vouch
