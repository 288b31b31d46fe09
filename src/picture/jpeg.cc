#include "picture/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <utility>

// jpeglib.h needs the two above.
#include <jerror.h>
#include <jpeglib.h>

#include "picture/exif.h"

namespace vouch {
namespace {

// A hostile progressive file may ask for thousands of passes over a large picture.
constexpr int kMaxScans = 200;
constexpr long kMaxMemory = 1L << 30;

// libjpeg's errors arrive in a callback that must not return: it jumps. Everything with a
// destructor lives here, outside of the frames that are jumped over.
struct Decoder {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf jump{};
  ByteSpan file;
  Picture picture;
  int orientation = 1;
  std::string error;
};

[[noreturn]] void fail(Decoder& decoder, const char* message) {
  decoder.error = message;
  std::longjmp(decoder.jump, 1);
}

Decoder& decoder_of(j_common_ptr info) { return *static_cast<Decoder*>(info->client_data); }

[[noreturn]] void on_error(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX] = {};
  info->err->format_message(info, message);
  fail(decoder_of(info), message);
}

// libjpeg warns where it invents pixels for damaged data. Bytes between segments, which some
// cameras leave, damage nothing.
void on_message(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code != JWRN_EXTRANEOUS_DATA) {
    on_error(info);
  }
}

void on_progress(j_common_ptr info) {
  // The callback comes from a decompressor: its common struct is the first part of one.
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMaxScans) {
    fail(decoder_of(info), "it has more than 200 scans");
  }
}

void set_up(Decoder& d) {
  d.info.err = jpeg_std_error(&d.errors);
  d.errors.error_exit = on_error;
  d.errors.emit_message = on_message;
  d.info.client_data = &d;  // this and err survive the next line
  jpeg_create_decompress(&d.info);
  d.info.mem->max_memory_to_use = kMaxMemory;
  d.progress.progress_monitor = on_progress;
  d.info.progress = &d.progress;
}

void read_orientation(Decoder& d) {
  for (jpeg_saved_marker_ptr m = d.info.marker_list; m != nullptr; m = m->next) {
    const int orientation = exif_orientation(ByteSpan(m->data, m->data_length));
    if (orientation != 1) {
      d.orientation = orientation;
      return;
    }
  }
}

void decode(Decoder& d) {
  set_up(d);
  jpeg_mem_src(&d.info, d.file.data(), static_cast<unsigned long>(d.file.size()));
  jpeg_save_markers(&d.info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&d.info, TRUE);
  if (!is_size_allowed(d.info.image_height, d.info.image_width)) {
    fail(d, "it is larger than 25 million pixels or 65500 pixels each way");
  }
  // Equal coefficients cost no bits there, but time: a file of a kilobyte took seconds.
  if (d.info.arith_code) {
    fail(d, "arithmetic coding is not supported; save it with Huffman coding");
  }
  if (d.info.jpeg_color_space == JCS_CMYK || d.info.jpeg_color_space == JCS_YCCK) {
    fail(d, "CMYK pictures are not supported; convert it to RGB");
  }
  read_orientation(d);
  d.info.out_color_space = JCS_RGB;
  d.info.dct_method = JDCT_ISLOW;
  d.info.do_fancy_upsampling = TRUE;
  d.info.do_block_smoothing = TRUE;
  jpeg_start_decompress(&d.info);
  if (d.info.output_components != 3 || d.info.output_height != d.info.image_height ||
      d.info.output_width != d.info.image_width) {
    fail(d, "unexpected colours");
  }
  d.picture.rows = d.info.output_height;
  d.picture.columns = d.info.output_width;
  const size_t row_bytes = size_t{3} * d.picture.columns;
  d.picture.pixels.resize(row_bytes * d.picture.rows);
  while (d.info.output_scanline < d.info.output_height) {
    JSAMPROW row = d.picture.pixels.data() + row_bytes * d.info.output_scanline;
    jpeg_read_scanlines(&d.info, &row, 1);
  }
  jpeg_finish_decompress(&d.info);
}

bool run(Decoder& d) {
  if (setjmp(d.jump) != 0) {
    return false;
  }
  decode(d);
  return true;
}

}  // namespace

Result<Picture> decode_jpeg(ByteSpan file) {
  Decoder decoder;
  decoder.file = file;
  const bool decoded = run(decoder);
  jpeg_destroy_decompress(&decoder.info);
  if (!decoded) {
    return Error{"the JPEG cannot be decoded: " + decoder.error};
  }
  return upright(std::move(decoder.picture), decoder.orientation);
}

#define VOUCH_TEXT_INNER(x) #x
#define VOUCH_TEXT(x) VOUCH_TEXT_INNER(x)
std::string jpeg_decoder() { return "libjpeg-turbo " VOUCH_TEXT(LIBJPEG_TURBO_VERSION); }

}  // namespace vouch
