#include "prove/operators/matrix_product.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "field/kernels/kernels.h"

namespace vouch {
namespace {

TEST(TileProduct, IsTheSameFromEveryBackEnd) {
  std::mt19937 random(1);
  const auto draw = [&](size_t n, int bound) {
    std::vector<double> out(n);
    for (double& x : out) {
      x = std::uniform_int_distribution<int>(-bound, bound)(random);
    }
    return out;
  };
  constexpr size_t kStride = kBlockColumns + 3;
  for (const size_t depth : std::array<size_t, 4>{1, 2, 37, 500}) {
    const std::vector<double> W = draw(depth * kPanelRows, 1 << 24);
    const std::vector<double> b = draw(kPanelRows, 1 << 30);
    const std::vector<double> X = draw(depth * kBlockColumns, 255);
    std::vector<double> expected(kPanelRows * kStride, 0.5);
    for (size_t row = 0; row < kPanelRows; ++row) {
      for (size_t column = 0; column < kBlockColumns; ++column) {
        double& sum = expected[row * kStride + column] = b[row];
        for (size_t k = 0; k < depth; ++k) {
          sum += W[k * kPanelRows + row] * X[k * kBlockColumns + column];
        }
      }
    }
    for (const std::string_view back_end : available_kernels()) {
      std::vector<double> A(expected.size(), 0.5);
      tile_product(back_end)(W.data(), b.data(), X.data(), depth, A.data(), kStride);
      EXPECT_EQ(A, expected) << back_end << ", depth " << depth;
    }
  }
}

}  // namespace
}  // namespace vouch
