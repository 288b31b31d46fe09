// Many square roots at once, on the lanes that the processor has.
#pragma once

#include <span>

#include "group/field25519.h"

namespace vouch::internal {

struct Ratio {
  Field25519 u;
  Field25519 v;
};

/// out[i] = square_root_of_ratio(u_i, v_i). Sizes must agree.
void square_roots_of_ratios(std::span<const Ratio> ratios, std::span<SquareRootOfRatio> out);

}  // namespace vouch::internal
