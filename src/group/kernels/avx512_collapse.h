// The collapse of the AVX-512 back-end; contract in kernels.h.
#pragma once

#include "group/non_adjacent_form.h"
#include "group/ristretto.h"

namespace vouch::internal {

void avx512_collapse(const NonAdjacentForm* k, size_t terms, const NielsPoint* points, size_t n,
                     size_t length, size_t begin, size_t end, Point* out);

}  // namespace vouch::internal
