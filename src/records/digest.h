// The hash that stands for bytes in records, as everywhere in this project: the first 32 bytes of
// SHA-512, here over a label and then the bytes, so that what is hashed for one purpose is never
// what is hashed for another.
#pragma once

#include <array>
#include <string_view>

#include "base/bytes.h"

namespace vouch {

/// The type of the identities of models and inputs (argument/statement.h).
using Digest = std::array<uint8_t, 32>;

/// First 32 bytes of SHA-512(prefixed(label) ‖ bytes).
[[nodiscard]] Digest labelled_digest(std::string_view label, ByteSpan bytes);

}  // namespace vouch
