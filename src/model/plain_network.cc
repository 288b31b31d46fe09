#include "model/plain_network.h"

#include <algorithm>

#include "base/check.h"
#include "base/parallel.h"

namespace vouch {
namespace {

using Codes = std::vector<uint8_t>;
using Positions = std::array<std::vector<std::pair<uint32_t, uint32_t>>, 2>;

// Pairs (output, input) along an axis that tap d joins, as circuit.h says it.
std::vector<std::pair<uint32_t, uint32_t>> joined(uint32_t outputs, uint32_t inputs, int64_t stride,
                                                  int64_t offset, bool transposed) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  for (uint32_t y = 0; y < outputs; ++y) {
    for (uint32_t i = 0; i < inputs; ++i) {
      if (transposed ? y == stride * i + offset : i == stride * y + offset) {
        pairs.emplace_back(y, i);
      }
    }
  }
  return pairs;
}

struct Entry {
  uint32_t out;
  uint32_t in;
  int64_t coefficient;
};

std::vector<Entry> entries_of(const AxisMap& map, uint32_t extent) {
  std::vector<Entry> entries;
  for (uint32_t i = 0; map.runs.empty() && i < extent; ++i) {
    entries.push_back({i, i, 1});
  }
  for (const AxisRun& run : map.runs) {
    for (int32_t k = 0; k < run.count; ++k) {
      entries.push_back({static_cast<uint32_t>(run.out + k * run.out_step),
                         static_cast<uint32_t>(run.in + k * run.in_step), run.coefficient});
    }
  }
  return entries;
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
    const Shape& to = circuit_.tensors[i + 1].shape;
    std::vector<int64_t> A(to.elements());
    switch (circuit_.ops[i].kind) {
      case OpKind::kConv2d:
      case OpKind::kDepthwiseConv2d:
        convolve(i, A);
        break;
      case OpKind::kLinearMap:
        map(i, A);
        break;
      case OpKind::kProduct:
        multiply(i, A);
        break;
    }
    const auto& biases = weights_[i].biases;
    for (size_t e = 0; e < A.size(); ++e) {
      A[e] += biases[biases.size() == 1 ? 0 : e / to.positions()];
    }
    finish(i, A);
  }

  [[nodiscard]] const Tensor& input(size_t i, size_t n = 0) const {
    return circuit_.tensors[circuit_.ops[i].inputs[n]];
  }
  [[nodiscard]] int64_t value(size_t i, size_t n, size_t element) const {
    return int64_t{codes_[circuit_.ops[i].inputs[n]][element]} - input(i, n).zero_point;
  }

  void convolve(size_t i, std::vector<int64_t>& A) const {
    const Op& op = circuit_.ops[i];
    const Window& w = op.window;
    const Shape& in = input(i).shape;
    const Shape& to = circuit_.tensors[i + 1].shape;
    const bool all = op.kind == OpKind::kConv2d;
    const uint32_t channels_read = all ? in.channels : 1;
    std::vector<Positions> taps;
    for (uint32_t dy = 0; dy < w.kernel_rows; ++dy) {
      for (uint32_t dx = 0; dx < w.kernel_columns; ++dx) {
        taps.push_back({joined(to.rows, in.rows, w.stride_rows,
                               int64_t{w.dilation_rows} * dy - w.pad_top, w.transposed),
                        joined(to.columns, in.columns, w.stride_columns,
                               int64_t{w.dilation_columns} * dx - w.pad_left, w.transposed)});
      }
    }
    parallel_for(to.channels, 1, [&](size_t begin, size_t end) {
      for (size_t c = begin; c < end; ++c) {
        for (size_t k = 0; k < channels_read; ++k) {
          const size_t from = all ? k : c / (to.channels / in.channels);
          for (size_t d = 0; d < taps.size(); ++d) {
            const int64_t W = weights_[i].weights[(c * channels_read + k) * taps.size() + d];
            add_tap(i, W, taps[d], from, c, A);
          }
        }
      }
    });
  }

