// Straus' method for a few full scalars: the width-5 non-adjacent forms of all scalars share one
// chain of doublings, and each has a table of the eight odd multiples P, 3P, …, 15P.
#pragma once

#include <span>

#include "group/ristretto.h"

namespace vouch::internal {

/// Σ s_i·P_i; best below ~100 terms. Memory: 1.8 kB a term.
[[nodiscard]] Point straus_vartime(std::span<const Scalar> s, std::span<const Point> points);

}  // namespace vouch::internal
