// One operator, made ready to run: weights repacked once, then any number of batches.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "prove/operators/requantizer.h"

namespace vouch {

/// Codes of one tensor, [channel][batch][row][column].
using CodeSpan = std::span<const uint8_t>;

class OperatorExecutor {
 public:
  virtual ~OperatorExecutor() = default;
  /// Computes the operator on `inputs` (the tensors that Op::inputs names, in that order, with the
  /// element counts of their shapes) into `output`. Uses parallel_for. False if a value V left the
  /// circuit's table; what was written is then meaningless.
  [[nodiscard]] virtual bool run(std::span<const CodeSpan> inputs,
                                 const TensorSink& output) const = 0;
};

/// What the operators share while they are prepared. Contract: validate(circuit) is ok and the
/// weights have the counts of weight_counts(circuit, index).
struct OperatorSource {
  const Circuit& circuit;
  size_t index;
  const OpWeights& weights;     ///< of an exact circuit: less the channels' factors, biases 0
  const ChannelScales& scales;  ///< of an exact circuit; must outlive the operator

  [[nodiscard]] const Op& op() const { return circuit.ops[index]; }
  [[nodiscard]] const Tensor& input(size_t n = 0) const { return circuit.tensors[op().inputs[n]]; }
  /// What the codes of input n can be.
  [[nodiscard]] CodeBounds codes(size_t n = 0) const { return circuit.codes_of(op().inputs[n]); }
  [[nodiscard]] const Tensor& output() const { return circuit.tensors[index + 1]; }
  [[nodiscard]] Requantizer requantizer() const {
    if (circuit.exact()) {
      return Requantizer(ExactRequantizer(circuit.limbs(), circuit.windows_of(index + 1), scales,
                                          output().shape.positions()));
    }
    return {circuit.shift, circuit.table_of(index + 1)};
  }
};

/// Ready-made operators; null if the weights' worst case is above kAccumulatorBound.
[[nodiscard]] std::unique_ptr<OperatorExecutor> prepare_conv2d(const OperatorSource& source);
[[nodiscard]] std::unique_ptr<OperatorExecutor> prepare_depthwise_conv2d(
    const OperatorSource& source);
/// Of a depthwise convolution whose sums are known to be exact.
[[nodiscard]] std::unique_ptr<OperatorExecutor> prepare_gathered_depthwise(
    const OperatorSource& source);
[[nodiscard]] std::unique_ptr<OperatorExecutor> prepare_linear_map(const OperatorSource& source);
[[nodiscard]] std::unique_ptr<OperatorExecutor> prepare_product(const OperatorSource& source);

}  // namespace vouch
