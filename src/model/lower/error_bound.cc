#include "model/lower/error_bound.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/check.h"
#include "circuit/operators/window.h"
#include "network/float_elements.h"

namespace vouch {
namespace {

struct Entry {
  uint32_t out;
  uint32_t in;
  double coefficient;
};

std::vector<Entry> entries_of(const AxisMap& map, uint32_t extent) {
  std::vector<Entry> entries;
  for (uint32_t i = 0; map.runs.empty() && i < extent; ++i) {
    entries.push_back({i, i, 1});
  }
  for (const AxisRun& run : map.runs) {
    for (int32_t k = 0; k < run.count; ++k) {
      entries.push_back({static_cast<uint32_t>(run.out + k * run.out_step),
                         static_cast<uint32_t>(run.in + k * run.in_step),
                         std::abs(double{1} * run.coefficient)});
    }
  }
  return entries;
}

// An operator's inputs: |X − z|, and what it is off by.
struct Input {
  Shape shape;
  std::vector<double> size;
  const std::vector<double>* off = nullptr;
};

class OperatorBound {
 public:
  OperatorBound(const Circuit& circuit, size_t op, const OpWeights& weights,
                std::vector<Input> inputs)
      : op_(circuit.ops[op]),
        to_(circuit.tensors[op + 1].shape),
        weights_(weights),
        inputs_(std::move(inputs)),
        off_(to_.elements()) {}

  // What A is off by, before its roundings of weights (half of 1 each) and of its bias.
  std::vector<double> run() {
    switch (op_.kind) {
      case OpKind::kConv2d:
      case OpKind::kDepthwiseConv2d:
        convolve();
        break;
      case OpKind::kLinearMap:
        map();
        break;
      case OpKind::kProduct:
        multiply();
        break;
    }
    return std::move(off_);
  }

 private:
  void add(size_t out, int64_t W, double coefficient, const Input& input, size_t in) {
    const double off = (*input.off)[in];
    off_[out] +=
        coefficient * (std::abs(static_cast<double>(W)) * off + 0.5 * (input.size[in] + off));
  }

  void convolve() {
    const Window& w = op_.window;
    const Input& input = inputs_[0];
    const Shape& in = input.shape;
    const bool all = op_.kind == OpKind::kConv2d;
    const uint32_t read = all ? in.channels : 1;
    const AxisWindow rows = row_axis(w, in);
    const AxisWindow columns = column_axis(w, in);
    const size_t area = size_t{w.kernel_rows} * w.kernel_columns;
    for (size_t c = 0; c < to_.channels; ++c) {
      for (size_t k = 0; k < read; ++k) {
        const size_t from = all ? k : c / (to_.channels / in.channels);
        for (uint32_t dy = 0; dy < w.kernel_rows; ++dy) {
          for (uint32_t y = 0; y < to_.rows; ++y) {
            const auto row = rows.reads(y, dy);
            for (uint32_t dx = 0; row && dx < w.kernel_columns; ++dx) {
              const int64_t W =
                  weights_.weights[(c * read + k) * area + size_t{dy} * w.kernel_columns + dx];
              for (uint32_t x = 0; W != 0 && x < to_.columns; ++x) {
                const auto column = columns.reads(x, dx);
                for (size_t b = 0; column && b < to_.batch; ++b) {
                  add(((c * to_.batch + b) * to_.rows + y) * to_.columns + x, W, 1, input,
                      ((from * in.batch + b) * in.rows + *row) * in.columns + *column);
                }
              }
            }
          }
        }
      }
    }
  }

  void map() {
    for (const MapTerm& term : op_.terms) {
      const Input& input = inputs_[term.input];
      const Shape& in = input.shape;
      const auto channels = entries_of(term.maps[0], to_.channels);
      const auto rows = entries_of(term.maps[1], to_.rows);
      const auto columns = entries_of(term.maps[2], to_.columns);
      const int64_t W = weights_.weights[term.weight];
      for (const Entry& c : channels) {
        for (const Entry& y : rows) {
          for (const Entry& x : columns) {
            std::array<size_t, 3> at{};
            at[term.axes[0]] = c.in;
            at[term.axes[1]] = y.in;
            at[term.axes[2]] = x.in;
            for (size_t b = 0; b < to_.batch; ++b) {
              add(((size_t{c.out} * to_.batch + b) * to_.rows + y.out) * to_.columns + x.out, W,
                  c.coefficient * y.coefficient * x.coefficient, input,
                  ((at[0] * in.batch + b) * in.rows + at[1]) * in.columns + at[2]);
            }
          }
        }
      }
    }
  }

