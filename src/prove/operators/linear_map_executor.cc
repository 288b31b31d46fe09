// A[c,p] = b + Σ_n w_{k(n)}·Σ K^n_c[c,i]·K^n_y[y,j]·K^n_x[x,l]·(X_n[i,j,l] − z_n), one output line
// (channel, batch, row) after another.
#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "circuit/operators/linear_maps.h"
#include "prove/operators/operator_executor.h"
#include "prove/operators/tasks.h"

namespace vouch {
namespace {

AxisMap written_out(const AxisMap& map, uint32_t extent) {
  if (!map.runs.empty()) {
    return map;
  }
  AxisMap identity;
  for (uint32_t first = 0; first < extent; first += 1U << 15) {
    const auto at = static_cast<uint16_t>(first);
    identity.runs.push_back(
        {at, 1, at, 1, static_cast<uint16_t>(std::min(extent - first, 1U << 15)), 1});
  }
  return identity;
}

// What one output index reads along an axis.
struct Read {
  size_t in;
  double coefficient;
};
using Reads = std::vector<std::vector<Read>>;  // by output index

Reads reads_of(const AxisMap& map, uint32_t outputs) {
  Reads reads(outputs);
  for (const AxisRun& run : map.runs) {
    for (int64_t k = 0; k < run.count; ++k) {
      reads[static_cast<size_t>(run.out + k * run.out_step)].push_back(
          {static_cast<size_t>(run.in + k * run.in_step), static_cast<double>(run.coefficient)});
    }
  }
  return reads;
}

// A term, ready to run: its matrices by output, and how far apart neighbours lie in its input.
struct Term {
  Term(const MapTerm& term, const Tensor& from, const Shape& out, int64_t multiplier)
      : input(term.input),
        zero_point(from.zero_point),
        weight(static_cast<double>(multiplier)),
        channels(reads_of(written_out(term.maps[0], out.channels), out.channels)),
        rows(reads_of(written_out(term.maps[1], out.rows), out.rows)),
        columns(written_out(term.maps[2], out.columns)) {
    const Shape& in = from.shape;
    batch_step = size_t{in.rows} * in.columns;
    const std::array<size_t, 3> steps{in.batch * batch_step, in.columns, 1};
    for (size_t a = 0; a < 3; ++a) {
      step[a] = steps[term.axes[a]];
    }
  }

  size_t input;
  int32_t zero_point;
  double weight;
  Reads channels;
  Reads rows;
  AxisMap columns;
  size_t batch_step = 0;
  std::array<size_t, 3> step{};  // of the input axis that channels, rows, columns read
};

// A[run.out + k·out_step] += factor·(x[(run.in + k·in_step)·step] − z)
void add_run(const AxisRun& run, double factor, const uint8_t* x, size_t step, int32_t z,
             double* A) {
  double* out = A + run.out;
  const uint8_t* in = x + run.in * step;
  if (run.out_step == 1 && run.in_step == 1 && step == 1) {
    for (size_t k = 0; k < run.count; ++k) {
      out[k] += factor * (in[k] - z);
    }
    return;
  }
  const int64_t in_step = run.in_step * static_cast<int64_t>(step);
  for (int64_t k = 0; k < run.count; ++k) {
    out[k * run.out_step] += factor * (in[k * in_step] - z);
  }
}

class LinearMapExecutor final : public OperatorExecutor {
 public:
  LinearMapExecutor(const OperatorSource& source, std::vector<Term> terms)
      : output_(source.output().shape),
        requantizer_(source.requantizer()),
        bias_(static_cast<double>(source.weights.biases[0])),
        terms_(std::move(terms)) {}

  bool run(std::span<const CodeSpan> inputs, const TensorSink& output) const override {
    const size_t lines = size_t{output_.channels} * output_.batch * output_.rows;
    std::atomic<bool> inside = true;
    parallel_for(lines, 1 + kElementsPerTask / output_.columns, [&](size_t begin, size_t end) {
      std::vector<double> A(output_.columns);
      for (size_t line = begin; line < end; ++line) {
        accumulate(inputs, line, A);
        if (!requantizer_.apply(A, line * output_.columns, output)) {
          inside = false;
        }
      }
    });
    return inside;
  }

 private:
  void accumulate(std::span<const CodeSpan> inputs, size_t line, std::vector<double>& A) const {
    const size_t row = line % output_.rows;
    const size_t batch = line / output_.rows % output_.batch;
    const size_t channel = line / output_.rows / output_.batch;
    std::fill(A.begin(), A.end(), bias_);
    for (const Term& term : terms_) {
      const uint8_t* x = inputs[term.input].data() + batch * term.batch_step;
      for (const Read& c : term.channels[channel]) {
        for (const Read& y : term.rows[row]) {
          const double factor = term.weight * c.coefficient * y.coefficient;
          const uint8_t* from = x + c.in * term.step[0] + y.in * term.step[1];
          for (const AxisRun& run : term.columns.runs) {
            add_run(run, factor * run.coefficient, from, term.step[2], term.zero_point, A.data());
          }
        }
      }
    }
  }

  Shape output_;
  Requantizer requantizer_;
  double bias_;
  std::vector<Term> terms_;
};

}  // namespace

std::unique_ptr<OperatorExecutor> prepare_linear_map(const OperatorSource& source) {
  WorstCase worst;
  worst.add_bias(source.weights.biases[0]);
  std::vector<Term> terms;
  for (const MapTerm& term : source.op().terms) {
    const Tensor& input = source.input(term.input);
    const int64_t weight = source.weights.weights[term.weight];
    terms.emplace_back(term, input, source.output().shape, weight);
    worst.add(weight, source.codes(term.input), input.zero_point,
              reach(term, source.output().shape));
  }
  return worst.exact() ? std::make_unique<LinearMapExecutor>(source, std::move(terms)) : nullptr;
}

}  // namespace vouch
