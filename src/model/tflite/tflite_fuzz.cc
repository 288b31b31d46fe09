// Arbitrary bytes as a TensorFlow Lite file: an error, or a circuit that validates, and a network
// that is what network.h says one is.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "model/compile.h"
#include "model/tflite/network_reader.h"
#include "network/validate.h"

namespace {

void compile(vouch::ByteSpan file) {
  const auto model = vouch::compile_tflite(file, {});
  if (model) {
    const vouch::Circuit& circuit = model.value().circuit;
    VOUCH_CHECK(vouch::validate(circuit).ok());
    VOUCH_CHECK(model.value().weights.size() == circuit.ops.size());
    for (size_t i = 0; i < circuit.ops.size(); ++i) {
      const vouch::WeightCounts counts = vouch::weight_counts(circuit, i);
      VOUCH_CHECK(model.value().weights[i].weights.size() == counts.weights);
      VOUCH_CHECK(model.value().weights[i].biases.size() == counts.biases);
    }
  }
}

void read_network(vouch::ByteSpan file) {
  const auto network = vouch::read_tflite_network(file);
  if (network) {
    VOUCH_CHECK(vouch::validate(network.value()).ok());
    VOUCH_CHECK(!network.value().inputs.empty() && !network.value().outputs.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  compile(vouch::ByteSpan(data, size));
  read_network(vouch::ByteSpan(data, size));
  return 0;
}
