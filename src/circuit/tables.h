// The lookup tables in closed form.
//
// Rows, u = 0, 1, …:   range       R = u; with exact rounding a limb, u < T
//                      activation  V = u − 2^bits,  X = f(V),  E = V − X
//                      windows     window_table.h
//                      plain       X = u,  E = 0
// A row's denominator is α − X − γE − γ²·tag (range: α − R − γ²·tag). Slots of the table space that
// belong to no table have denominator 1.
#pragma once

#include "circuit/columns.h"

namespace vouch {

/// The two challenges that turn a row into a field element.
struct LookupChallenges {
  Scalar alpha;
  Scalar gamma;
  /// α − γ²·tag
  [[nodiscard]] Scalar shifted(uint64_t tag) const {
    return alpha - gamma * gamma * Scalar::from_u64(tag);
  }
};

/// The multilinear extension of the denominators of all tables at `point`.
[[nodiscard]] Scalar table_denominator(const Circuit& circuit, const Columns& columns,
                                       const LookupChallenges& challenges,
                                       std::span<const Scalar> point);

/// tag(r) = plain + Σ_t (tag_t − plain)·Live_t(r) over the activation slots: pads are looked up in
/// the plain table.
[[nodiscard]] Scalar tag_extension(const Columns& columns, std::span<const Scalar> r);

}  // namespace vouch
