#include "circuit/pictures.h"

#include <algorithm>

namespace vouch {
namespace {

size_t plane(const Shape& shape) { return size_t{shape.rows} * shape.columns; }

// Codes of one channel of one picture.
size_t channel(const Shape& shape) { return plane(shape) * shape.batch; }

}  // namespace

Bytes join_pictures(const Shape& shape, std::span<const Bytes> pictures) {
  Bytes out;
  out.reserve(pictures.size() * shape.elements());
  for (size_t c = 0; c < shape.channels; ++c) {
    for (const Bytes& picture : pictures) {
      const auto from = picture.begin() + static_cast<std::ptrdiff_t>(c * channel(shape));
      out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(channel(shape)));
    }
  }
  return out;
}

std::vector<Bytes> split_pictures(const Shape& shape, std::span<const uint8_t> codes) {
  std::vector<Bytes> out(codes.size() / shape.elements());
  for (size_t done = 0; done < codes.size();) {
    for (Bytes& picture : out) {
      const auto part = codes.subspan(done, channel(shape));
      picture.insert(picture.end(), part.begin(), part.end());
      done += part.size();
    }
  }
  return out;
}

Bytes batch_first(const Shape& shape, std::span<const uint8_t> codes) {
  Bytes out(codes.size());
  for (size_t c = 0; c < shape.channels; ++c) {
    for (size_t b = 0; b < shape.batch; ++b) {
      std::copy_n(
          codes.begin() + static_cast<std::ptrdiff_t>((c * shape.batch + b) * plane(shape)),
          plane(shape),
          out.begin() + static_cast<std::ptrdiff_t>((b * shape.channels + c) * plane(shape)));
    }
  }
  return out;
}

}  // namespace vouch
