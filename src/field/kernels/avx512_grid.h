// The kernels on blocks of several variables on AVX-512 IFMA; contracts in kernels.h.
#pragma once

#include "field/kernels/avx512.h"

#ifdef VOUCH_HAS_AVX512

#include "field/scalar.h"

namespace vouch::internal {

void avx512_fold_blocks(Scalar* f, size_t blocks, const Scalar* z, unsigned g);
void avx512_product_grid(const Scalar* A, const Scalar* B, size_t blocks, unsigned g, Scalar* sums);

}  // namespace vouch::internal

#endif  // VOUCH_HAS_AVX512
