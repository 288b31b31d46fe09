// A[c,p] = b + w·(X_0[c,p] − z_0)·(X_1[c,p] − z_1), the second input repeated along axes of
// extent 1.
#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "prove/operators/operator_executor.h"
#include "prove/operators/tasks.h"

namespace vouch {
namespace {

class ProductExecutor final : public OperatorExecutor {
 public:
  explicit ProductExecutor(const OperatorSource& source)
      : shape_(source.output().shape),
        second_(source.input(1).shape),
        zero_{source.input(0).zero_point, source.input(1).zero_point},
        weight_(static_cast<double>(source.weights.weights[0])),
        bias_(static_cast<double>(source.weights.biases[0])),
        requantizer_(source.requantizer()) {}

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t lines = size_t{shape_.channels} * shape_.batch * shape_.rows;
    std::atomic<bool> inside = true;
    parallel_for(lines, 1 + kElementsPerTask / shape_.columns, [&](size_t begin, size_t end) {
      std::vector<double> A(shape_.columns);
      for (size_t line = begin; line < end; ++line) {
        accumulate(inputs[0].data() + line * shape_.columns, inputs[1].data() + second_line(line),
                   A);
        if (!requantizer_.apply(A, line * shape_.columns, output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  // First element of the second input's line that goes with a line (channel, batch, row).
  [[nodiscard]] size_t second_line(size_t line) const {
    const size_t row = second_.rows == 1 ? 0 : line % shape_.rows;
    const size_t batch = line / shape_.rows % shape_.batch;
    const size_t channel = second_.channels == 1 ? 0 : line / shape_.rows / shape_.batch;
    return ((channel * second_.batch + batch) * second_.rows + row) * second_.columns;
  }

  void accumulate(const uint8_t* x, const uint8_t* y, std::vector<double>& A) const {
    const size_t step = second_.columns == 1 ? 0 : 1;
    for (size_t i = 0; i < A.size(); ++i) {
      A[i] = bias_ + weight_ * ((x[i] - zero_[0]) * (y[i * step] - zero_[1]));
    }
  }

  Shape shape_;
  Shape second_;
  std::array<int32_t, 2> zero_;
  double weight_;
  double bias_;
  Requantizer requantizer_;
};

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_product(const OperatorSource& source) {
  const CodeBounds second = source.codes(1);
  const int z = source.input(1).zero_point;
  WorstCase worst;
  worst.add_bias(source.weights.biases[0]);
  worst.add(source.weights.weights[0], source.codes(0), source.input(0).zero_point,
            static_cast<uint64_t>(std::max(std::abs(second.lo - z), std::abs(second.hi - z))));
  return worst.exact() ? std::make_unique<ProductExecutor>(source) : nullptr;
}

}  // namespace vouch
