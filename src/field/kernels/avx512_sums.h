// Columns of eight lanes (field/kernels/avx512_scalars.h) as one sum.
#pragma once

#include "field/kernels/avx512_scalars.h"

#ifdef VOUCH_HAS_AVX512

#include "field/product_sum.h"

namespace vouch::internal {

/// The columns added over the lanes, those but the last below 2^55.
VOUCH_AVX512_INLINE void add_lanes(Columns sum, uint64_t columns[10]) {
  for (size_t k = 0; k < 9; ++k) {
    sum.t[k + 1] = _mm512_add_epi64(sum.t[k + 1], _mm512_srli_epi64(sum.t[k], 52));
  }
  for (size_t k = 0; k < 10; ++k) {
    const __m512i mask = broadcast(k < 9 ? kMask52 : ~uint64_t{0});
    columns[k] = static_cast<uint64_t>(_mm512_reduce_add_epi64(_mm512_and_si512(sum.t[k], mask)));
  }
}

/// total += Σ columns[k]·2^(52k).
inline void add_columns(ProductSum& total, const uint64_t columns[10]) {
  ProductSum sum;
  uint128_t carry = 0;
  for (size_t k = 0; k < 10; ++k) {
    carry += columns[k];
    const uint64_t low =
        k < 9 ? static_cast<uint64_t>(carry) & kMask52 : static_cast<uint64_t>(carry);
    sum.limbs[52 * k / 64] |= low << (52 * k % 64);
    if (52 * k % 64 > 12 || k == 9) {
      sum.limbs[52 * k / 64 + 1] |= low >> (64 - 52 * k % 64);
    }
    carry >>= 52;
  }
  total += sum;
}

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
