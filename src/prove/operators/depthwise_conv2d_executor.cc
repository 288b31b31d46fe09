// A[c][p] = b[c] + Σ_d W[c][d]·(X[⌊c/m⌋][p, d] − z), m = output channels an input channel.
//
// Rows of the picture are widened to doubles with the pads in place and split by column modulo the
// stride ("phases"): output column x reads padded column x·stride + dx, which is entry x +
// ⌊dx/stride⌋ of phase dx mod stride. So every tap is a run of neighbours, whatever the stride.
#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "prove/operators/operator_executor.h"
#include "prove/operators/tasks.h"

namespace vouch {
namespace {

// The widened rows of a band of output rows are kept to about this many doubles, 64 kB; a band has
// at least one output row, whatever that needs.
constexpr size_t kBandDoubles = size_t{1} << 13;

class DepthwiseConv2dExecutor final : public OperatorExecutor {
 public:
  explicit DepthwiseConv2dExecutor(const OperatorSource& source)
      : window_(source.op().window),
        input_(source.input()),
        output_(source.output().shape),
        multiplier_(output_.channels / input_.shape.channels),
        requantizer_(source.requantizer()),
        weights_(source.weights.weights.begin(), source.weights.weights.end()),
        biases_(source.weights.biases.begin(), source.weights.biases.end()) {
    const size_t padded =
        (size_t{output_.columns} - 1) * window_.stride_columns + window_.kernel_columns;
    phase_ = ceil_div(padded, window_.stride_columns);
    const size_t row = phase_ * window_.stride_columns;
    band_ = std::clamp<size_t>(kBandDoubles / (row * window_.stride_rows), 1, output_.rows);
    const size_t band_rows = (band_ - 1) * window_.stride_rows + window_.kernel_rows;
    widened_size_ = band_rows * row;
  }

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t planes = size_t{output_.channels} * output_.batch;
    const size_t plane = size_t{output_.rows} * output_.columns;
    std::atomic<bool> inside = true;
    parallel_for(planes, ceil_div(kElementsPerTask, plane), [&](size_t begin, size_t end) {
      const auto X = std::make_unique_for_overwrite<double[]>(widened_size_);
      const auto A = std::make_unique_for_overwrite<double[]>(band_ * output_.columns);
      for (size_t i = begin; i < end; ++i) {
        if (!run_plane(inputs[0], i, X.get(), A.get(), output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  // Plane i = (channel, batch) of the output.
  bool run_plane(CodeSpan codes, size_t i, double* X, double* A, const TensorSink& output) const {
    const size_t channel = i / output_.batch;
    const size_t batch = i % output_.batch;
    const size_t picture = size_t{input_.shape.rows} * input_.shape.columns;
    const uint8_t* plane =
        codes.data() + (channel / multiplier_ * input_.shape.batch + batch) * picture;
    bool inside = true;
    for (size_t row = 0; row < output_.rows; row += band_) {
      const size_t rows = std::min(band_, output_.rows - row);
      widen(plane, row, rows, X);
      for (size_t y = 0; y < rows; ++y) {
        accumulate(channel, X + y * window_.stride_rows * row_doubles(), A + y * output_.columns);
      }
      inside &= requantizer_.apply({A, rows * output_.columns},
                                   (i * output_.rows + row) * output_.columns, output);
    }
    return inside;
  }

  [[nodiscard]] size_t row_doubles() const { return phase_ * window_.stride_columns; }

  // The padded input rows that output rows [row, row + rows) read.
  void widen(const uint8_t* plane, size_t row, size_t rows, double* X) const {
    const size_t first = row * window_.stride_rows;
    const size_t count = (rows - 1) * window_.stride_rows + window_.kernel_rows;
    for (size_t i = 0; i < count; ++i, X += row_doubles()) {
      const int64_t y = static_cast<int64_t>(first + i) - window_.pad_top;
      if (y < 0 || y >= input_.shape.rows) {
        std::fill_n(X, row_doubles(), 0.0);
      } else {
        widen_row(plane + y * input_.shape.columns, X);
      }
    }
  }

  void widen_row(const uint8_t* codes, double* X) const {
    const size_t stride = window_.stride_columns;
    const auto left = static_cast<size_t>(window_.pad_left);
    const size_t end = left + input_.shape.columns;  // of the picture, in padded columns
    for (size_t phase = 0; phase < stride; ++phase, X += phase_) {
      const size_t from = std::min(phase_, left > phase ? ceil_div(left - phase, stride) : 0);
      const size_t to =
          std::clamp(end > phase ? ceil_div(end - phase, stride) : size_t{0}, from, phase_);
      std::fill_n(X, from, 0.0);
      if (from < to) {
        widen_run(codes + (from * stride + phase - left), stride, to - from, X + from);
      }
      std::fill(X + to, X + phase_, 0.0);
    }
  }

  void widen_run(const uint8_t* codes, size_t stride, size_t count, double* X) const {
    const int z = input_.zero_point;
    if (stride == 1) {
      for (size_t i = 0; i < count; ++i) {
        X[i] = codes[i] - z;
      }
      return;
    }
    for (size_t i = 0; i < count; ++i) {
      X[i] = codes[i * stride] - z;
    }
  }

  // One output row from the widened rows that begin at X.
  void accumulate(size_t channel, const double* X, double* A) const {
    const size_t columns = output_.columns;
    const double* w = weights_.data() + channel * window_.kernel_rows * window_.kernel_columns;
    std::fill_n(A, columns, biases_[channel]);
    for (size_t dy = 0; dy < window_.kernel_rows; ++dy, X += row_doubles()) {
      size_t dx = 0;
      for (; dx + 3 <= window_.kernel_columns; dx += 3, w += 3) {
        const double* x0 = tap(X, dx);
        const double* x1 = tap(X, dx + 1);
        const double* x2 = tap(X, dx + 2);
        for (size_t x = 0; x < columns; ++x) {
          A[x] += w[0] * x0[x] + w[1] * x1[x] + w[2] * x2[x];
        }
      }
      for (; dx < window_.kernel_columns; ++dx, ++w) {
        const double* x0 = tap(X, dx);
        for (size_t x = 0; x < columns; ++x) {
          A[x] += *w * x0[x];
        }
      }
    }
  }

  [[nodiscard]] const double* tap(const double* row, size_t kernel_column) const {
    const size_t stride = window_.stride_columns;
    return row + kernel_column % stride * phase_ + kernel_column / stride;
  }

  Window window_;
  Tensor input_;
  Shape output_;
  size_t multiplier_;
  Requantizer requantizer_;
  std::vector<double> weights_;  // [output channel][kernel row][kernel column]
  std::vector<double> biases_;
  size_t phase_ = 0;  // doubles of one phase of one row
  size_t band_ = 0;   // output rows computed together
  size_t widened_size_ = 0;
};

bool runs_of_neighbours(const Window& w) {
  return !w.transposed && w.dilation_rows == 1 && w.dilation_columns == 1 && w.pad_top >= 0 &&
         w.pad_bottom >= 0 && w.pad_left >= 0 && w.pad_right >= 0;
}

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_depthwise_conv2d(const OperatorSource& source) {
  const auto& [weights, biases] = source.weights;
  const size_t taps = weights.size() / biases.size();
  const CodeBounds codes = source.codes();
  for (size_t c = 0; c < biases.size(); ++c) {
    WorstCase worst;
    worst.add_bias(biases[c]);
    worst.add_all(std::span(weights).subspan(c * taps, taps), codes, source.input().zero_point);
    if (!worst.exact()) {
      return nullptr;
    }
  }
  return runs_of_neighbours(source.op().window) ? std::make_unique<DepthwiseConv2dExecutor>(source)
                                                : prepare_gathered_depthwise(source);
}

}  // namespace vouch
