#include "model/lower/step_bound.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>

#include "base/check.h"
#include "network/float_elements.h"

namespace vouch {
namespace {

constexpr double kRoundingVariance = 1.0 / 12;  // uniform over one step

// |X − z| at most.
double size_of(const Circuit& circuit, uint32_t tensor) {
  const CodeBounds codes = circuit.codes_of(tensor);
  const int z = circuit.tensors[tensor].zero_point;
  return std::max({codes.hi - z, z - codes.lo, 0});
}

// Along one axis: Σ|K| and ΣK² of the output that reads most.
struct Reach {
  double sum = 1;
  double squares = 1;
};

Reach reach_along(const AxisMap& map, uint32_t extent) {
  if (map.runs.empty()) {
    return {};
  }
  std::vector<Reach> of(extent, {0, 0});
  for (const AxisRun& run : map.runs) {
    for (int32_t k = 0; k < run.count; ++k) {
      Reach& out = of[static_cast<size_t>(run.out + k * run.out_step)];
      out.sum += std::abs(double{1} * run.coefficient);
      out.squares += double{1} * run.coefficient * run.coefficient;
    }
  }
  Reach most{0, 0};
  for (const Reach& out : of) {
    most = {std::max(most.sum, out.sum), std::max(most.squares, out.squares)};
  }
  return most;
}

// What A of one operator is off by, in 2^s: from its inputs and from the roundings of its weights.
class OperatorSteps {
 public:
  OperatorSteps(const Circuit& circuit, size_t op, const OpWeights& weights,
                const std::vector<StepBound>& known)
      : circuit_(circuit),
        op_(circuit.ops[op]),
        to_(circuit.tensors[op + 1].shape),
        weights_(weights),
        known_(known),
        bits_(std::countr_zero(static_cast<uint64_t>(circuit.code_unit()))),
        half_(std::ldexp(0.5, -bits_)) {
    off_.worst.assign(to_.channels, 0);
    off_.variance.assign(to_.channels, 0);
  }

  StepBound run() {
    switch (op_.kind) {
      case OpKind::kConv2d:
      case OpKind::kDepthwiseConv2d:
        convolve();
        break;
      case OpKind::kLinearMap:
        for (const MapTerm& term : op_.terms) {
          map(term);
        }
        break;
      case OpKind::kProduct:
        multiply();
        break;
    }
    return std::move(off_);
  }

 private:
  [[nodiscard]] double real(int64_t W) const {
    return std::abs(std::ldexp(static_cast<double>(W), -bits_));
  }

  // A weight W that reads channel `from` of an input whose |X − z| ≤ size; `sum` and `squares` are
  // how often.
  void add(size_t to, double W, const StepBound& input, size_t from, double size,
           const Reach& often) {
    const double off = input.worst[from];
    off_.worst[to] += often.sum * (W * off + half_ * (size + off));
    off_.variance[to] += often.squares * (W * W * input.variance[from] +
                                          4 * half_ * half_ * kRoundingVariance * size * size);
  }

  void convolve() {
    const StepBound& input = known_[op_.inputs[0]];
    const double size = size_of(circuit_, op_.inputs[0]);
    const size_t channels = input.worst.size();
    const bool all = op_.kind == OpKind::kConv2d;
    const size_t read = all ? channels : 1;
    const size_t area = size_t{op_.window.kernel_rows} * op_.window.kernel_columns;
    const int64_t* W = weights_.weights.data();
    for (size_t c = 0; c < to_.channels; ++c) {
      for (size_t k = 0; k < read; ++k) {
        const size_t from = all ? k : c / (to_.channels / channels);
        for (size_t i = 0; i < area; ++i) {
          add(c, real(*W++), input, from, size, {});
        }
      }
    }
  }

  void map(const MapTerm& term) {
    const StepBound& input = known_[op_.inputs[term.input]];
    const double size = size_of(circuit_, op_.inputs[term.input]);
    const double W = real(weights_.weights[term.weight]);
    const Reach rows = reach_along(term.maps[1], to_.rows);
    const Reach columns = reach_along(term.maps[2], to_.columns);
    const auto often = [&](const Reach& along) {
      return Reach{along.sum * rows.sum * columns.sum,
                   along.squares * rows.squares * columns.squares};
    };
    if (term.axes[0] != 0) {  // channels come from another axis: any input channel may be read
      const double variance = *std::max_element(input.variance.begin(), input.variance.end());
      const StepBound any{{input.largest()}, {variance}, {variance}};
      const Reach channels = reach_along(term.maps[0], to_.channels);
      for (size_t c = 0; c < to_.channels; ++c) {
        add(c, W, any, 0, size, often(channels));
      }
      return;
    }
    if (term.maps[0].runs.empty()) {
      for (size_t c = 0; c < to_.channels; ++c) {
        add(c, W, input, c, size, often({}));
      }
    }
    for (const AxisRun& run : term.maps[0].runs) {
      const double K = std::abs(double{1} * run.coefficient);
      for (int32_t k = 0; k < run.count; ++k) {
        add(static_cast<size_t>(run.out + k * run.out_step), W, input,
            static_cast<size_t>(run.in + k * run.in_step), size, often({K, K * K}));
      }
    }
  }

  void multiply() {
    const StepBound& first = known_[op_.inputs[0]];
    const StepBound& second = known_[op_.inputs[1]];
    const double p = size_of(circuit_, op_.inputs[0]);
    const double q = size_of(circuit_, op_.inputs[1]);
    const double W = real(weights_.weights[0]);
    for (size_t c = 0; c < to_.channels; ++c) {
      const size_t other = c % second.worst.size();
      const double off_p = first.worst[c];
      const double off_q = second.worst[other];
      off_.worst[c] =
          W * (p * off_q + q * off_p + off_p * off_q) + half_ * (p + off_p) * (q + off_q);
      off_.variance[c] = W * W * (p * p * second.variance[other] + q * q * first.variance[c]);
    }
  }

