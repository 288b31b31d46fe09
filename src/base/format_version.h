// Versions of file formats: a u16, the major number in its high byte, the minor one in its low
// byte.
//
// A reader takes the version that it was written for and no other.
#pragma once

#include <cstdint>
#include <string>

namespace vouch {

/// 1.2, of all formats.
constexpr uint16_t kFormatVersion = 0x0102;

/// "1.2"
[[nodiscard]] inline std::string version_text(uint16_t version) {
  return std::to_string(version >> 8) + "." + std::to_string(version & 0xff);
}

/// What is said of another version than the expected one.
[[nodiscard]] inline std::string version_refusal(const std::string& what, uint16_t version,
                                                 uint16_t expected = kFormatVersion) {
  return what + " of version " + version_text(version) + "; this program reads version " +
         version_text(expected);
}

}  // namespace vouch
