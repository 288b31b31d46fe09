// Transparent pixels: composited over white, as a page shows them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vouch {

/// ⌊(a·c + (255 − a)·255 + 127)/255⌋: colour c of opacity a over white.
[[nodiscard]] constexpr uint8_t over_white(uint8_t c, uint8_t a) {
  const uint32_t opaque = uint32_t{a} * c;
  const uint32_t white = (255U - a) * 255U;
  return static_cast<uint8_t>((opaque + white + 127) / 255);
}

/// RGBA pixels to RGB ones over white, in the same memory or another.
inline void composite(const uint8_t* rgba, size_t pixels, uint8_t* rgb) {
  for (size_t i = 0; i < pixels; ++i) {
    const uint8_t a = rgba[4 * i + 3];
    for (size_t k = 0; k < 3; ++k) {
      rgb[3 * i + k] = over_white(rgba[4 * i + k], a);
    }
  }
}

}  // namespace vouch
