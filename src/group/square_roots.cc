#include "group/square_roots.h"

#include <vector>

#include "base/check.h"
#include "group/kernels/kernels.h"

namespace vouch::internal {

void square_roots_of_ratios(std::span<const Ratio> ratios, std::span<SquareRootOfRatio> out) {
  VOUCH_CHECK(ratios.size() == out.size());
  std::vector<Field25519> powers;
  powers.reserve(ratios.size());
  for (const Ratio& ratio : ratios) {
    powers.push_back(square_root_base(ratio.u, ratio.v));
  }
  group_kernels().power_p_minus_5_over_8(powers.data(), powers.size());
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = square_root_from_power(ratios[i].u, ratios[i].v, powers[i]);
  }
}

}  // namespace vouch::internal
