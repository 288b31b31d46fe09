// The last step of every operator of a circuit with exact rounding: from accumulators to codes,
// rows of a table of windows, and the limbs of remainders (circuit/window_table.h).
//
// Weights of such a circuit have some 48 bits, as integers of 8 bits times a multiplier that is
// common to an output channel. Operators add up what is left without the multiplier, a double as in
// fast circuits, and only here it becomes
//
//     A = factor·accumulator + bias
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "circuit/circuit.h"
#include "prove/operators/tensor_sink.h"

namespace vouch {

/// factor and bias of every output channel, or one of each for all.
struct ChannelScales {
  std::vector<int64_t> factors;
  std::vector<int64_t> biases;
};

class ExactRequantizer {
 public:
  /// Elements of a channel lie together, `channel_elements` of them. `scales` must outlive it.
  ExactRequantizer(const Limbs& limbs, const WindowTable& table, const ChannelScales& scales,
                   size_t channel_elements);

  /// Writes X (and V, R, L, edges if wanted) of the accumulators to the elements at, at + 1, … of
  /// `sink`, all of one channel. False if an A has no window; what was written is then meaningless.
  [[nodiscard]] bool apply(std::span<const double> accumulators, size_t at,
                           const TensorSink& sink) const;

 private:
  [[nodiscard]] bool write(int64_t A, size_t element, const TensorSink& sink,
                           SecretVector<Edge>& edges) const;
  void write_edge(int64_t A, size_t element, const TensorSink& sink,
                  SecretVector<Edge>& edges) const;
  void write_remainder(int64_t R, size_t element, const TensorSink& sink) const;

  Limbs limbs_;
  WindowTable table_;
  const ChannelScales& scales_;
  size_t channel_elements_;
  int64_t begin_;
  int64_t end_;
  double inverse_T_;
  double inverse_window_;
};

}  // namespace vouch
