#include "prove/quantised_network.h"

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

std::vector<InputMeaning> input_meanings(const Network& network, std::span<const Port> inputs) {
  std::vector<InputMeaning> meanings;
  for (const Port& port : inputs) {
    const NetworkTensor& tensor = network.tensors[port.tensor];
    InputMeaning& meaning = meanings.emplace_back();
    meaning.name = tensor.name;
    meaning.shape = tensor.shape;
    meaning.codes = port.codes;
    meaning.first = static_cast<uint32_t>(port.first);
    // Several are in row-major order.
    meaning.digits =
        inputs.size() == 1
            ? digits_of(port.view)
            : std::vector<Digit>{{static_cast<uint32_t>(element_count(tensor.shape)), 1}};
  }
  return meanings;
}

Result<InputCodes> QuantisedNetwork::codes_of(const Sample& inputs) const {
  return input_codes(input_meanings(network_, lowered_->inputs),
                     lowered_->circuit.input().shape.elements(), inputs);
}

Result<std::vector<QuantisedOutput>> QuantisedNetwork::run(const Sample& inputs) const {
  const Circuit& circuit = lowered_->circuit;
  VOUCH_ASSIGN(InputCodes input, codes_of(inputs));
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
