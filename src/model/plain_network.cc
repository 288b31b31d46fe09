#include "model/plain_network.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"

namespace vouch {
namespace {

using Codes = std::vector<uint8_t>;

// A of one output channel: adds W·(X − z) of one tap over all positions.
class Plane {
 public:
  Plane(const Op& op, const Tensor& input, const Shape& out)
      : window_(op.window), input_(input), out_(out), A_(out.positions(), 0) {}

  void add_tap(std::span<const uint8_t> X, uint32_t dy, uint32_t dx, int64_t W) {
    const Shape& in = input_.shape;
    for (uint32_t n = 0; n < out_.batch; ++n) {
      for (uint32_t y = 0; y < out_.rows; ++y) {
        const int64_t row = int64_t{window_.stride_rows} * y + dy - window_.pad_top;
        if (row < 0 || row >= in.rows) {
          continue;
        }
        const uint8_t* from =
            X.data() + (size_t{n} * in.rows + static_cast<size_t>(row)) * in.columns;
        int64_t* to = A_.data() + (size_t{n} * out_.rows + y) * out_.columns;
        for (uint32_t x = 0; x < out_.columns; ++x) {
          const int64_t column = int64_t{window_.stride_columns} * x + dx - window_.pad_left;
          if (column >= 0 && column < in.columns) {
            to[x] += W * (int64_t{from[column]} - input_.zero_point);
          }
        }
      }
    }
  }
  std::vector<int64_t>& values() { return A_; }

 private:
  const Window& window_;
  const Tensor& input_;
  const Shape& out_;
  std::vector<int64_t> A_;
};

std::span<const uint8_t> channel(const Codes& X, const Shape& shape, size_t c) {
  return std::span(X).subspan(c * shape.positions(), shape.positions());
}

class Runner {
 public:
  Runner(const Circuit& circuit, const Weights& weights) : circuit_(circuit), weights_(weights) {}

  PlainRun run(std::span<const uint8_t> input) {
    VOUCH_CHECK(input.size() == circuit_.input().shape.elements());
    codes_.emplace_back(input.begin(), input.end());
    for (size_t i = 0; i < circuit_.ops.size(); ++i) {
      run_op(i);
    }
    out_.output = codes_.back();
    return std::move(out_);
  }

 private:
  void run_op(size_t i) {
    const Op& op = circuit_.ops[i];
    const Tensor& to = circuit_.tensors[i + 1];
    const size_t area = to.shape.positions();
    Codes X(to.shape.elements());
    std::vector<ClampCount> counts(to.shape.channels);
    parallel_for(to.shape.channels, 1, [&](size_t begin, size_t end) {
      for (size_t c = begin; c < end; ++c) {
        Plane A(op, circuit_.tensors[op.inputs[0]], to.shape);
        fill(i, static_cast<uint32_t>(c), A);
        const auto& biases = weights_[i].biases;
        finish(A.values(), biases[biases.size() == 1 ? 0 : c], to, counts[c],
               std::span(X).subspan(c * area, area));
      }
    });
    codes_.push_back(std::move(X));
    ClampCount& all = out_.clamps.emplace_back();
    for (const ClampCount& count : counts) {
      all.values += count.values;
      all.low += count.low;
      all.high += count.high;
      all.lowest = std::min(all.lowest, count.lowest);
      all.highest = std::max(all.highest, count.highest);
    }
  }

  void fill(size_t i, uint32_t c, Plane& A) {
    const Op& op = circuit_.ops[i];
    const Shape& in = circuit_.tensors[op.inputs[0]].shape;
    const Shape& to = circuit_.tensors[i + 1].shape;
    const std::vector<int64_t>& W = weights_[i].weights;
    const Codes& X = codes_[op.inputs[0]];
    const uint32_t rows = op.window.kernel_rows;
    const uint32_t columns = op.window.kernel_columns;
    if (op.kind == OpKind::kWeightedSum) {
      for (size_t n = 0; n < op.inputs.size(); ++n) {
        Plane other(op, circuit_.tensors[op.inputs[n]], to);
        other.add_tap(channel(codes_[op.inputs[n]], in, c), 0, 0, W[n]);
        std::transform(A.values().begin(), A.values().end(), other.values().begin(),
                       A.values().begin(), std::plus<>());
      }
      return;
    }
    const bool all = op.kind == OpKind::kConv2d;
    const uint32_t first = all ? 0 : c / (to.channels / in.channels);
    const uint32_t count = all ? in.channels : 1;
    for (uint32_t k = 0; k < count; ++k) {
      for (uint32_t d = 0; d < rows * columns; ++d) {
        const bool pool = op.kind == OpKind::kAveragePool2d;
        const int64_t w = pool ? 1 : W[(size_t{c} * count + k) * rows * columns + d];
        A.add_tap(channel(X, in, first + k), d / columns, d % columns, w);
      }
    }
    if (op.kind == OpKind::kAveragePool2d) {
      scale_pool(i, A.values());
    }
  }

  void scale_pool(size_t i, std::vector<int64_t>& A) const {
    const Op& op = circuit_.ops[i];
    const Shape& in = circuit_.tensors[op.inputs[0]].shape;
    const Shape& to = circuit_.tensors[i + 1].shape;
    const auto classes = pool_classes(op.window, in, to);
    const auto inside = [](int64_t start, uint32_t kernel, uint32_t extent) {
      return static_cast<uint32_t>(std::min<int64_t>(start + kernel, extent) -
                                   std::max<int64_t>(start, 0));
    };
    for (size_t p = 0; p < A.size(); ++p) {
      const size_t y = p / to.columns % to.rows;
      const size_t x = p % to.columns;
      const Window& w = op.window;
      const PoolClass here = {
          inside(static_cast<int64_t>(y * w.stride_rows) - w.pad_top, w.kernel_rows, in.rows),
          inside(static_cast<int64_t>(x * w.stride_columns) - w.pad_left, w.kernel_columns,
                 in.columns)};
      const auto q = std::find(classes.begin(), classes.end(), here) - classes.begin();
      A[p] *= weights_[i].weights[static_cast<size_t>(q)];
    }
  }

  void finish(const std::vector<int64_t>& A, int64_t bias, const Tensor& to, ClampCount& count,
              std::span<uint8_t> X) const {
    for (size_t i = 0; i < A.size(); ++i) {
      const int64_t V = (A[i] + bias) >> circuit_.shift;
      const int64_t bound = int64_t{1} << circuit_.value_bits;
      VOUCH_CHECK(-bound <= V && V < bound);
      count.values += 1;
      count.low += V < to.lo ? 1 : 0;
      count.high += V > to.hi ? 1 : 0;
      count.lowest = std::min(count.lowest, V);
      count.highest = std::max(count.highest, V);
      X[i] = static_cast<uint8_t>(std::clamp<int64_t>(V, to.lo, to.hi));
    }
  }

  const Circuit& circuit_;
  const Weights& weights_;
  std::vector<Codes> codes_;
  PlainRun out_;
};

}  // namespace

PlainRun run_plain(const Circuit& circuit, const Weights& weights, std::span<const uint8_t> input) {
  return Runner(circuit, weights).run(input);
}

}  // namespace vouch
