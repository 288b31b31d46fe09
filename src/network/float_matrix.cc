#include "network/float_matrix.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/parallel.h"

namespace vouch {
namespace {

constexpr size_t kOutputs = PanelMatrix::kOutputs;
constexpr size_t kWide = PanelMatrix::kPositions;
constexpr size_t kNarrow = 4;

// The vector that every x86-64 (SSE2) and ARM64 processor has.
using Lane = float __attribute__((vector_size(16)));

Lane load(const float* from) {
  Lane lane;
  std::memcpy(&lane, from, sizeof lane);
  return lane;
}

// sums[row][position] of one panel; x is [depth][kLanes·4].
template <size_t kLanes>
void multiply_tile(const float* panel, const float* bias, const float* x, size_t depth,
                   float* sums) {
  Lane acc[kOutputs][kLanes];
  for (size_t row = 0; row < kOutputs; ++row) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      acc[row][lane] = Lane{bias[row], bias[row], bias[row], bias[row]};
    }
  }
  for (size_t k = 0; k < depth; ++k) {
#pragma GCC unroll 4
    for (size_t row = 0; row < kOutputs; ++row) {
      const float w = panel[k * kOutputs + row];
      const Lane weight = {w, w, w, w};
#pragma GCC unroll 4
      for (size_t lane = 0; lane < kLanes; ++lane) {
        acc[row][lane] += weight * load(x + (k * kLanes + lane) * 4);
      }
    }
  }
  std::memcpy(sums, acc, sizeof acc);
}

void multiply_block(const PanelMatrix& matrix, std::span<const float> bias, size_t width,
                    const float* x, size_t first, size_t n, size_t panel,
                    const ScatterSums& scatter) {
  std::array<float, kOutputs> start{};
  std::array<float, kOutputs * kWide> sums;
  const size_t begin = panel * kOutputs;
  const size_t rows = std::min(kOutputs, matrix.outputs() - begin);
  if (!bias.empty()) {
    std::copy_n(bias.begin() + static_cast<std::ptrdiff_t>(begin), rows, start.begin());
  }
  const auto tile = width == kWide ? multiply_tile<kWide / 4> : multiply_tile<kNarrow / 4>;
  tile(matrix.panel(panel), start.data(), x, matrix.depth(), sums.data());
  for (size_t row = 0; row < rows; ++row) {
    scatter(first, n, begin + row, sums.data() + row * width);
  }
}

}  // namespace

void multiply_positions(const PanelMatrix& matrix, std::span<const float> bias, size_t positions,
                        const GatherPositions& gather, const ScatterSums& scatter) {
  const size_t width = positions <= kNarrow ? kNarrow : kWide;
  const size_t blocks = (positions + width - 1) / width;
  // Few blocks: one at a time, and its panels in parallel.
  const size_t grain = blocks < 2 * thread_count() ? blocks : 1;
  parallel_for(blocks, grain, [&](size_t begin, size_t end) {
    std::vector<float> x(matrix.depth() * width);
    for (size_t block = begin; block < end; ++block) {
      const size_t first = block * width;
      const size_t n = std::min(width, positions - first);
      gather(first, n, width, x);
      parallel_for(matrix.panels(), 16, [&](size_t from, size_t to) {
        for (size_t panel = from; panel < to; ++panel) {
          multiply_block(matrix, bias, width, x.data(), first, n, panel, scatter);
        }
      });
    }
  });
}

void multiply_rows(const PanelMatrix& matrix, std::span<const float> bias, size_t rows,
                   const float* x, float* y) {
  const size_t depth = matrix.depth();
  const size_t outputs = matrix.outputs();
  multiply_positions(
      matrix, bias, rows,
      [&](size_t first, size_t n, size_t width, std::span<float> to) {
        for (size_t k = 0; k < depth; ++k) {
          for (size_t i = 0; i < n; ++i) {
            to[k * width + i] = x[(first + i) * depth + k];
          }
        }
      },
      [&](size_t first, size_t n, size_t o, const float* sums) {
        for (size_t i = 0; i < n; ++i) {
          y[(first + i) * outputs + o] = sums[i];
        }
      });
}

}  // namespace vouch
