#include "prove/operators/matrix_product.h"

#include <cstring>

namespace vouch {
namespace {

// Two doubles: the vector that every x86-64 (SSE2) and ARM64 processor has.
using Pair = double __attribute__((vector_size(16)));
constexpr size_t kPairs = kBlockColumns / 2;

Pair load(const double* from) {
  Pair pair;
  std::memcpy(&pair, from, sizeof pair);
  return pair;
}

}  // namespace

void multiply_tile(const double* W, const double* b, const double* X, size_t depth, double* A,
                   size_t stride) {
  Pair sums[kPanelRows][kPairs];
  for (size_t row = 0; row < kPanelRows; ++row) {
    for (size_t pair = 0; pair < kPairs; ++pair) {
      sums[row][pair] = Pair{b[row], b[row]};
    }
  }
  for (size_t k = 0; k < depth; ++k) {
#pragma GCC unroll 4
    for (size_t row = 0; row < kPanelRows; ++row) {
      const double w = W[k * kPanelRows + row];
      const Pair weight = {w, w};
#pragma GCC unroll 8
      for (size_t pair = 0; pair < kPairs; ++pair) {
        sums[row][pair] += weight * load(X + k * kBlockColumns + 2 * pair);
      }
    }
  }
  for (size_t row = 0; row < kPanelRows; ++row) {
    std::memcpy(A + row * stride, sums[row], sizeof sums[row]);
  }
}

}  // namespace vouch
