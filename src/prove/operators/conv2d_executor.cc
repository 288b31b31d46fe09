// A[c][p] = b[c] + Σ_k W[c][k]·(X[k][p] − z), a matrix product over the taps k of each output
// position p. A fully connected layer is the case of one position a picture.
#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "base/secret.h"
#include "field/kernels/kernels.h"
#include "prove/operators/matrix_product.h"
#include "prove/operators/operator_executor.h"
#include "prove/operators/patch_matrix.h"
#include "prove/operators/tasks.h"

namespace vouch {
namespace {

// A tile of activations, depth × positions doubles, is kept to 256 kB, which stays in the second
// cache while all weights pass over it; and to 256 positions, since more gain nothing. With fewer
// than 64, packing the weights for each tile would take as long as the products.
constexpr size_t kTileDoubles = size_t{1} << 15;
constexpr size_t kLeastPositions = 64;
constexpr size_t kTilePositions = 256;
// So few are computed one by one, from the weights as they are: most of a block would be surplus.
constexpr size_t kFewPositions = 2;
// Enough tasks for the threads to finish together.
constexpr size_t kTasksPerThread = 4;
// Fewer channels than this do not pay for packing the activations again.
constexpr size_t kMinPanelsPerTask = 4;

class Conv2dExecutor final : public OperatorExecutor {
 public:
  explicit Conv2dExecutor(const OperatorSource& source)
      : channels_(source.output().shape.channels),
        panels_(ceil_div(channels_, kPanelRows)),
        patches_(source.op().window, source.input(), source.output().shape),
        requantizer_(source.requantizer()),
        multiply_tile_(tile_product(active_kernels_name())),
        weights_(source.weights.weights),
        biases_(source.weights.biases) {
    const size_t fitting = kTileDoubles / patches_.depth() / kBlockColumns * kBlockColumns;
    tile_ = std::clamp(fitting, kLeastPositions, kTilePositions);
  }

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t tiles = ceil_div(patches_.positions(), tile_);
    const size_t wanted = ceil_div(kTasksPerThread * thread_count(), tiles);
    const size_t shares = std::clamp<size_t>(panels_ / kMinPanelsPerTask, 1, wanted);
    const size_t share = ceil_div(panels_, shares);
    std::atomic<bool> inside = true;
    parallel_for(tiles * shares, 1, [&](size_t begin, size_t end) {
      for (size_t task = begin; task < end; ++task) {
        const size_t panel = task % shares * share;
        const size_t panel_end = std::min(panel + share, panels_);
        if (!run_tile(inputs[0], task / shares * tile_, panel, panel_end, output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  // Channels of the panels [panel, panel_end) at the positions of the tile that begins at `begin`.
  bool run_tile(CodeSpan codes, size_t begin, size_t panel, size_t panel_end,
                const TensorSink& output) const {
    const size_t count = std::min(tile_, patches_.positions() - begin);
    const size_t columns = ceil_div(count, kBlockColumns) * kBlockColumns;
    const auto X = std::make_unique_for_overwrite<double[]>(columns * patches_.depth());
    SecretVector<double> W(patches_.depth() * kPanelRows);
    double A[kPanelRows * kTilePositions];
    patches_.pack(codes, begin, count, X.get());
    bool inside = true;
    for (; panel < panel_end; ++panel) {
      if (count <= kFewPositions) {
        for (size_t column = 0; column < count; ++column) {
          multiply_column(panel, X.get() + column, A + column, columns);
        }
      } else {
        multiply_panel(panel, X.get(), columns, W.data(), A);
      }
      for (size_t row = 0; row < kPanelRows; ++row) {
        const size_t channel = panel * kPanelRows + row;
        if (channel < channels_) {
          inside &= requantizer_.apply({A + row * columns, count},
                                       channel * patches_.positions() + begin, output);
        }
      }
    }
    return inside;
  }

  // A single position.
  void multiply_column(size_t panel, const double* X, double* A, size_t columns) const {
    const size_t depth = patches_.depth();
    const size_t first = panel * kPanelRows;
    const size_t rows = std::min(kPanelRows, channels_ - first);
    const int64_t* W = weights_.data() + first * depth;
    double sums[kPanelRows] = {};
    for (size_t k = 0; k < depth; ++k) {
      for (size_t row = 0; row < rows; ++row) {
        sums[row] += static_cast<double>(W[row * depth + k]) * X[k * kBlockColumns];
      }
    }
    for (size_t row = 0; row < rows; ++row) {
      A[row * columns] = sums[row] + static_cast<double>(biases_[first + row]);
    }
  }

  // The panel is packed into W for every tile anew: a conversion for each of the tile's columns'
  // products, and no second copy of all weights.
  void multiply_panel(size_t panel, const double* X, size_t columns, double* W, double* A) const {
    const size_t depth = patches_.depth();
    const size_t first = panel * kPanelRows;
    double b[kPanelRows] = {};
    for (size_t row = 0; row < std::min(kPanelRows, channels_ - first); ++row) {
      const int64_t* from = weights_.data() + (first + row) * depth;
      for (size_t k = 0; k < depth; ++k) {
        W[k * kPanelRows + row] = static_cast<double>(from[k]);
      }
      b[row] = static_cast<double>(biases_[first + row]);
    }
    for (size_t column = 0; column < columns; column += kBlockColumns) {
      multiply_tile_(W, b, X + column * depth, depth, A + column, columns);
    }
  }

  size_t channels_;
  size_t panels_;
  PatchMatrix patches_;
  Requantizer requantizer_;
  size_t tile_ = 0;  // positions
  TileProduct multiply_tile_;
  std::span<const int64_t> weights_;  // [channel][tap]
  std::span<const int64_t> biases_;
};

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_conv2d(const OperatorSource& source) {
  const auto& [weights, biases] = source.weights;
  const size_t depth = weights.size() / biases.size();
  const CodeBounds codes = source.codes();
  for (size_t c = 0; c < biases.size(); ++c) {
    WorstCase worst;
    worst.add_bias(biases[c]);
    worst.add_all(std::span(weights).subspan(c * depth, depth), codes, source.input().zero_point);
    if (!worst.exact()) {
      return nullptr;
    }
  }
  return std::make_unique<Conv2dExecutor>(source);
}

}  // namespace vouch