  void multiply() {
    const Shape& second = inputs_[1].shape;
    const auto W = std::abs(static_cast<double>(weights_.weights[0]));
    size_t e = 0;
    for (size_t c = 0; c < to_.channels; ++c) {
      for (size_t b = 0; b < to_.batch; ++b) {
        for (size_t y = 0; y < to_.rows; ++y) {
          for (size_t x = 0; x < to_.columns; ++x, ++e) {
            const size_t other =
                ((c % second.channels * second.batch + b) * second.rows + y % second.rows) *
                    second.columns +
                x % second.columns;
            const double p = inputs_[0].size[e];
            const double q = inputs_[1].size[other];
            const double off_p = (*inputs_[0].off)[e];
            const double off_q = (*inputs_[1].off)[other];
            off_[e] = W * (p * off_q + q * off_p + off_p * off_q) + 0.5 * (p + off_p) * (q + off_q);
          }
        }
      }
    }
  }

  const Op& op_;
  const Shape& to_;
  const OpWeights& weights_;
  std::vector<Input> inputs_;
  std::vector<double> off_;
};

double apply(const Functions& functions, double x) {
  auto y = static_cast<float>(x);
  for (const Function& f : functions) {
    y = apply_unary(f.function, f.a, f.b, y);
  }
  return double{y};
}

// The farthest that the functions' value of an argument within ±off of `at` is from x.
double farthest(const Functions& functions, double at, double off, double x) {
  const int inside = is_clamp(functions) ? 0 : 32;
  double most = 0;
  for (int k = 0; k <= inside + 1; ++k) {
    const double y = apply(functions, at + off * (2.0 * k / (inside + 1) - 1));
    most = std::isnan(y) ? most : std::max(most, std::abs(y - x));
  }
  return most;
}

}  // namespace

std::vector<std::vector<double>> error_bounds(const Circuit& circuit, const Weights& weights,
                                              std::span<const OperatorMeaning> means,
                                              std::vector<double> input,
                                              const std::function<RunOfTensor(size_t)>& run) {
  VOUCH_CHECK(means.size() == circuit.ops.size());
  std::vector<std::vector<double>> off{std::move(input)};
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    std::vector<Input> inputs;
    for (const uint32_t tensor : circuit.ops[i].inputs) {
      Input& in = inputs.emplace_back();
      in.shape = circuit.tensors[tensor].shape;
      in.off = &off[tensor];
      for (const uint8_t X : run(tensor).X) {
        in.size.push_back(std::abs(double{1} * X - circuit.tensors[tensor].zero_point));
      }
    }
    std::vector<double> made = OperatorBound(circuit, i, weights[i], std::move(inputs)).run();
    const OperatorMeaning& mean = means[i];
    const double unit = static_cast<float>(mean.unit);
    const int zero = is_clamp(mean.functions) ? int{mean.codes.zero_point} : 0;
    const RunOfTensor values = run(i + 1);
    const int bits = std::countr_zero(static_cast<uint64_t>(circuit.code_unit()));
    // A of one E: one of V.
    const double window =
        circuit.exact() ? std::ldexp(static_cast<double>(circuit.limbs().window()), -bits) : 1;
    for (size_t e = 0; e < made.size(); ++e) {
      // Half of 1 in A of the bias, half of a unit of the value.
      const double argument = unit * (std::ldexp(made[e] + 0.5, -bits) + 0.5) + mean.inexact;
      const double x = double{mean.codes.scale} * (int{values.X[e]} - int{mean.codes.zero_point});
      const double value = values.X[e] + window * (values.V[e] - values.X[e]);
      made[e] =
          farthest(mean.functions, unit * (value - zero), argument, x) / double{mean.codes.scale};
    }
    off.push_back(std::move(made));
  }
  return off;
}

}  // namespace vouch
