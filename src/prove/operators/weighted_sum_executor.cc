// A[p] = b + Σ_n w_n·(X_n[p] − z_n) over equal shapes; with one input, pads may surround the
// picture and hold A = b.
#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "prove/operators/operator_executor.h"

namespace vouch {
namespace {

constexpr size_t kElementsPerTask = size_t{1} << 14;

class WeightedSumExecutor final : public OperatorExecutor {
 public:
  explicit WeightedSumExecutor(const OperatorSource& source)
      : window_(source.op().window),
        input_(source.input().shape),
        output_(source.output().shape),
        requantizer_(source.requantizer()),
        bias_(static_cast<double>(source.weights.biases[0])) {
    for (size_t n = 0; n < source.op().inputs.size(); ++n) {
      terms_.push_back(
          {static_cast<double>(source.weights.weights[n]), source.input(n).zero_point});
    }
  }

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t planes = size_t{output_.channels} * output_.batch;
    const size_t plane = size_t{output_.rows} * output_.columns;
    std::atomic<bool> inside = true;
    parallel_for(planes, 1 + kElementsPerTask / plane, [&](size_t begin, size_t end) {
      std::vector<double> A(output_.columns);
      for (size_t line = begin * output_.rows; line < end * output_.rows; ++line) {
        accumulate(inputs, line, A);
        if (!requantizer_.apply(A, line * output_.columns, output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  struct Term {
    double weight;
    int zero_point;
  };

  // Line = (channel, batch, row) of the output.
  void accumulate(std::span<const CodeSpan> inputs, size_t line, std::vector<double>& A) const {
    std::fill(A.begin(), A.end(), bias_);
    const size_t plane = line / output_.rows;
    const int64_t row = static_cast<int64_t>(line % output_.rows) - window_.pad_top;
    if (row < 0 || row >= input_.rows) {
      return;
    }
    const size_t from = (plane * input_.rows + static_cast<size_t>(row)) * input_.columns;
    double* inner = A.data() + window_.pad_left;
    for (size_t n = 0; n < terms_.size(); ++n) {
      const auto [weight, zero_point] = terms_[n];
      const uint8_t* codes = inputs[n].data() + from;
      for (size_t x = 0; x < input_.columns; ++x) {
        inner[x] += weight * (codes[x] - zero_point);
      }
    }
  }

  Window window_;
  Shape input_;
  Shape output_;
  Requantizer requantizer_;
  double bias_;
  std::vector<Term> terms_;
};

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_weighted_sum(const OperatorSource& source) {
  WorstCase worst;
  worst.add_bias(source.weights.biases[0]);
  for (size_t n = 0; n < source.op().inputs.size(); ++n) {
    worst.add(source.weights.weights[n], source.input(n));
  }
  return worst.exact() ? std::make_unique<WeightedSumExecutor>(source) : nullptr;
}

}  // namespace vouch
