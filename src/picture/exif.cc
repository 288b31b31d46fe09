#include "picture/exif.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace vouch {
namespace {

constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kShort = 3;  // the TIFF type of 16-bit integers

// Integers of a TIFF structure in its own byte order; zero outside of it.
class Tiff {
 public:
  Tiff(ByteSpan bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}
  [[nodiscard]] uint32_t u16(uint64_t at) const { return integer(at, 2); }
  [[nodiscard]] uint32_t u32(uint64_t at) const { return integer(at, 4); }

 private:
  [[nodiscard]] uint32_t integer(uint64_t at, size_t n) const {
    if (at + n > bytes_.size()) {
      return 0;
    }
    uint32_t x = 0;
    for (size_t i = 0; i < n; ++i) {
      x = x << 8U | bytes_[at + (big_endian_ ? i : n - 1 - i)];
    }
    return x;
  }
  ByteSpan bytes_;
  bool big_endian_;
};

}  // namespace

int exif_orientation(ByteSpan app1) {
  constexpr std::array<uint8_t, 6> kMark = {'E', 'x', 'i', 'f', 0, 0};
  if (app1.size() < kMark.size() + 8 || !std::equal(kMark.begin(), kMark.end(), app1.begin())) {
    return 1;
  }
  const ByteSpan bytes = app1.subspan(kMark.size());
  const bool big = bytes[0] == 'M' && bytes[1] == 'M';
  const bool little = bytes[0] == 'I' && bytes[1] == 'I';
  const Tiff tiff(bytes, big);
  if ((!big && !little) || tiff.u16(2) != 42) {
    return 1;
  }
  const uint64_t directory = tiff.u32(4);
  const uint32_t entries = tiff.u16(directory);  // at most 65535
  for (uint32_t i = 0; i < entries; ++i) {
    const uint64_t entry = directory + 2 + uint64_t{12} * i;
    if (tiff.u16(entry) == kOrientationTag && tiff.u16(entry + 2) == kShort) {
      const uint32_t value = tiff.u16(entry + 8);
      return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
  }
  return 1;
}

Picture upright(Picture stored, int orientation) {
  VOUCH_CHECK(orientation >= 1 && orientation <= 8);
  if (orientation == 1) {
    return stored;
  }
  const bool swap = orientation >= 5;
  const size_t h = stored.rows;
  const size_t w = stored.columns;
  Picture out;
  out.rows = swap ? stored.columns : stored.rows;
  out.columns = swap ? stored.rows : stored.columns;
  out.pixels.resize(stored.pixels.size());
  // Upright (y, x) is the stored pixel (u, v), or with rows and columns swapped (v, u), each
  // perhaps counted from the far end.
  const bool flip_rows =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool flip_columns =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  uint8_t* to = out.pixels.data();
  for (size_t y = 0; y < out.rows; ++y) {
    for (size_t x = 0; x < out.columns; ++x) {
      const size_t u = swap ? x : y;
      const size_t v = swap ? y : x;
      const uint8_t* from = stored.pixel(flip_rows ? h - 1 - u : u, flip_columns ? w - 1 - v : v);
      to = std::copy_n(from, 3, to);
    }
  }
  return out;
}

}  // namespace vouch
