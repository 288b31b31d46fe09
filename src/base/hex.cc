#include "base/hex.h"

#include <optional>

namespace vouch {
namespace {

std::optional<uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<uint8_t>(c - '0');
  }
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') {
    return static_cast<uint8_t>(lower - 'a' + 10);
  }
  return std::nullopt;
}

}  // namespace

std::string hex_text(ByteSpan bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Result<Bytes> parse_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) {
    return Error{"an odd number of hexadecimal digits"};
  }
  Bytes bytes;
  for (size_t i = 0; i < digits.size(); i += 2) {
    const auto high = digit(digits[i]);
    const auto low = digit(digits[i + 1]);
    if (!high || !low) {
      return Error{"character " + std::to_string(high ? i + 2 : i + 1) +
                   " is not a hexadecimal digit"};
    }
    bytes.push_back(static_cast<uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

}  // namespace vouch
