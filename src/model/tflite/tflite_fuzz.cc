// Arbitrary bytes as a TensorFlow Lite file: an error, or a circuit that validates.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "model/compile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto model = vouch::compile_tflite(vouch::ByteSpan(data, size), {});
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
  return 0;
}
