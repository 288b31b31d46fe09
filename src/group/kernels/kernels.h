// The seam between multi-scalar multiplication and what the processor is good at: one table of
// array operations a back-end. A back-end is one file that fills the table, and one line in
// dispatch.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "group/ristretto.h"

namespace vouch::internal {

struct GroupKernels {
  /// The name that VOUCH_KERNELS selects, the same as the field kernels' (field/kernels/kernels.h).
  std::string_view name;

  /// The bucket method on several windows: sums[w] = Σ_{i<n} digits[w·n + i]·points[i], for w <
  /// windows. |digit| ≤ max_digit, 1 ≤ max_digit ≤ 2^16. Time depends on the digits: zeros are
  /// skipped.
  void (*window_sums)(const NielsPoint* points, size_t n, const int32_t* digits, size_t windows,
                      uint32_t max_digit, Point* sums);
};

/// The table for the back-end that is active (field/kernels/kernels.h), or the portable one where
/// that back-end has no group part.
[[nodiscard]] const GroupKernels& group_kernels();

extern const GroupKernels kPortableGroupKernels;

}  // namespace vouch::internal
