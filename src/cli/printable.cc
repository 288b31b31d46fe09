#include "cli/printable.h"

#include <cstddef>
#include <cstdint>

namespace vouch {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Character {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: malformed
};

uint8_t byte(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

// The first character of non-empty text; shortest forms only, no surrogates, at most U+10FFFF.
Character first_character(std::string_view text) {
  const uint8_t lead = byte(text, 0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) {
    return {};
  }
  uint32_t code = lead & (0x7FU >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(text, i) & 0xC0U) != 0x80) {
      return {};
    }
    code = code << 6 | (byte(text, i) & 0x3FU);
  }
  const bool shortest = bytes == 2 || code >= (bytes == 3 ? 0x800U : 0x10000U);
  if (!shortest || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) {
    return {};
  }
  return {code, bytes};
}

bool in(uint32_t code, uint32_t first, uint32_t last) { return first <= code && code <= last; }

bool harmless(uint32_t code) {
  return code >= 0x20 && !in(code, 0x7F, 0x9F) && !in(code, 0x200B, 0x200F) &&
         !in(code, 0x2028, 0x202E) && !in(code, 0x2060, 0x206F) && code != 0xFEFF;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto [code, bytes] = first_character(text);
    if (bytes == 0 || !harmless(code)) {
      out += kReplacement;
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

}  // namespace vouch
