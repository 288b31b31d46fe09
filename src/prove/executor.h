// Runs an integer network exactly as circuit/circuit.h defines it: what the prover commits to, and
// what `vouch run` shows.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/large_vector.h"
#include "base/result.h"
#include "circuit/circuit.h"
#include "prove/operators/operator_executor.h"

namespace vouch {

/// One tensor of a run, every member in [channel][batch][row][column] order without pads.
struct TensorTrace {
  std::vector<uint8_t> X;  ///< codes
  /// X + E. With fast rounding that is the value before the table, in its [−2^bits, 2^bits).
  LargeVector<int32_t> V;
  LargeVector<uint32_t> R;  ///< remainder, below 2^shift; with exact rounding its upper limb U
  // Of exact circuits:
  LargeVector<uint32_t> L;   ///< the remainder's lower limb
  SecretVector<Edge> edges;  ///< elements whose E is no integer, in order; V = X there
};

/// What the network computes on one batch, one entry a tensor of the circuit; entry 0, the input,
/// has X only.
struct Trace {
  std::vector<TensorTrace> tensors;
  [[nodiscard]] const std::vector<uint8_t>& output() const { return tensors.back().X; }
};

class Executor {
 public:
  /// Refers to the lists of `weights`, which must outlive it unchanged; the circuit is copied.
  /// Contract: validate(circuit) is ok. Weights that do not fit the circuit (counts, |W| or |b| ≥
  /// 2^47, sums that could pass kAccumulatorBound; of an exact circuit |W| ≥ 2^51 or |b| ≥ 2^61,
  /// and the same of W without a channel's common factor) are reported by every run.
  Executor(const Circuit& circuit, const Weights& weights);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  /// Wipes what it has of the weights.
  ~Executor();

  /// Runs the network on `input`, the codes of tensor 0. With `keep_trace` every tensor is kept;
  /// without, only the output's codes are (the other entries are empty), and codes are freed after
  /// their last use. Error: `input` has the wrong length, the weights do not fit, or a value left
  /// the circuit's table, which no input can do to a network whose worst case was checked at
  /// compile time.
  [[nodiscard]] Result<Trace> run(std::span<const uint8_t> input, bool keep_trace) const;

 private:
  [[nodiscard]] Result<void> prepare(const Weights& weights);
  [[nodiscard]] Result<void> prepare_operator(size_t index, const OpWeights& weights);
  [[nodiscard]] Result<void> reduce(size_t index, const OpWeights& weights);
  [[nodiscard]] Result<void> run_operator(size_t index, bool keep_trace, Trace& trace) const;
  void release_after(size_t index, Trace& trace) const;

  Circuit circuit_;
  // Of an exact circuit: what OperatorSource says, one entry an operator.
  Weights reduced_;
  std::vector<ChannelScales> scales_;
  std::vector<std::unique_ptr<OperatorExecutor>> operators_;
  std::vector<size_t>
      last_use_;  // by tensor: the last operator that reads it, or else the one that writes it
  Result<void> prepared_;
};

}  // namespace vouch
