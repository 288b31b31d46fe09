// Arbitrary bytes as a model file of either format: an error, or a circuit that validates, with the
// weights that it says it has. Float models are quantised by one sample of zeros.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "model/compile.h"
#include "model/value_bits.h"
#include "network/shapes.h"

namespace {

// Larger networks take a fuzzer too long and show nothing that small ones do not.
constexpr uint64_t kMostElements = uint64_t{1} << 16;

vouch::Result<std::vector<vouch::Sample>> zeros(const vouch::Network& network) {
  for (const vouch::NetworkTensor& tensor : network.tensors) {
    if (vouch::element_count(tensor.shape) > kMostElements) {
      return vouch::Error{"too large to be run by a fuzzer"};
    }
  }
  vouch::Sample sample;
  for (const uint32_t input : network.inputs) {
    sample.emplace_back(vouch::element_count(network.tensors[input].shape), 0.0F);
  }
  return std::vector<vouch::Sample>{sample};
}

void compile(vouch::ByteSpan file, vouch::Rounding rounding) {
  vouch::CompileOptions options;
  options.rounding = rounding;
  options.samples = zeros;
  const auto model = vouch::compile_model(file, options);
  if (!model) {
    return;
  }
  const vouch::Circuit& circuit = model.value().circuit;
  VOUCH_CHECK(vouch::validate(circuit).ok());
  VOUCH_CHECK(model.value().weights.size() == circuit.ops.size());
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const vouch::WeightCounts counts = vouch::weight_counts(circuit, i);
    VOUCH_CHECK(model.value().weights[i].weights.size() == counts.weights);
    VOUCH_CHECK(model.value().weights[i].biases.size() == counts.biases);
    if (circuit.exact()) {
      const vouch::ValueRange A = vouch::value_range(circuit, i, model.value().weights[i]);
      const vouch::WindowTable& table = circuit.windows_of(i + 1);
      VOUCH_CHECK(A.lowest >= table.begin(circuit.limbs()) &&
                  A.highest < table.end(circuit.limbs()));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  compile(vouch::ByteSpan(data, size), vouch::Rounding::kFast);
  compile(vouch::ByteSpan(data, size), vouch::Rounding::kExact);
  return 0;
}
