#include "evaluate/layer_errors.h"

#include <algorithm>
#include <cmath>

namespace vouch {

double LayerError::root_mean_square() const {
  return count == 0 ? 0 : std::sqrt(squares / static_cast<double>(count));
}

LayerErrors::LayerErrors(const OriginalModel& original, bool input_rounded)
    : original_(original), input_rounded_(input_rounded) {
  const CompiledModel& model = original.compiled();
  const std::vector<StepBound> bounds =
      step_bounds(model.circuit, model.weights, model.means, input_rounded);
  of_.resize(model.network.tensors.size());
  for (const Tensor& tensor : model.circuit.tensors) {
    open_.emplace_back(tensor.shape.channels);
  }
  for (const Computed& computed : model.computed) {
    const StepBound& bound = bounds[computed.op + 1];
    LayerError& layer = layers_.emplace_back();
    layer.name = model.layer_names[computed.op];
    layer.step = double{computed.codes.scale};
    layer.worst_case = bound.largest();
    layer.statistical = std::min(layer.worst_case, kDeviations * bound.largest_deviation());
    of_[computed.tensor] = at_.size();
    at_.push_back(element_indices(computed.view));
  }
}

Result<void> LayerErrors::add(const Sample& inputs, const Trace& trace) {
  count_open(trace);
  const auto layer_of = [&](uint32_t tensor) { return of_[tensor]; };
  if (!original_.is_quantised()) {
    VOUCH_ASSIGN([[maybe_unused]] const std::vector<float> output,
                 original_.run(inputs, [&](uint32_t tensor, std::span<const float> values) {
                   if (const auto layer = layer_of(tensor)) {
                     count_cut_off(*layer, values);
                   }
                 }));
  }
  return original_.run_exactly(inputs, [&](uint32_t tensor, std::span<const float> values) {
    if (const auto layer = layer_of(tensor)) {
      compare(*layer, values, trace);
    }
  });
}

void LayerErrors::count_open(const Trace& trace) {
  const Circuit& circuit = original_.compiled().circuit;
  for (size_t t = 1; t < open_.size(); ++t) {
    const CodeBounds ends = circuit.codes_of(t);
    const size_t positions = circuit.tensors[t].shape.positions();
    const std::span<const uint8_t> X = trace.tensors[t].X;
    for (size_t c = 0; c < open_[t].size(); ++c) {
      const auto own = X.subspan(c * positions, positions);
      const auto between = std::count_if(own.begin(), own.end(),
                                         [&](uint8_t x) { return x > ends.lo && x < ends.hi; });
      open_[t][c] += static_cast<double>(between) / static_cast<double>(positions);
    }
  }
  ++runs_;
}

std::vector<LayerError> LayerErrors::layers() const {
  OpenShares shares = open_;
  for (auto& channels : shares) {
    for (double& share : channels) {
      share /= static_cast<double>(std::max<uint64_t>(1, runs_));
    }
  }
  const CompiledModel& model = original_.compiled();
  const auto bounds =
      step_bounds(model.circuit, model.weights, model.means, input_rounded_, shares);
  std::vector<LayerError> layers = layers_;
  for (size_t i = 0; i < layers.size(); ++i) {
    const StepBound& bound = bounds[model.computed[i].op + 1];
    layers[i].expected = bound.deviation();
    layers[i].expected_largest =
        std::min(layers[i].statistical, kDeviations * bound.largest_deviation());
  }
  return layers;
}

void LayerErrors::compare(size_t index, std::span<const float> exact, const Trace& trace) {
  LayerError& layer = layers_[index];
  const Computed& computed = original_.compiled().computed[index];
  const std::vector<uint8_t>& X = trace.tensors[computed.op + 1].X;
  const std::vector<size_t>& at = at_[index];
  for (size_t e = 0; e < at.size(); ++e) {
    const double code = double{exact[e]} / layer.step + computed.codes.zero_point;
    const double error = std::abs(X[at[e]] - code);
    layer.sum += error;
    layer.squares += error * error;
    layer.largest = std::max(layer.largest, error);
  }
  layer.count += at.size();
}

// By more than the half step that rounding takes anyway.
void LayerErrors::count_cut_off(size_t index, std::span<const float> values) {
  const CodeScale& codes = original_.compiled().computed[index].codes;
  const double lowest = codes.scale * (-0.5 - codes.zero_point);
  const double highest = codes.scale * (255.5 - codes.zero_point);
  layers_[index].cut_off += static_cast<uint64_t>(std::count_if(
      values.begin(), values.end(), [&](float x) { return x < lowest || x > highest; }));
}

}  // namespace vouch