  const Circuit& circuit_;
  const Op& op_;
  const Shape& to_;
  const OpWeights& weights_;
  const std::vector<StepBound>& known_;
  int bits_;     // A of one code is 2^bits
  double half_;  // half of the weights' unit
  StepBound off_;
};

// The chain's value at every V of a table, in codes and cut to their range.
std::vector<double> values_of(const OperatorMeaning& mean, unsigned bits) {
  std::vector<double> values(size_t{2} << bits);
  const auto half = static_cast<double>(size_t{1} << bits);
  double last = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    auto y = static_cast<float>(mean.unit * (static_cast<double>(i) - half));
    for (const Function& f : mean.functions) {
      y = apply_unary(f.function, f.a, f.b, y);
    }
    const double code = double{y} / double{mean.codes.scale} + mean.codes.zero_point;
    last = std::isnan(code) ? last : std::clamp(code, 0.0, 255.0);
    values[i] = last;
  }
  return values;
}

// The most that a value changes within `reach` places of any other.
double most_change(const std::vector<double>& values, size_t reach) {
  std::deque<size_t> lowest;
  std::deque<size_t> highest;
  double most = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    while (!lowest.empty() && values[lowest.back()] >= values[i]) lowest.pop_back();
    while (!highest.empty() && values[highest.back()] <= values[i]) highest.pop_back();
    lowest.push_back(i);
    highest.push_back(i);
    while (lowest.front() + reach < i) lowest.pop_front();
    while (highest.front() + reach < i) highest.pop_front();
    most =
        std::max({most, values[highest.front()] - values[i], values[i] - values[lowest.front()]});
  }
  return most;
}

// From what the argument of the table is off by to what its codes are.
class TableSteps {
 public:
  // `bits`: of a table of functions.
  TableSteps(const OperatorMeaning& mean, unsigned bits)
      : clamp_(is_clamp(mean.functions)),
        per_code_(mean.unit / double{mean.codes.scale}),
        inexact_(mean.inexact / mean.unit) {
    if (!clamp_) {
      values_ = values_of(mean, bits);
      slope_ = most_change(values_, 1);
    }
  }

  // `off`: of V, its own rounding included.
  [[nodiscard]] double worst(double off) const {
    if (clamp_) {  // a clamp brings nothing farther apart
      return per_code_ * (off + inexact_);
    }
    const double reach = std::min(std::ceil(off + inexact_), static_cast<double>(values_.size()));
    return most_change(values_, static_cast<size_t>(reach)) + 0.5;
  }
  [[nodiscard]] double variance(double variance) const {
    const double all = variance + inexact_ * inexact_;
    return clamp_ ? per_code_ * per_code_ * all : slope_ * slope_ * all + kRoundingVariance;
  }

 private:
  bool clamp_;
  double per_code_;
  double inexact_;
  std::vector<double> values_;  // in codes
  double slope_ = 1;            // codes for 1 of V, at most
};

StepBound finish(StepBound off, const Circuit& circuit, size_t tensor,
                 const OperatorMeaning& mean) {
  const TableSteps table(mean, circuit.exact() ? 0 : circuit.table_of(tensor).bits);
  const CodeBounds codes = circuit.codes_of(tensor);
  const double range = codes.hi - codes.lo + 1.0;  // reals end half a step beyond the codes
  const double rounding = 0.5 + std::ldexp(0.5, -int{circuit.shift});
  const bool clamp = is_clamp(mean.functions);
  // A table is long to search: once, for the channel that is off most.
  const double found = clamp ? 0 : table.worst(off.largest() + rounding);
  for (size_t c = 0; c < off.worst.size(); ++c) {
    off.worst[c] = std::min(range, clamp ? table.worst(off.worst[c] + rounding) : found);
    off.variance[c] = std::min(range * range, table.variance(off.variance[c] + kRoundingVariance));
  }
  return off;
}

}  // namespace

double StepBound::largest() const { return *std::max_element(worst.begin(), worst.end()); }

double StepBound::deviation() const {
  double sum = 0;
  for (const double v : variance) {
    sum += v;
  }
  return std::sqrt(sum / static_cast<double>(variance.size()));
}

double StepBound::largest_deviation() const {
  return std::sqrt(*std::max_element(inside.begin(), inside.end()));
}

std::vector<StepBound> step_bounds(const Circuit& circuit, const Weights& weights,
                                   std::span<const OperatorMeaning> means, bool input_rounded,
                                   const OpenShares& open) {
  VOUCH_CHECK(means.size() == circuit.ops.size());
  VOUCH_CHECK(open.empty() || open.size() == circuit.tensors.size());
  const size_t channels = circuit.input().shape.channels;
  const std::vector<double> rounded(channels, input_rounded ? kRoundingVariance : 0);
  std::vector<StepBound> bounds{
      {std::vector<double>(channels, input_rounded ? 0.5 : 0), rounded, rounded}};
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    StepBound off = OperatorSteps(circuit, i, weights[i], bounds).run();
    bounds.push_back(finish(std::move(off), circuit, i + 1, means[i]));
    bounds.back().inside = bounds.back().variance;
    for (size_t c = 0; !open.empty() && c < open[i + 1].size(); ++c) {
      bounds.back().variance[c] *= open[i + 1][c];
    }
  }
  return bounds;
}

}  // namespace vouch
