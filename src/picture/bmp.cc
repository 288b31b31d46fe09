#include "picture/bmp.h"

#include <cstdint>
#include <cstdlib>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_SIMD
#define STBI_MAX_DIMENSIONS 65500
#include <stb/stb_image.h>

#include "picture/composite.h"

namespace vouch {
namespace {

struct Header {
  uint32_t pixel_offset = 0;
  uint32_t header_bytes = 0;
  uint32_t columns = 0;
  uint32_t rows = 0;
  uint32_t bits = 0;
  uint32_t compression = 0;
  [[nodiscard]] uint64_t row_bytes() const { return (uint64_t{columns} * bits + 31) / 32 * 4; }
};

// What the decoder does not check, or not before it allocates.
Result<Header> read_header(ByteSpan file) {
  ByteReader r(file);
  Header h;
  r.raw(10);
  h.pixel_offset = r.u32();
  h.header_bytes = r.u32();
  h.columns = r.u32();
  const auto rows = static_cast<int32_t>(r.u32());  // negative: from the top
  r.u16();
  h.bits = r.u16();
  h.compression = r.u32();
  if (!r.ok()) {
    return Error{"its header is cut off"};
  }
  if (file.size() > kMaxPictureBytes) {
    return Error{"the file is larger than 64 MiB"};
  }
  h.rows = rows < 0 ? 0U - static_cast<uint32_t>(rows) : static_cast<uint32_t>(rows);
  if (h.header_bytes != 40 && h.header_bytes != 108 && h.header_bytes != 124) {
    return Error{"its header of " + std::to_string(h.header_bytes) + " bytes is not supported"};
  }
  if (h.compression != 0 && h.compression != 3) {
    return Error{"compressed BMP is not supported"};
  }
  if (h.bits != 1 && h.bits != 4 && h.bits != 8 && h.bits != 16 && h.bits != 24 && h.bits != 32) {
    return Error{std::to_string(h.bits) + " bits a pixel are not supported"};
  }
  if (!is_size_allowed(h.rows, h.columns)) {
    return Error{"it is empty, or larger than 25 million pixels or 65500 pixels each way"};
  }
  if (h.pixel_offset + h.row_bytes() * h.rows > file.size() ||
      h.pixel_offset < 14 + h.header_bytes) {
    return Error{"the file ends before its pixels do"};
  }
  return h;
}

// stb_image looks colours up without asking whether the palette has them.
bool are_colours_there(ByteSpan file, const Header& h) {
  if (h.bits > 8) {
    return true;
  }
  const uint32_t entries = (h.pixel_offset - 14 - h.header_bytes) / 4;
  const uint32_t per_byte = 8 / h.bits;
  for (size_t y = 0; y < h.rows; ++y) {
    const ByteSpan row = file.subspan(h.pixel_offset + y * h.row_bytes(), h.row_bytes());
    for (uint32_t x = 0; x < h.columns; ++x) {
      const uint32_t shift = 8 - h.bits * (x % per_byte + 1);
      if ((row[x / per_byte] >> shift & ((1U << h.bits) - 1)) >= entries) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

Result<Picture> decode_bmp(ByteSpan file) {
  const Result<Header> header = read_header(file);
  if (!header) {
    return Error{"the BMP cannot be decoded: " + header.error().message};
  }
  if (!are_colours_there(file, header.value())) {
    return Error{"the BMP cannot be decoded: its palette lacks colours that it uses"};
  }
  int columns = 0;
  int rows = 0;
  int components = 0;
  const std::unique_ptr<stbi_uc, decltype(&std::free)> rgba(
      stbi_load_from_memory(file.data(), static_cast<int>(file.size()), &columns, &rows,
                            &components, 4),
      &std::free);
  if (rgba == nullptr || static_cast<uint32_t>(rows) != header.value().rows ||
      static_cast<uint32_t>(columns) != header.value().columns) {
    const char* reason = stbi_failure_reason();
    return Error{std::string("the BMP cannot be decoded: ") +
                 (reason == nullptr ? "unknown reason" : reason)};
  }
  Picture picture{header.value().rows, header.value().columns, {}};
  const size_t pixels = size_t{picture.rows} * picture.columns;
  picture.pixels.resize(3 * pixels);
  composite(rgba.get(), pixels, picture.pixels.data());
  return picture;
}

std::string bmp_decoder() { return "stb_image 2.27"; }

}  // namespace vouch
