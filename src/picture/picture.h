// Pictures as rows of RGB bytes, and the limits of what is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vouch {

/// rows × columns pixels of 3 bytes (red, green, blue), row after row from the top, left to right.
struct Picture {
  uint32_t rows = 0;
  uint32_t columns = 0;
  std::vector<uint8_t> pixels;

  [[nodiscard]] const uint8_t* pixel(size_t row, size_t column) const {
    return pixels.data() + 3 * (row * columns + column);
  }
  bool operator==(const Picture&) const = default;
};

constexpr size_t kMaxPictureBytes = size_t{64} << 20;  ///< of a file
constexpr uint32_t kMaxPictureSide = 65500;            ///< JPEG's own limit
constexpr uint64_t kMaxPixels = 25'000'000;

/// Whether a picture of that size may be held: 1…kMaxPictureSide each way, at most kMaxPixels.
/// Decoders ask before they allocate anything that grows with it.
[[nodiscard]] constexpr bool is_size_allowed(uint64_t rows, uint64_t columns) {
  return rows >= 1 && columns >= 1 && rows <= kMaxPictureSide && columns <= kMaxPictureSide &&
         rows * columns <= kMaxPixels;
}

}  // namespace vouch
