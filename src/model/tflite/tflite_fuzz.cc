// Arbitrary bytes as a TensorFlow Lite file: an error, or a network that is what network.h says one
// is.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "model/tflite/reader.h"
#include "network/validate.h"

namespace {

void read_network(vouch::ByteSpan file) {
  const auto network = vouch::read_tflite(file);
  if (network) {
    VOUCH_CHECK(vouch::validate(network.value()).ok());
    VOUCH_CHECK(!network.value().inputs.empty() && !network.value().outputs.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read_network(vouch::ByteSpan(data, size));
  return 0;
}
