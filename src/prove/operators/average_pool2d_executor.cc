// A[p] = b + w_j·Σ (X − z) over the part of the window that lies inside the picture, where j is the
// class of that part: its number of rows and of columns (circuit/circuit.h, pool_classes).
#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "prove/operators/operator_executor.h"

namespace vouch {
namespace {

constexpr size_t kTapsPerTask = size_t{1} << 15;

// Entries [begin, end) of an axis that a window covers.
struct Span1d {
  uint32_t begin;
  uint32_t end;
};

std::vector<Span1d> covered(uint32_t outputs, uint32_t extent, uint32_t kernel, uint32_t stride,
                            uint32_t pad) {
  std::vector<Span1d> spans;
  for (int64_t i = 0; i < outputs; ++i) {
    const int64_t first = i * stride - pad;
    const int64_t begin = std::clamp<int64_t>(first, 0, extent);
    const int64_t end = std::clamp<int64_t>(first + kernel, begin, extent);
    spans.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  }
  return spans;
}

class AveragePool2dExecutor final : public OperatorExecutor {
 public:
  explicit AveragePool2dExecutor(const OperatorSource& source)
      : input_(source.input()),
        output_(source.output().shape),
        taps_(size_t{source.op().window.kernel_rows} * source.op().window.kernel_columns),
        requantizer_(source.requantizer()),
        bias_(static_cast<double>(source.weights.biases[0])) {
    const Window& window = source.op().window;
    rows_ = covered(output_.rows, input_.shape.rows, window.kernel_rows, window.stride_rows,
                    window.pad_top);
    columns_ = covered(output_.columns, input_.shape.columns, window.kernel_columns,
                       window.stride_columns, window.pad_left);
    const std::vector<PoolClass> classes = pool_classes(window, input_.shape, output_);
    for (const Span1d& rows : rows_) {
      for (const Span1d& columns : columns_) {
        const PoolClass inside{rows.end - rows.begin, columns.end - columns.begin};
        const auto found = std::find(classes.begin(), classes.end(), inside);
        VOUCH_CHECK(found != classes.end());
        const auto index = static_cast<size_t>(found - classes.begin());
        multipliers_.push_back(static_cast<double>(source.weights.weights[index]));
      }
    }
  }

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t planes = size_t{output_.channels} * output_.batch;
    const size_t picture = size_t{input_.shape.rows} * input_.shape.columns;
    std::atomic<bool> inside = true;
    const size_t grain = 1 + kTapsPerTask / (multipliers_.size() * taps_);
    parallel_for(planes, grain, [&](size_t begin, size_t end) {
      std::vector<double> A(multipliers_.size());
      for (size_t plane = begin; plane < end; ++plane) {
        accumulate(inputs[0].data() + plane * picture, A);
        if (!requantizer_.apply(A, plane * A.size(), output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  void accumulate(const uint8_t* picture, std::vector<double>& A) const {
    size_t i = 0;
    for (const Span1d& rows : rows_) {
      for (const Span1d& columns : columns_) {
        A[i] = bias_ + multipliers_[i] * static_cast<double>(sum(picture, rows, columns));
        ++i;
      }
    }
  }

  [[nodiscard]] int64_t sum(const uint8_t* picture, const Span1d& rows,
                            const Span1d& columns) const {
    int64_t total = 0;
    for (size_t y = rows.begin; y < rows.end; ++y) {
      const uint8_t* line = picture + y * input_.shape.columns;
      for (size_t x = columns.begin; x < columns.end; ++x) {
        total += line[x] - input_.zero_point;
      }
    }
    return total;
  }

  Tensor input_;
  Shape output_;
  size_t taps_;
  Requantizer requantizer_;
  double bias_;
  std::vector<Span1d> rows_;
  std::vector<Span1d> columns_;
  std::vector<double> multipliers_;  // [output row][output column]
};

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_average_pool2d(const OperatorSource& source) {
  const Window& window = source.op().window;
  const std::vector<PoolClass> classes =
      pool_classes(window, source.input().shape, source.output().shape);
  for (size_t j = 0; j < classes.size(); ++j) {
    WorstCase worst;
    worst.add_bias(source.weights.biases[0]);
    worst.add(source.weights.weights[j], source.input(),
              uint64_t{classes[j].rows} * classes[j].columns);
    if (!worst.exact()) {
      return nullptr;
    }
  }
  return std::make_unique<AveragePool2dExecutor>(source);
}

}  // namespace vouch
