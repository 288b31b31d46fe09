#include "prove/executor.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/secret.h"
#include "circuit/operators/operator.h"

namespace vouch {
namespace {

// Fresh memory costs as much as the arithmetic, so codes are claimed at once, in parallel; V and R
// are when the operators write them.
void allocate(const Circuit& circuit, Trace& trace) {
  parallel_for(circuit.ops.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin + 1; i <= end; ++i) {
      const size_t elements = circuit.tensors[i].shape.elements();
      trace.tensors[i].X.resize(elements);
      trace.tensors[i].V.resize(elements);
      trace.tensors[i].R.resize(elements);
      if (circuit.exact()) {
        trace.tensors[i].L.resize(elements);
      }
    }
  });
}

std::string title(const Circuit& circuit, size_t index) {
  return "operator " + std::to_string(index) + " (" + operator_of(circuit.ops[index].kind).name() +
         ")";
}

std::string range_of_table(const Circuit& circuit, size_t tensor) {
  if (circuit.exact()) {
    return "the windows of its accumulators";
  }
  const std::string bits = std::to_string(circuit.table_of(tensor).bits);
  return "[-2^" + bits + ", 2^" + bits + ")";
}

bool all_below(const std::vector<int64_t>& integers, int64_t bound) {
  return std::all_of(integers.begin(), integers.end(),
                     [&](int64_t x) { return -bound < x && x < bound; });
}

std::unique_ptr<OperatorExecutor> prepare_kind(const OperatorSource& source) {
  switch (source.op().kind) {
    case OpKind::kConv2d:
      return prepare_conv2d(source);
    case OpKind::kDepthwiseConv2d:
      return prepare_depthwise_conv2d(source);
    case OpKind::kLinearMap:
      return prepare_linear_map(source);
    case OpKind::kProduct:
      return prepare_product(source);
  }
  VOUCH_CHECK(false);
}

}  // namespace

Executor::Executor(const Circuit& circuit, const Weights& weights)
    : circuit_(circuit), last_use_(circuit.tensors.size(), 0) {
  for (size_t i = 0; i < circuit_.ops.size(); ++i) {
    for (const uint32_t input : circuit_.ops[i].inputs) {
      last_use_[input] = i;
    }
    last_use_[i + 1] = i;  // until somebody reads it
  }
  prepared_ = prepare(weights);
}

Result<void> Executor::prepare(const Weights& weights) {
  if (weights.size() != circuit_.ops.size()) {
    return Error{"the weights are of " + std::to_string(weights.size()) +
                 " operators, the circuit has " + std::to_string(circuit_.ops.size())};
  }
  operators_.resize(weights.size());
  reduced_.resize(weights.size());
  scales_.resize(weights.size());
  std::vector<Result<void>> prepared(weights.size());
  parallel_for(weights.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      prepared[i] = prepare_operator(i, weights[i]);
    }
  });
  for (const Result<void>& one : prepared) {
    VOUCH_TRY(one);
  }
  return {};
}

Result<void> Executor::prepare_operator(size_t index, const OpWeights& own) {
  const WeightCounts counts = weight_counts(circuit_, index);
  if (own.weights.size() != counts.weights || own.biases.size() != counts.biases) {
    return Error{title(circuit_, index) + " needs " + std::to_string(counts.weights) +
                 " weights and " + std::to_string(counts.biases) + " biases, not " +
                 std::to_string(own.weights.size()) + " and " + std::to_string(own.biases.size())};
  }
  if (circuit_.exact()) {
    VOUCH_TRY(reduce(index, own));
  }
  operators_[index] =
      prepare_kind({circuit_, index, circuit_.exact() ? reduced_[index] : own, scales_[index]});
  if (operators_[index] == nullptr) {
    return Error{title(circuit_, index) +
                 ": the weights are too large, its sums could pass 2^50 on some input"};
  }
  return {};
}

// A channel's factor is what all of its weights have in common.
Result<void> Executor::reduce(size_t index, const OpWeights& own) {
  if (!all_below(own.weights, kExactWeightBound) || !all_below(own.biases, kExactBiasBound)) {
    return Error{title(circuit_, index) + ": a weight or bias is too large"};
  }
  OpWeights& reduced = reduced_[index];
  ChannelScales& scales = scales_[index];
  reduced = {own.weights, std::vector<int64_t>(own.biases.size())};
  scales.biases = own.biases;
  scales.factors.reserve(own.biases.size());  // no copy is left behind
  const size_t taps = own.weights.size() / own.biases.size();
  for (size_t c = 0; c < own.biases.size(); ++c) {
    const auto channel = std::span(reduced.weights).subspan(c * taps, taps);
    int64_t factor = 0;
    for (const int64_t W : channel) {
      factor = std::gcd(factor, W);
    }
    scales.factors.push_back(std::max<int64_t>(factor, 1));
    for (int64_t& W : channel) {
      W /= scales.factors.back();
    }
  }
  return {};
}

Executor::~Executor() {
  for (OpWeights& op : reduced_) {
    secure_wipe(op.weights);
  }
  for (ChannelScales& scales : scales_) {
    secure_wipe(scales.factors);
    secure_wipe(scales.biases);
  }
}

Result<Trace> Executor::run(std::span<const uint8_t> input, bool keep_trace) const {
  VOUCH_TRY(prepared_);
  const uint64_t expected = circuit_.input().shape.elements();
  if (input.size() != expected) {
    return Error{"the input has " + std::to_string(input.size()) + " codes, the network reads " +
                 std::to_string(expected)};
  }
  Trace trace;
  trace.tensors.resize(circuit_.tensors.size());
  trace.tensors[0].X.assign(input.begin(), input.end());
  if (keep_trace) {
    allocate(circuit_, trace);
  }
  for (size_t i = 0; i < operators_.size(); ++i) {
    VOUCH_TRY(run_operator(i, keep_trace, trace));
  }
  return trace;
}

Result<void> Executor::run_operator(size_t index, bool keep_trace, Trace& trace) const {
  std::vector<CodeSpan> inputs;
  for (const uint32_t tensor : circuit_.ops[index].inputs) {
    inputs.emplace_back(trace.tensors[tensor].X);
  }
  TensorTrace& out = trace.tensors[index + 1];
  out.X.resize(circuit_.tensors[index + 1].shape.elements());
  EdgeList edges;
  TensorSink sink{out.X.data()};
  if (keep_trace) {
    sink = {out.X.data(), out.V.data(), out.R.data(), out.L.data(), &edges};
  }
  if (!operators_[index]->run(inputs, sink)) {
    return Error{title(circuit_, index) + ": a value left " + range_of_table(circuit_, index + 1) +
                 ", the range that its table covers"};
  }
  out.edges = edges.take();
  if (!keep_trace) {
    release_after(index, trace);
  }
  return {};
}

void Executor::release_after(size_t index, Trace& trace) const {
  const auto release = [&](size_t tensor) {
    if (last_use_[tensor] == index && tensor + 1 < circuit_.tensors.size()) {
      trace.tensors[tensor].X = {};
    }
  };
  for (const uint32_t tensor : circuit_.ops[index].inputs) {
    release(tensor);
  }
  release(index + 1);
}

}  // namespace vouch
