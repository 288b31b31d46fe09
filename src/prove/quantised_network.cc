#include "prove/quantised_network.h"

#include <algorithm>
#include <cmath>

#include "model/lower/error_bound.h"
#include "network/shapes.h"

namespace vouch {

Result<QuantisedNetwork> QuantisedNetwork::make(Network network, std::span<const Sample> samples,
                                                RangeChoice choice, uint8_t shift) {
  QuantisedNetwork made;
  const std::vector<Step> steps = steps_of(network);
  if (needs_calibration(network, steps)) {
    VOUCH_TRY(calibrate(network, steps, samples, choice));
  }
  VOUCH_ASSIGN(LoweredNetwork lowered, lower_network(network, steps, shift));
  VOUCH_TRY(validate(lowered.circuit));
  made.lowered_ = std::make_shared<const LoweredNetwork>(std::move(lowered));
  made.executor_ = std::make_shared<const Executor>(made.lowered_->circuit, made.lowered_->weights);
  made.network_ = std::move(network);
  return made;
}

Result<InputCodes> input_codes(const Circuit& circuit, std::span<const Port> inputs,
                               const Sample& values) {
  InputCodes made;
  made.codes.resize(circuit.input().shape.elements());
  made.off.resize(made.codes.size());
  if (values.size() != inputs.size()) {
    return Error{"the network has another number of inputs"};
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Port& port = inputs[i];
    const std::vector<size_t> at = element_indices(port.view);
    if (at.size() != values[i].size()) {
      return Error{"an input has another number of elements"};
    }
    // Several inputs are in row-major order.
    const bool alone = inputs.size() == 1;
    for (size_t e = 0; e < at.size(); ++e) {
      const double code = double{values[i][e]} / double{port.codes.scale} + port.codes.zero_point;
      const double rounded = std::clamp(std::nearbyint(code), 0.0, 255.0);
      const size_t where = alone ? at[e] : port.first + e;
      made.codes[where] = static_cast<uint8_t>(rounded);
      made.off[where] = std::abs(rounded - code);
    }
  }
  return made;
}

Sample input_reals(std::span<const Port> inputs, std::span<const uint8_t> codes) {
  Sample sample;
  for (const Port& port : inputs) {
    std::vector<float>& reals = sample.emplace_back();
    const std::vector<size_t> at = element_indices(port.view);
    for (size_t e = 0; e < at.size(); ++e) {
      const uint8_t code = codes[inputs.size() == 1 ? at[e] : port.first + e];
      reals.push_back(port.codes.scale * static_cast<float>(int{code} - port.codes.zero_point));
    }
  }
  return sample;
}

Result<std::vector<QuantisedOutput>> QuantisedNetwork::run(const Sample& inputs) const {
  const Circuit& circuit = lowered_->circuit;
  VOUCH_ASSIGN(InputCodes input, input_codes(circuit, lowered_->inputs, inputs));
  VOUCH_ASSIGN(const Trace trace, executor_->run(input.codes, true));
  const auto bounds = error_bounds(circuit, lowered_->weights, lowered_->means,
                                   std::move(input.off), [&](size_t t) -> RunOfTensor {
                                     return {trace.tensors[t].X, trace.tensors[t].V};
                                   });
  std::vector<QuantisedOutput> outputs;
  for (const Port& port : lowered_->outputs) {
    QuantisedOutput& out = outputs.emplace_back();
    out.tensor = port.tensor;
    for (const size_t e : element_indices(port.view)) {
      const size_t where = port.first + e;
      out.values.push_back(port.codes.scale *
                           static_cast<float>(int{trace.output()[where]} - port.codes.zero_point));
      out.bounds.push_back(bounds.back()[where] * double{port.codes.scale});
    }
  }
  return outputs;
}

}  // namespace vouch
