// The seam between multi-scalar multiplication and what the processor is good at: one table of
// array operations a back-end. A back-end is one file that fills the table, and one line in
// dispatch.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "group/non_adjacent_form.h"
#include "group/ristretto.h"

namespace vouch::internal {

struct GroupKernels {
  /// The name that VOUCH_KERNELS selects, the same as the field kernels' (field/kernels/kernels.h).
  std::string_view name;

  /// What a bucket costs in window_sum, an addition of a point being 1: for the choice of windows.
  double bucket_cost;

  /// The bucket method on one window: Σ_{i<n} digits[i]·points[i], |digit| ≤ max_digit, 1 ≤
  /// max_digit ≤ 2^16, n ≤ 2^25. Time depends on the digits: zeros are skipped.
  Point (*window_sum)(const NielsPoint* points, size_t n, const int32_t* digits,
                      uint32_t max_digit);

  /// out[i − begin] = Σ_{j<terms} k_j·points[i + j·length] for begin ≤ i < end; points from number
  /// n on are absent. Time depends on the scalars.
  void (*collapse)(const NonAdjacentForm* k, size_t terms, const NielsPoint* points, size_t n,
                   size_t length, size_t begin, size_t end, Point* out);

  /// x[i] ← x[i]^((p−5)/8) for i < n, the long part of a square root.
  void (*power_p_minus_5_over_8)(Field25519* x, size_t n);
};

/// The table for the back-end that is active (field/kernels/kernels.h, where unknown names are
/// refused), or the portable one where that back-end has no group part.
[[nodiscard]] const GroupKernels& group_kernels();

/// All tables that this processor can run, the best first; for tests and benchmarks.
[[nodiscard]] std::vector<const GroupKernels*> available_group_kernels();

extern const GroupKernels kPortableGroupKernels;
#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
extern const GroupKernels kAvx512IfmaGroupKernels;
extern const GroupKernels kAvx2FmaGroupKernels;
#endif

}  // namespace vouch::internal
