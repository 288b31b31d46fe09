// Straus' method for a few full scalars: the width-5 non-adjacent forms of all scalars share one
// chain of doublings, and each has a table of the eight odd multiples P, 3P, …, 15P.
#pragma once

#include <span>

#include "group/non_adjacent_form.h"
#include "group/ristretto.h"

namespace vouch::internal {

/// Σ s_i·P_i; best below ~100 terms. Memory: 1.8 kB a term.
[[nodiscard]] Point straus_vartime(std::span<const Scalar> s, std::span<const Point> points);

/// Σ_j s_j·points[j·stride] for scalars whose forms are known already.
[[nodiscard]] Point straus_vartime(std::span<const NonAdjacentForm> s, const NielsPoint* points,
                                   size_t stride);

}  // namespace vouch::internal
