// The classes of an audit's inputs: committed to first, opened when all predictions are fixed.
//
//   commitment = first 32 bytes of SHA-512(prefixed("vouch audit labels v1") ‖ opening)
//   opening    = 32 random bytes ‖ u32 class of each input
//
// The salt hides the classes, however few they are; that nobody finds two openings of one
// commitment is what a hash is for.
#pragma once

#include <vector>

#include "base/result.h"
#include "records/digest.h"

namespace vouch {

/// Under which name the consumer's state keeps the encoding until it is opened.
constexpr const char* kAuditLabelsKept = "labels";

struct LabelOpening {
  std::array<uint8_t, 32> salt{};
  std::vector<uint32_t> classes;  ///< one an input, in their order
};

[[nodiscard]] Bytes encode_label_opening(const LabelOpening& opening);
/// Error: it is not about `inputs` inputs, or a class is not below `classes`.
[[nodiscard]] Result<LabelOpening> decode_label_opening(ByteSpan bytes, uint64_t inputs,
                                                        size_t classes);
/// Of the encoding.
[[nodiscard]] Digest label_commitment(ByteSpan opening);
/// How long the encoding is.
[[nodiscard]] size_t label_opening_bytes(uint64_t inputs);

}  // namespace vouch
