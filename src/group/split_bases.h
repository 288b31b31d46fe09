// Sums over points that are known beforehand, a few terms at a time: as s = Σ_j s_j·2^(64j), the
// points 2^(64j)·P and their odd multiples, made once, leave a chain of 64 doublings instead of 253
// (Straus' method with the windows of Lim and Lee 1994).
#pragma once

#include <span>
#include <vector>

#include "group/msm.h"
#include "group/ristretto.h"

namespace vouch {

class SplitBases {
 public:
  /// Memory: 1.5 kB a point. The work is shared out by the executor.
  explicit SplitBases(std::span<const NielsPoint> points, const MsmExecutor& executor = {});

  /// Σ s[i]·points[first + i]. Time depends on the scalars.
  [[nodiscard]] Point sum_vartime(size_t first, std::span<const Scalar> s) const;

 private:
  static constexpr size_t kParts = 4;
  static constexpr size_t kOdd = 4;  // P, 3P, 5P, 7P
  /// [part·kOdd + k][i]: (2k + 1)·2^(64·part)·points[i].
  std::vector<std::vector<NielsPoint>> multiples_;
};

}  // namespace vouch
