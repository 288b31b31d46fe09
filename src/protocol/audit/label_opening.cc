#include "protocol/audit/label_opening.h"

#include <algorithm>

namespace vouch {

Bytes encode_label_opening(const LabelOpening& opening) {
  ByteWriter out;
  out.raw(opening.salt);
  for (const uint32_t label : opening.classes) {
    out.u32(label);
  }
  return out.take();
}

Result<LabelOpening> decode_label_opening(ByteSpan bytes, uint64_t inputs, size_t classes) {
  if (bytes.size() != label_opening_bytes(inputs)) {
    return Error{"it does not open the classes of " + std::to_string(inputs) + " inputs"};
  }
  LabelOpening opening;
  ByteReader in(bytes);
  in.read(opening.salt);
  opening.classes.resize(inputs);
  std::ranges::generate(opening.classes, [&] { return in.u32(); });
  const auto wrong =
      std::ranges::find_if(opening.classes, [&](uint32_t label) { return label >= classes; });
  if (wrong != opening.classes.end()) {
    return Error{"input " + std::to_string(wrong - opening.classes.begin()) +
                 " is said to be of class " + std::to_string(*wrong) + ", the network has " +
                 std::to_string(classes)};
  }
  return opening;
}

Digest label_commitment(ByteSpan opening) {
  return labelled_digest("vouch audit labels v1", opening);
}

size_t label_opening_bytes(uint64_t inputs) {
  return sizeof(LabelOpening::salt) + inputs * sizeof(uint32_t);
}

}  // namespace vouch
