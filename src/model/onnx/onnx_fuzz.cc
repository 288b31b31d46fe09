// Arbitrary bytes as an ONNX file: an error, or a network that is what network.h says one is.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "model/onnx/reader.h"
#include "network/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const vouch::ByteSpan file(data, size);
  const auto network = vouch::read_onnx(file);
  if (network) {
    VOUCH_CHECK(vouch::validate(network.value()).ok());
    VOUCH_CHECK(!network.value().inputs.empty() && !network.value().outputs.empty());
  }
  (void)vouch::read_onnx_tensor(file).ok();
  return 0;
}
