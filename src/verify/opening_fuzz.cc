// Arbitrary bytes as an opening of an input (.open), of counts (.count) or of classes (.classes):
// refused, or the one encoding of it.
#include <algorithm>

#include "base/check.h"
#include "verify/files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const vouch::ByteSpan bytes(data, size);
  if (const auto opening = vouch::decode_input_opening(bytes); opening.ok()) {
    VOUCH_CHECK(std::ranges::equal(vouch::encode_input_opening(opening.value()), bytes));
  }
  if (const auto opening = vouch::decode_count_opening(bytes); opening.ok()) {
    VOUCH_CHECK(std::ranges::equal(vouch::encode_count_opening(opening.value()), bytes));
  }
  if (const auto opening = vouch::decode_classes_opening(bytes); opening.ok()) {
    VOUCH_CHECK(std::ranges::equal(vouch::encode_classes_opening(opening.value()), bytes));
  }
  return 0;
}
