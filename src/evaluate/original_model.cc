#include "evaluate/original_model.h"

#include "base/secret.h"
#include "model/lower/decompose.h"
#include "model/read_model.h"
#include "network/simplify.h"

namespace vouch {
namespace {

bool same_network(CompiledModel& compiled, const Circuit& circuit, const Weights& weights) {
  // Rows are chosen after compiling.
  compiled.circuit.model_kappa = circuit.model_kappa;
  compiled.circuit.input_kappa = circuit.input_kappa;
  if (!(compiled.circuit == circuit) || compiled.weights.size() != weights.size()) {
    return false;
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    if (compiled.weights[i].weights != weights[i].weights ||
        compiled.weights[i].biases != weights[i].biases) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<OriginalModel>> OriginalModel::open(ByteSpan file,
                                                           const CompileOptions& options,
                                                           const Circuit& circuit,
                                                           const Weights& weights) {
  std::unique_ptr<OriginalModel> made(new OriginalModel);
  VOUCH_ASSIGN(made->network_, read_model(file));
  // As compile_model does, so that tensors have the same numbers.
  simplify(made->network_);
  decompose(made->network_);
  made->is_quantised_ = !needs_calibration(made->network_, steps_of(made->network_));
  VOUCH_ASSIGN(made->compiled_, compile_model(file, options));
  if (!same_network(made->compiled_, circuit, weights)) {
    return Error{
        "it is not what the compiled model was made from, or not with these options "
        "(--samples, --range, --pixel-scale, --pixel-zero)"};
  }
  VOUCH_ASSIGN(FloatExecutor framework, FloatExecutor::prepare(made->network_));
  made->framework_ = std::make_unique<const FloatExecutor>(std::move(framework));
  VOUCH_ASSIGN(FloatExecutor exact,
               FloatExecutor::prepare(made->compiled_.network, FloatRounding::kToRanges));
  made->exact_ = std::make_unique<const FloatExecutor>(std::move(exact));
  return made;
}

OriginalModel::~OriginalModel() {
  for (OpWeights& op : compiled_.weights) {
    secure_wipe(op.weights);
    secure_wipe(op.biases);
  }
}

Result<std::vector<float>> OriginalModel::run(const Sample& inputs,
                                              const FloatExecutor::Observer& observer) const {
  const uint32_t wanted = compiled_.outputs[0].tensor;
  std::vector<float> output;
  const auto watch = [&](uint32_t tensor, std::span<const float> values) {
    if (tensor == wanted) {
      output.assign(values.begin(), values.end());
    }
    if (observer) {
      observer(tensor, values);
    }
  };
  VOUCH_ASSIGN([[maybe_unused]] const auto outputs, framework_->run(inputs, watch));
  return output;
}

Result<void> OriginalModel::run_exactly(const Sample& inputs,
                                        const FloatExecutor::Observer& observer) const {
  VOUCH_ASSIGN([[maybe_unused]] const auto outputs, exact_->run(inputs, observer));
  return {};
}

}  // namespace vouch
