// Hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace vouch {

/// Lower-case digits, two a byte.
[[nodiscard]] std::string hex_text(ByteSpan bytes);

/// Pairs of digits of either case.
[[nodiscard]] Result<Bytes> parse_hex(std::string_view digits);

}  // namespace vouch
