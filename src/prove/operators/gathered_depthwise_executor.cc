// Depthwise convolutions whose windows are no runs of neighbours: dilated, transposed, or with
// negative pads. Every tap is gathered by a table of what it reads.
#include <atomic>

#include "base/parallel.h"
#include "circuit/operators/window.h"
#include "prove/operators/operator_executor.h"
#include "prove/operators/tasks.h"

namespace vouch {
namespace {

class GatheredDepthwiseExecutor final : public OperatorExecutor {
 public:
  explicit GatheredDepthwiseExecutor(const OperatorSource& source)
      : input_(source.input()),
        output_(source.output().shape),
        multiplier_(output_.channels / input_.shape.channels),
        kernel_rows_(source.op().window.kernel_rows),
        rows_(row_axis(source.op().window, input_.shape)),
        requantizer_(source.requantizer()),
        weights_(source.weights.weights.begin(), source.weights.weights.end()),
        biases_(source.weights.biases.begin(), source.weights.biases.end()) {
    const AxisWindow columns = column_axis(source.op().window, input_.shape);
    for (uint32_t d = 0; d < columns.kernel; ++d) {
      std::vector<Read>& of_tap = columns_.emplace_back();
      for (uint32_t x = 0; x < output_.columns; ++x) {
        if (const auto i = columns.reads(x, d)) {
          of_tap.push_back({x, *i});
        }
      }
    }
  }

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t lines = size_t{output_.channels} * output_.batch * output_.rows;
    std::atomic<bool> inside = true;
    parallel_for(lines, 1 + kElementsPerTask / output_.columns, [&](size_t begin, size_t end) {
      std::vector<double> A(output_.columns);
      for (size_t line = begin; line < end; ++line) {
        accumulate(inputs[0], line, A);
        if (!requantizer_.apply(A, line * output_.columns, output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  struct Read {
    uint32_t output;
    uint32_t input;
  };

  void accumulate(CodeSpan codes, size_t line, std::vector<double>& A) const {
    const auto row = static_cast<uint32_t>(line % output_.rows);
    const size_t batch = line / output_.rows % output_.batch;
    const size_t channel = line / output_.rows / output_.batch;
    const Shape& in = input_.shape;
    const uint8_t* plane =
        codes.data() + (channel / multiplier_ * in.batch + batch) * in.rows * in.columns;
    const double* w = weights_.data() + channel * kernel_rows_ * columns_.size();
    std::fill(A.begin(), A.end(), biases_[channel]);
    for (uint32_t dy = 0; dy < kernel_rows_; ++dy, w += columns_.size()) {
      const std::optional<uint32_t> y = rows_.reads(row, dy);
      for (size_t dx = 0; y && dx < columns_.size(); ++dx) {
        const uint8_t* from = plane + size_t{*y} * in.columns;
        for (const Read& read : columns_[dx]) {
          A[read.output] += w[dx] * (from[read.input] - input_.zero_point);
        }
      }
    }
  }

  Tensor input_;
  Shape output_;
  size_t multiplier_;
  size_t kernel_rows_;
  AxisWindow rows_;
  std::vector<std::vector<Read>> columns_;  // by column tap
  Requantizer requantizer_;
  std::vector<double> weights_;  // [output channel][kernel row][kernel column]
  std::vector<double> biases_;
};

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_gathered_depthwise(const OperatorSource& source) {
  return std::make_unique<GatheredDepthwiseExecutor>(source);
}

}  // namespace vouch
