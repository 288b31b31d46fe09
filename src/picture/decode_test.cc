#include "picture/decode.h"

#include <gtest/gtest.h>
#include <png.h>

#include <csetjmp>
#include <cstdio>

// jpeglib.h needs the two above.
#include <jpeglib.h>

#include "picture/composite.h"
#include "picture/new_picture.h"
#include "picture/png.h"

namespace vouch {
namespace {

Picture decoded(ByteSpan file) {
  Result<Picture> picture = decode_picture(file);
  EXPECT_TRUE(picture.ok()) << picture.error().message;
  return picture ? std::move(picture).value() : Picture{};
}

void expect_error(ByteSpan file, const char* why) {
  const Result<Picture> picture = decode_picture(file);
  ASSERT_FALSE(picture.ok()) << why;
  EXPECT_NE(picture.error().message.find(why), std::string::npos) << picture.error().message;
}

// ---- PNG

struct PngCase {
  int type = PNG_COLOR_TYPE_RGB;
  int depth = 8;
  int interlace = PNG_INTERLACE_NONE;
  uint32_t rows = 0;
  uint32_t columns = 0;
  std::vector<std::vector<uint8_t>> lines;
  std::vector<png_color> palette;
  std::vector<uint8_t> palette_alpha;
};

void append(png_structp png, png_bytep bytes, size_t n) {
  auto& out = *static_cast<Bytes*>(png_get_io_ptr(png));
  out.insert(out.end(), bytes, bytes + n);
}

Bytes png_of(PngCase c) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, append, nullptr);
  png_set_IHDR(png, info, c.columns, c.rows, c.depth, c.type, c.interlace, 0, 0);
  if (!c.palette.empty()) {
    png_set_PLTE(png, info, c.palette.data(), static_cast<int>(c.palette.size()));
  }
  if (!c.palette_alpha.empty()) {
    png_set_tRNS(png, info, c.palette_alpha.data(), static_cast<int>(c.palette_alpha.size()),
                 nullptr);
  }
  std::vector<png_bytep> rows;
  for (auto& line : c.lines) {
    rows.push_back(line.data());
  }
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

TEST(Png, WritesAndReadsBack) {
  for (const auto& [rows, columns] : {std::pair{1U, 1U}, {1U, 7U}, {33U, 20U}}) {
    const Picture picture = new_picture(rows, rows, columns);
    EXPECT_EQ(decoded(write_png(picture)), picture);
  }
}

TEST(Png, ReadsInterlacedPictures) {
  const Picture picture = new_picture(5, 19, 23);
  PngCase c;
  c.interlace = PNG_INTERLACE_ADAM7;
  c.rows = picture.rows;
  c.columns = picture.columns;
  for (size_t y = 0; y < c.rows; ++y) {
    c.lines.emplace_back(picture.pixel(y, 0), picture.pixel(y, 0) + 3 * c.columns);
  }
  EXPECT_EQ(decoded(png_of(c)), picture);
}

TEST(Png, ExpandsGreyPalettesAnd16Bits) {
  PngCase bits;  // 1-bit grey: 1 0 1
  bits.type = PNG_COLOR_TYPE_GRAY;
  bits.depth = 1;
  bits.rows = 1;
  bits.columns = 3;
  bits.lines = {{0xA0}};
  EXPECT_EQ(decoded(png_of(bits)).pixels,
            (std::vector<uint8_t>{255, 255, 255, 0, 0, 0, 255, 255, 255}));

  PngCase deep = bits;  // 16-bit grey: ⌊(255·v + 32895)/65536⌋
  deep.depth = 16;
  deep.columns = 2;
  deep.lines = {{0x12, 0x34, 0x80, 0x81}};
  const auto narrow = [](unsigned v) { return static_cast<uint8_t>((v * 255 + 32895) >> 16U); };
  const uint8_t a = narrow(0x1234);
  const uint8_t b = narrow(0x8081);
  EXPECT_EQ(decoded(png_of(deep)).pixels, (std::vector<uint8_t>{a, a, a, b, b, b}));

  PngCase palette;  // 2 bits an index: 2 0 1, colour 1 half transparent
  palette.type = PNG_COLOR_TYPE_PALETTE;
  palette.depth = 2;
  palette.rows = 1;
  palette.columns = 3;
  palette.palette = {{1, 2, 3}, {10, 20, 30}, {4, 5, 6}};
  palette.palette_alpha = {255, 128};
  palette.lines = {{0x84}};
  EXPECT_EQ(decoded(png_of(palette)).pixels,
            (std::vector<uint8_t>{4, 5, 6, 1, 2, 3, over_white(10, 128), over_white(20, 128),
                                  over_white(30, 128)}));
}

TEST(Png, CompositesOverWhite) {
  EXPECT_EQ(over_white(77, 255), 77);
  EXPECT_EQ(over_white(77, 0), 255);
  EXPECT_EQ(over_white(0, 128), 127);
  PngCase c;
  c.type = PNG_COLOR_TYPE_RGB_ALPHA;
  c.rows = 1;
  c.columns = 2;
  c.lines = {{0, 100, 200, 128, 9, 8, 7, 0}};
  EXPECT_EQ(decoded(png_of(c)).pixels,
            (std::vector<uint8_t>{127, over_white(100, 128), over_white(200, 128), 255, 255, 255}));
}

TEST(Png, RefusesDamage) {
  const Bytes good = write_png(new_picture(1, 16, 16));
  for (size_t length = 8; length < good.size(); length += 5) {
    EXPECT_FALSE(decode_picture(ByteSpan(good).first(length)).ok()) << length;
  }
  for (size_t i = 29; i + 12 < good.size(); i += 3) {
    Bytes bad = good;
    bad[i] ^= 0x10U;
    EXPECT_FALSE(decode_picture(bad).ok()) << i;
  }
  Bytes huge = good;  // 2^31 − 1 columns
  huge[16] = 0x7F;
  expect_error(huge, "PNG cannot be decoded");
}

// ---- JPEG

Bytes jpeg_of(const Picture& picture, const Bytes& app1, int quality = 100, bool cmyk = false,
              bool arithmetic = false) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = picture.columns;
  info.image_height = picture.rows;
  info.input_components = cmyk ? 4 : 3;
  info.in_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.arith_code = arithmetic ? TRUE : FALSE;
  for (int k = 0; k < info.num_components; ++k) {
    info.comp_info[k].h_samp_factor = 1;  // no chroma subsampling
    info.comp_info[k].v_samp_factor = 1;
  }
  jpeg_start_compress(&info, TRUE);
  if (!app1.empty()) {
    jpeg_write_marker(&info, JPEG_APP0 + 1, app1.data(), static_cast<unsigned>(app1.size()));
  }
  std::vector<uint8_t> line(size_t{4} * picture.columns, 99);
  while (info.next_scanline < info.image_height) {
    if (!cmyk) {
      std::copy_n(picture.pixel(info.next_scanline, 0), 3 * picture.columns, line.data());
    }
    JSAMPROW row = line.data();
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  Bytes out(memory, memory + size);
  jpeg_destroy_compress(&info);
  std::free(memory);
  return out;
}

// Four flat quarters, which JPEG keeps well.
Picture quarters() {
  Picture picture{16, 32, {}};
  for (size_t y = 0; y < 16; ++y) {
    for (size_t x = 0; x < 32; ++x) {
      const auto value = static_cast<uint8_t>(40 + 50 * (y / 8 * 2 + x / 16));
      picture.pixels.insert(picture.pixels.end(), {value, value, value});
    }
  }
  return picture;
}

Bytes orientation_segment(uint8_t orientation) {
  return {'E',  'x',  'i', 'f', 0, 0, 'I', 'I', 42,          0, 8, 0, 0, 0, 1, 0,
          0x12, 0x01, 3,   0,   1, 0, 0,   0,   orientation, 0, 0, 0, 0, 0, 0, 0};
}

TEST(Jpeg, TurnsAllEightOrientationsUpright) {
  // Corners of the upright picture, from the top left clockwise, of quarters 1 2 / 3 4.
  const std::vector<std::vector<int>> corners = {{1, 2, 4, 3}, {2, 1, 3, 4}, {4, 3, 1, 2},
                                                 {3, 4, 2, 1}, {1, 3, 4, 2}, {3, 1, 2, 4},
                                                 {4, 2, 1, 3}, {2, 4, 3, 1}};
  for (uint8_t orientation = 1; orientation <= 8; ++orientation) {
    const Picture p = decoded(jpeg_of(quarters(), orientation_segment(orientation)));
    ASSERT_EQ(p.rows, orientation <= 4 ? 16U : 32U);
    ASSERT_EQ(p.columns, orientation <= 4 ? 32U : 16U);
    const auto quarter = [&](size_t y, size_t x) { return (*p.pixel(y, x) - 40 + 25) / 50 + 1; };
    const std::vector<int> seen = {quarter(2, 2), quarter(2, p.columns - 3),
                                   quarter(p.rows - 3, p.columns - 3), quarter(p.rows - 3, 2)};
    EXPECT_EQ(seen, corners[orientation - 1U]) << int{orientation};
  }
}

TEST(Jpeg, IsClose) {
  const Picture picture = quarters();
  const Picture p = decoded(jpeg_of(picture, {}));
  ASSERT_EQ(p.pixels.size(), picture.pixels.size());
  for (size_t i = 0; i < p.pixels.size(); ++i) {
    EXPECT_NEAR(p.pixels[i], picture.pixels[i], 2);
  }
  EXPECT_EQ(decoded(jpeg_of(new_picture(1, 1, 1), {})).pixels.size(), 3U);
}

TEST(Jpeg, RefusesCmykAndDamage) {
  expect_error(jpeg_of(quarters(), {}, 90, true), "CMYK");
  const Bytes good = jpeg_of(new_picture(4, 40, 40), {});
  for (size_t length = 3; length + 2 < good.size(); length += 11) {
    expect_error(ByteSpan(good).first(length), "JPEG cannot be decoded");
  }
}

TEST(Jpeg, RefusesArithmeticCoding) {
  expect_error(jpeg_of(quarters(), {}, 90, false, true), "arithmetic coding");
}

TEST(Jpeg, RefusesHugeHeadersBeforeAllocating) {
  Bytes huge = jpeg_of(quarters(), {});
  for (size_t i = 0; i + 9 < huge.size(); ++i) {
    if (huge[i] == 0xFF &&
        huge[i + 1] == 0xC0) {  // start of frame: length, precision, height, width
      huge[i + 5] = huge[i + 7] = 0xFF;
      huge[i + 6] = huge[i + 8] = 0xDC;
      break;
    }
  }
  expect_error(huge, "25 million");
}

// ---- BMP

struct BmpCase {
  uint16_t bits = 24;
  uint32_t columns = 0;
  int32_t rows = 0;
  uint32_t compression = 0;
  Bytes tables;  // masks or palette
  Bytes pixels;  // rows padded to 4 bytes, from the bottom if rows > 0
  uint32_t header = 40;
};

Bytes bmp_of(const BmpCase& c) {
  ByteWriter w;
  w.raw(Bytes{'B', 'M'});
  const auto offset = static_cast<uint32_t>(14 + 40 + c.tables.size());
  w.u32(offset + static_cast<uint32_t>(c.pixels.size()));
  w.u32(0);
  w.u32(offset);
  w.u32(c.header);
  w.u32(c.columns);
  w.u32(static_cast<uint32_t>(c.rows));
  w.u16(1);
  w.u16(c.bits);
  w.u32(c.compression);
  for (int i = 0; i < 5; ++i) {
    w.u32(0);
  }
  w.raw(c.tables);
  w.raw(c.pixels);
  return w.take();
}

TEST(Bmp, ReadsAllDepths) {
  // 2 × 2, bottom up: bottom row first.
  const BmpCase rgb{24, 2, 2, 0, {}, {3, 2, 1, 6, 5, 4, 0, 0, 9, 8, 7, 12, 11, 10, 0, 0}};
  EXPECT_EQ(decoded(bmp_of(rgb)).pixels,
            (std::vector<uint8_t>{7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6}));
  BmpCase down = rgb;
  down.rows = -2;
  EXPECT_EQ(decoded(bmp_of(down)).pixels,
            (std::vector<uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  const BmpCase bytes{8, 3, 1, 0, {1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0}, {2, 0, 1, 0}};
  EXPECT_EQ(decoded(bmp_of(bytes)).pixels, (std::vector<uint8_t>{9, 8, 7, 3, 2, 1, 6, 5, 4}));
  const BmpCase nibbles{4, 3, 1, 0, {1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0}, {0x20, 0x10, 0, 0}};
  EXPECT_EQ(decoded(bmp_of(nibbles)).pixels, (std::vector<uint8_t>{9, 8, 7, 3, 2, 1, 6, 5, 4}));
  const BmpCase bits{1, 3, 1, 0, {0, 0, 0, 0, 255, 255, 255, 0}, {0xA0, 0, 0, 0}};
  EXPECT_EQ(decoded(bmp_of(bits)).pixels,
            (std::vector<uint8_t>{255, 255, 255, 0, 0, 0, 255, 255, 255}));
  const BmpCase opaque{32, 2, 1, 0, {}, {1, 2, 3, 0, 4, 5, 6, 0}};  // alpha 0 everywhere: unused
  EXPECT_EQ(decoded(bmp_of(opaque)).pixels, (std::vector<uint8_t>{3, 2, 1, 6, 5, 4}));
  const BmpCase alpha{32, 2, 1, 0, {}, {1, 2, 3, 255, 0, 0, 0, 128}};
  EXPECT_EQ(decoded(bmp_of(alpha)).pixels, (std::vector<uint8_t>{3, 2, 1, 127, 127, 127}));
  const BmpCase r5g5b5{16, 1, 1, 0, {}, {0xFF, 0x7F, 0, 0}};
  EXPECT_EQ(decoded(bmp_of(r5g5b5)).pixels, (std::vector<uint8_t>{255, 255, 255}));
}

TEST(Bmp, RefusesWhatIsNotThere) {
  const BmpCase good{24, 2, 2, 0, {}, Bytes(16, 1)};
  BmpCase c = good;
  c.pixels.resize(15);
  expect_error(bmp_of(c), "ends before its pixels");
  c = good;
  c.columns = 0xFFFFFFFF;
  expect_error(bmp_of(c), "25 million");
  c = good;
  c.rows = -2147483647 - 1;
  expect_error(bmp_of(c), "25 million");
  c = good;
  c.columns = 0;
  expect_error(bmp_of(c), "empty");
  c = good;
  c.compression = 1;
  expect_error(bmp_of(c), "compressed");
  c = good;
  c.header = 12;
  expect_error(bmp_of(c), "header");
  c = good;
  c.bits = 7;
  expect_error(bmp_of(c), "7 bits");
  const BmpCase palette{8, 4, 1, 0, {1, 2, 3, 0}, {0, 0, 1, 0}};
  expect_error(bmp_of(palette), "palette lacks");
  expect_error(Bytes{'B', 'M', 0}, "cut off");
}

TEST(Decode, RefusesOtherFiles) {
  expect_error({}, "not a JPEG, PNG or BMP");
  expect_error(Bytes{'G', 'I', 'F', '8', '9', 'a'}, "not a JPEG, PNG or BMP");
  expect_error(Bytes(kMaxPictureBytes + 1, 0xFF), "64 MiB");
  EXPECT_NE(describe_decoders().find("libpng 1."), std::string::npos);
}

}  // namespace
}  // namespace vouch
