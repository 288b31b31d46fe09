// The curve under ristretto255: −x² + y² = 1 + d·x²y², d = −121665/121666, over Z/(2^255 − 19), and
// the constants of RFC 9496, 4.1, all computed from d.
#pragma once

#include "group/field25519.h"

namespace vouch::internal {

inline constexpr Field25519 kD = -(Field25519::small(121665) * Field25519::small(121666).inverse());
inline constexpr Field25519 kTwoD = kD + kD;
inline constexpr Field25519 kOneMinusDSquared = Field25519::one() - kD.square();
inline constexpr Field25519 kDMinusOneSquared = (kD - Field25519::one()).square();
/// √(ad − 1), a = −1. The RFC's choice of root is the negative one.
inline constexpr Field25519 kSqrtAdMinusOne =
    -square_root_of_ratio(-kD - Field25519::one(), Field25519::one()).root;
/// 1/√(a − d).
inline constexpr Field25519 kInverseSqrtAMinusD =
    square_root_of_ratio(Field25519::one(), -Field25519::one() - kD).root;

static_assert(kSqrtAdMinusOne.square() == -kD - Field25519::one());
static_assert(kInverseSqrtAMinusD.square() * (-Field25519::one() - kD) == Field25519::one());

}  // namespace vouch::internal
