#include "picture/decode.h"

#include <algorithm>
#include <array>

#include "picture/bmp.h"
#include "picture/jpeg.h"
#include "picture/png.h"

namespace vouch {
namespace {

template <size_t N>
bool starts_with(ByteSpan file, const std::array<uint8_t, N>& mark) {
  return file.size() >= N && std::equal(mark.begin(), mark.end(), file.begin());
}

}  // namespace

Result<Picture> decode_picture(ByteSpan file) {
  constexpr std::array<uint8_t, 3> kJpeg = {0xFF, 0xD8, 0xFF};
  constexpr std::array<uint8_t, 8> kPng = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  constexpr std::array<uint8_t, 2> kBmp = {'B', 'M'};
  if (file.size() > kMaxPictureBytes) {
    return Error{"the picture file is larger than 64 MiB"};
  }
  if (starts_with(file, kJpeg)) {
    return decode_jpeg(file);
  }
  if (starts_with(file, kPng)) {
    return decode_png(file);
  }
  if (starts_with(file, kBmp)) {
    return decode_bmp(file);
  }
  return Error{"this is not a JPEG, PNG or BMP picture"};
}

std::string describe_decoders() {
  return jpeg_decoder() + ", " + png_decoder() + ", " + bmp_decoder();
}

}  // namespace vouch
