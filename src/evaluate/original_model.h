// The model that a compiled one was made from: what its author's framework would compute, and what
// the compiled one's codes stand for.
#pragma once

#include <memory>

#include "model/compile.h"
#include "network/float_executor.h"

namespace vouch {

class OriginalModel {
 public:
  /// Reads and compiles the file again; the options are those that the compiled model was made
  /// with. Error: what compile_model says, or that another network comes out than these weights'.
  [[nodiscard]] static Result<std::unique_ptr<OriginalModel>> open(ByteSpan file,
                                                                   const CompileOptions& options,
                                                                   const Circuit& circuit,
                                                                   const Weights& weights);
  OriginalModel(const OriginalModel&) = delete;
  OriginalModel& operator=(const OriginalModel&) = delete;
  /// Wipes the weights that were made for the comparison.
  ~OriginalModel();

  [[nodiscard]] const CompiledModel& compiled() const { return compiled_; }
  /// True if the file itself quantises the network's activations.
  [[nodiscard]] bool is_quantised() const { return is_quantised_; }

  /// Values of compiled().outputs[0] as the framework has them; `observer` is told every
  /// activation.
  [[nodiscard]] Result<std::vector<float>> run(const Sample& inputs,
                                               const FloatExecutor::Observer& observer = {}) const;
  /// The network with its codes' ranges, but without any rounding: tells `observer` every
  /// activation.
  [[nodiscard]] Result<void> run_exactly(const Sample& inputs,
                                         const FloatExecutor::Observer& observer) const;

 private:
  OriginalModel() = default;

  Network network_;  // as the file has it
  CompiledModel compiled_;
  bool is_quantised_ = false;
  std::unique_ptr<const FloatExecutor> framework_;  // refers to network_
  std::unique_ptr<const FloatExecutor> exact_;      // refers to compiled_.network
};

}  // namespace vouch