  void add_tap(size_t i, int64_t W, const Positions& tap, size_t from, size_t c,
               std::vector<int64_t>& A) const {
    const Shape& in = input(i).shape;
    const Shape& to = circuit_.tensors[i + 1].shape;
    const uint8_t* X = codes_[circuit_.ops[i].inputs[0]].data();
    const int64_t z = input(i).zero_point;
    for (size_t b = 0; b < to.batch; ++b) {
      for (const auto& [y, row] : tap[0]) {
        const uint8_t* line = X + ((from * in.batch + b) * in.rows + row) * in.columns;
        int64_t* out = A.data() + ((c * to.batch + b) * to.rows + y) * to.columns;
        for (const auto& [x, column] : tap[1]) {
          out[x] += W * (line[column] - z);
        }
      }
    }
  }

  void map(size_t i, std::vector<int64_t>& A) const {
    const Shape& to = circuit_.tensors[i + 1].shape;
    for (const MapTerm& term : circuit_.ops[i].terms) {
      const Shape& in = input(i, term.input).shape;
      const auto channels = entries_of(term.maps[0], to.channels);
      const auto rows = entries_of(term.maps[1], to.rows);
      const auto columns = entries_of(term.maps[2], to.columns);
      for (const Entry& c : channels) {
        for (size_t b = 0; b < to.batch; ++b) {
          for (const Entry& y : rows) {
            for (const Entry& x : columns) {
              std::array<size_t, 3> at{};  // channel, row, column of the input
              at[term.axes[0]] = c.in;
              at[term.axes[1]] = y.in;
              at[term.axes[2]] = x.in;
              A[((size_t{c.out} * to.batch + b) * to.rows + y.out) * to.columns + x.out] +=
                  weights_[i].weights[term.weight] * c.coefficient * y.coefficient * x.coefficient *
                  value(i, term.input,
                        ((at[0] * in.batch + b) * in.rows + at[1]) * in.columns + at[2]);
            }
          }
        }
      }
    }
  }

  void multiply(size_t i, std::vector<int64_t>& A) const {
    const Shape& to = circuit_.tensors[i + 1].shape;
    const Shape& second = input(i, 1).shape;
    size_t e = 0;
    for (size_t c = 0; c < to.channels; ++c) {
      for (size_t b = 0; b < to.batch; ++b) {
        for (size_t y = 0; y < to.rows; ++y) {
          for (size_t x = 0; x < to.columns; ++x, ++e) {
            const size_t other =
                ((c % second.channels * second.batch + b) * second.rows + y % second.rows) *
                    second.columns +
                x % second.columns;
            A[e] = weights_[i].weights[0] * value(i, 0, e) * value(i, 1, other);
          }
        }
      }
    }
  }

  void finish(size_t i, const std::vector<int64_t>& A) {
    const CodeBounds bounds = circuit_.codes_of(i + 1);
    ClampCount& count = out_.clamps.emplace_back();
    Codes X;
    for (const int64_t a : A) {
      const int64_t V = a >> (circuit_.exact() ? 2 * circuit_.shift : circuit_.shift);
      count.values += 1;
      count.low += V < bounds.lo ? 1 : 0;
      count.high += V > bounds.hi ? 1 : 0;
      count.lowest = std::min(count.lowest, V);
      count.highest = std::max(count.highest, V);
      X.push_back(code_of(i + 1, a));
    }
    codes_.push_back(std::move(X));
  }

  [[nodiscard]] uint8_t code_of(size_t tensor, int64_t A) const {
    if (circuit_.exact()) {
      const WindowTable& table = circuit_.windows_of(tensor);
      const Limbs limbs = circuit_.limbs();
      VOUCH_CHECK(table.begin(limbs) <= A && A < table.end(limbs));
      return table.window(table.row_of(A, limbs), limbs).X;
    }
    const ActivationTable& table = circuit_.table_of(tensor);
    const int64_t bound = int64_t{1} << table.bits;
    const int64_t V = A >> circuit_.shift;
    VOUCH_CHECK(-bound <= V && V < bound);
    return table.at(V);
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
