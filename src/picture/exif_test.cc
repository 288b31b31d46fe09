#include "picture/exif.h"

#include <gtest/gtest.h>

namespace vouch {
namespace {

// An APP1 segment of two tags, the second of which is the orientation.
Bytes segment(uint8_t orientation, bool big) {
  ByteWriter w;
  const auto u16 = [&](uint16_t x) {
    w.u16(big ? static_cast<uint16_t>(x >> 8U | (x & 0xFFU) << 8U) : x);
  };
  const auto u32 = [&](uint16_t x) {  // below 2^16 here
    if (big) {
      u16(0);
    }
    u16(x);
    if (!big) {
      u16(0);
    }
  };
  for (const char c : {'E', 'x', 'i', 'f', '\0', '\0', big ? 'M' : 'I', big ? 'M' : 'I'}) {
    w.u8(static_cast<uint8_t>(c));
  }
  u16(42);
  u32(8);
  u16(2);
  u16(0x010F);
  u16(2);
  u32(4);
  u32(0);
  u16(0x0112);
  u16(3);
  u32(1);
  u16(orientation);
  u16(0);
  u32(0);
  return w.take();
}

TEST(Exif, ReadsBothByteOrders) {
  for (uint8_t orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(exif_orientation(segment(orientation, false)), orientation);
    EXPECT_EQ(exif_orientation(segment(orientation, true)), orientation);
  }
}

TEST(Exif, AnythingElseIsUpright) {
  EXPECT_EQ(exif_orientation(segment(0, false)), 1);
  EXPECT_EQ(exif_orientation(segment(9, true)), 1);
  EXPECT_EQ(exif_orientation({}), 1);
  for (const size_t length : {6U, 10U, 14U, 20U, 30U, 36U}) {
    Bytes cut = segment(6, false);
    cut.resize(length);
    EXPECT_EQ(exif_orientation(cut), 1) << length;
  }
  Bytes far = segment(6, false);
  far[10] = far[11] = far[12] = far[13] = 0xFF;  // the directory is elsewhere
  EXPECT_EQ(exif_orientation(far), 1);
  Bytes other = segment(6, false);
  other[8] = 43;
  EXPECT_EQ(exif_orientation(other), 1);
}

// Stored 2 × 3 picture 1 2 3 / 4 5 6 and what each orientation shows.
TEST(Exif, TurnsAllEight) {
  const std::vector<std::vector<std::vector<int>>> expected = {
      {{1, 2, 3}, {4, 5, 6}},   {{3, 2, 1}, {6, 5, 4}},   {{6, 5, 4}, {3, 2, 1}},
      {{4, 5, 6}, {1, 2, 3}},   {{1, 4}, {2, 5}, {3, 6}}, {{4, 1}, {5, 2}, {6, 3}},
      {{6, 3}, {5, 2}, {4, 1}}, {{3, 6}, {2, 5}, {1, 4}},
  };
  Picture stored{2, 3, std::vector<uint8_t>(18)};
  for (uint8_t i = 0; i < 6; ++i) {
    stored.pixels[size_t{3} * i] = static_cast<uint8_t>(i + 1);
  }
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto& rows = expected[static_cast<size_t>(orientation - 1)];
    const Picture turned = upright(stored, orientation);
    ASSERT_EQ(turned.rows, rows.size());
    ASSERT_EQ(turned.columns, rows[0].size());
    for (size_t y = 0; y < rows.size(); ++y) {
      for (size_t x = 0; x < rows[y].size(); ++x) {
        EXPECT_EQ(*turned.pixel(y, x), rows[y][x]) << orientation << ": " << y << ", " << x;
      }
    }
  }
}

}  // namespace
}  // namespace vouch
