#include "picture/png.h"

#include <png.h>

#include <csetjmp>
#include <cstring>
#include <utility>
#include <vector>

#include "base/check.h"
#include "picture/composite.h"

namespace vouch {
namespace {

constexpr png_alloc_size_t kMaxChunk = 8U << 20;
// That is none: libpng reads over texts, which it would otherwise expand and keep.
constexpr png_uint_32 kMaxCachedChunks = 1;

// libpng's errors jump, so everything with a destructor lives here, outside of the frames jumped
// over.
struct Decoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ByteSpan rest;
  Picture picture;
  std::vector<uint8_t> rgba;  // the whole picture if it is interlaced, else one row
  std::vector<png_bytep> rows;
  std::string error;
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  static_cast<Decoder*>(png_get_error_ptr(png))->error = message;
  png_longjmp(png, 1);
}

void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

void on_read(png_structp png, png_bytep to, size_t n) {
  auto& decoder = *static_cast<Decoder*>(png_get_io_ptr(png));
  if (n > decoder.rest.size()) {
    png_error(png, "the file ends too early");
  }
  std::memcpy(to, decoder.rest.data(), n);
  decoder.rest = decoder.rest.subspan(n);
}

void set_transformations(png_structp png) {
  png_set_expand(png);  // palettes to RGB, grey to 8 bits, tRNS to alpha
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
}

void read_rows(Decoder& d, int passes) {
  const size_t row_bytes = size_t{4} * d.picture.columns;
  const size_t pixels = size_t{d.picture.rows} * d.picture.columns;
  d.picture.pixels.resize(3 * pixels);
  if (passes == 1) {
    d.rgba.resize(row_bytes);
    for (size_t y = 0; y < d.picture.rows; ++y) {
      png_read_row(d.png, d.rgba.data(), nullptr);
      composite(d.rgba.data(), d.picture.columns,
                d.picture.pixels.data() + 3 * y * d.picture.columns);
    }
    return;
  }
  d.rgba.resize(4 * pixels);
  d.rows.resize(d.picture.rows);
  for (size_t y = 0; y < d.picture.rows; ++y) {
    d.rows[y] = d.rgba.data() + y * row_bytes;
  }
  png_read_image(d.png, d.rows.data());
  composite(d.rgba.data(), pixels, d.picture.pixels.data());
}

void decode(Decoder& d) {
  png_set_user_limits(d.png, kMaxPictureSide, kMaxPictureSide);
  png_set_crc_action(d.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_chunk_malloc_max(d.png, kMaxChunk);
  png_set_chunk_cache_max(d.png, kMaxCachedChunks);
  png_set_read_fn(d.png, &d, on_read);
  png_read_info(d.png, d.info);
  d.picture.rows = png_get_image_height(d.png, d.info);
  d.picture.columns = png_get_image_width(d.png, d.info);
  if (!is_size_allowed(d.picture.rows, d.picture.columns)) {
    png_error(d.png, "it is larger than 25 million pixels");
  }
  set_transformations(d.png);
  const int passes = png_set_interlace_handling(d.png);
  png_read_update_info(d.png, d.info);
  if (png_get_rowbytes(d.png, d.info) != size_t{4} * d.picture.columns) {
    png_error(d.png, "unexpected colours");
  }
  read_rows(d, passes);
  png_read_end(d.png, nullptr);
}

bool run(Decoder& d) {
  if (setjmp(png_jmpbuf(d.png)) != 0) {
    return false;
  }
  decode(d);
  return true;
}

}  // namespace

Result<Picture> decode_png(ByteSpan file) {
  Decoder d;
  d.rest = file;
  d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, on_error, on_warning);
  VOUCH_CHECK(d.png != nullptr);
  d.info = png_create_info_struct(d.png);
  VOUCH_CHECK(d.info != nullptr);
  const bool decoded = run(d);
  png_destroy_read_struct(&d.png, &d.info, nullptr);
  if (!decoded) {
    return Error{"the PNG cannot be decoded: " + d.error};
  }
  return std::move(d.picture);
}

Bytes write_png(const Picture& picture) {
  VOUCH_CHECK(is_size_allowed(picture.rows, picture.columns));
  VOUCH_CHECK(picture.pixels.size() == size_t{3} * picture.rows * picture.columns);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.columns;
  image.height = picture.rows;
  image.format = PNG_FORMAT_RGB;
  Bytes out(PNG_IMAGE_PNG_SIZE_MAX(image));
  png_alloc_size_t size = out.size();
  // Memory of the largest possible size: the only failure left would be zlib's own.
  VOUCH_CHECK(png_image_write_to_memory(&image, out.data(), &size, 0, picture.pixels.data(), 0,
                                        nullptr) != 0);
  out.resize(size);
  return out;
}

std::string png_decoder() { return std::string("libpng ") + png_get_libpng_ver(nullptr); }

}  // namespace vouch
