// The bucket method in plain 64-bit code: B_k = Σ of the points with digit k minus those with digit
// −k, by mixed additions; then Σ k·B_k = Σ_j Σ_{k≥j} B_k by running sums.
#include <algorithm>
#include <span>
#include <vector>

#include "group/edwards_formulas.h"
#include "group/kernels/kernels.h"
#include "group/straus.h"

namespace vouch::internal {
namespace {

Point weighted_sum(const std::vector<Point>& buckets) {
  Point running;
  Point sum;
  for (size_t k = buckets.size(); k-- > 0;) {
    running += buckets[k];
    sum += running;
  }
  return sum;
}

Point window_sum(const NielsPoint* points, size_t n, const int32_t* digits, uint32_t max_digit) {
  std::vector<Point> buckets(max_digit);
  for (size_t i = 0; i < n; ++i) {
    if (digits[i] > 0) {
      Point& bucket = buckets[static_cast<size_t>(digits[i]) - 1];
      bucket = add_niels(bucket, points[i]);
    } else if (digits[i] < 0) {
      Point& bucket = buckets[static_cast<size_t>(-digits[i]) - 1];
      bucket = subtract_niels(bucket, points[i]);
    }
  }
  return weighted_sum(buckets);
}

void collapse(const NonAdjacentForm* k, size_t terms, const NielsPoint* points, size_t n,
              size_t length, size_t begin, size_t end, Point* out) {
  for (size_t i = begin; i < end; ++i) {
    const size_t present = i < n ? std::min(terms, (n - i + length - 1) / length) : 0;
    out[i - begin] = straus_vartime(std::span(k, present), points + std::min(i, n), length);
  }
}

void power_p_minus_5_over_8(Field25519* x, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    x[i] = x[i].power_p_minus_5_over_8();
  }
}

}  // namespace

constinit const GroupKernels kPortableGroupKernels = {
    .name = "portable",
    .bucket_cost = 2.3,
    .window_sum = window_sum,
    .collapse = collapse,
    .power_p_minus_5_over_8 = power_p_minus_5_over_8};

}  // namespace vouch::internal
