#include "prove/operators/matrix_product.h"

#include <cstring>

namespace vouch {
namespace {

// Two doubles: the vector that every x86-64 (SSE2) and ARM64 processor has. Four have AVX2, eight
// AVX-512.
using Pair = double __attribute__((vector_size(16)));

// Part of a tile: kRows rows by kVectors vectors of columns, of which W, X and A are the first.
template <class Vector, size_t kRows, size_t kVectors>
[[gnu::always_inline]] inline void multiply_part(const double* W, const double* b, const double* X,
                                                 size_t depth, double* A, size_t stride) {
  constexpr size_t kLanes = sizeof(Vector) / sizeof(double);
  Vector sums[kRows][kVectors];
  for (size_t row = 0; row < kRows; ++row) {
    for (size_t v = 0; v < kVectors; ++v) {
      sums[row][v] = Vector{} + b[row];
    }
  }
  for (size_t k = 0; k < depth; ++k, W += kPanelRows, X += kBlockColumns) {
    Vector x[kVectors];
    std::memcpy(x, X, sizeof x);
#pragma GCC unroll 8
    for (size_t row = 0; row < kRows; ++row) {
#pragma GCC unroll 8
      for (size_t v = 0; v < kVectors; ++v) {
        sums[row][v] += W[row] * x[v];
      }
    }
  }
  for (size_t row = 0; row < kRows; ++row) {
    std::memcpy(A + row * stride, sums[row], kVectors * kLanes * sizeof(double));
  }
}

template <class Vector, size_t kRows, size_t kVectors>
[[gnu::always_inline]] inline void multiply_parts(const double* W, const double* b, const double* X,
                                                  size_t depth, double* A, size_t stride) {
  constexpr size_t kColumns = kVectors * sizeof(Vector) / sizeof(double);
  static_assert(kPanelRows % kRows == 0 && kBlockColumns % kColumns == 0);
  for (size_t row = 0; row < kPanelRows; row += kRows) {
    for (size_t column = 0; column < kBlockColumns; column += kColumns) {
      multiply_part<Vector, kRows, kVectors>(W + row, b + row, X + column, depth,
                                             A + row * stride + column, stride);
    }
  }
}

// Eight sums fill half of SSE2's registers, and leave room for factors.
void portable_tile(const double* W, const double* b, const double* X, size_t depth, double* A,
                   size_t stride) {
  multiply_parts<Pair, 2, 4>(W, b, X, depth, A, stride);
}

#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
using Four = double __attribute__((vector_size(32)));
using Eight = double __attribute__((vector_size(64)));

// As many sums as a multiply-add has cycles of latency (4), on two units.
[[gnu::target("avx2,fma")]] void avx2_tile(const double* W, const double* b, const double* X,
                                           size_t depth, double* A, size_t stride) {
  multiply_parts<Four, 4, 2>(W, b, X, depth, A, stride);
}

// The whole tile, in half of the 32 registers: a factor of W is read once for two products.
#ifndef VOUCH_EMULATE_AVX512
[[gnu::target("avx512f,avx512dq,avx512vl,fma")]]
#endif
void avx512_tile(const double* W, const double* b, const double* X, size_t depth, double* A,
                 size_t stride) {
  multiply_parts<Eight, 8, 2>(W, b, X, depth, A, stride);
}
#endif

}  // namespace

TileProduct tile_product(std::string_view back_end) {
#if defined(__x86_64__) && !defined(VOUCH_FORCE_PORTABLE)
  if (back_end == "avx512_ifma") {
    return avx512_tile;
  }
  if (back_end == "avx2" && __builtin_cpu_supports("fma")) {
    return avx2_tile;
  }
#endif
  static_cast<void>(back_end);
  return portable_tile;
}

}  // namespace vouch
