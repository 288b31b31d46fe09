#include "cli/input.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "cli/printable.h"
#include "picture/decode.h"
#include "picture/resample.h"

namespace vouch {
namespace {

// One picture's codes, [channel][row][column].
Result<Bytes> picture_input(ByteSpan file, const Circuit& circuit) {
  VOUCH_ASSIGN(const Picture picture, decode_picture(file));
  const Preparation& p = circuit.preparation;
  return picture_codes(resample(picture, p.rows, p.columns, p.crop_permille),
                       circuit.input().shape.channels);
}

// [row][column][channel] to [channel][row][column].
Result<Bytes> codes_input(ByteSpan file, const Shape& shape) {
  const size_t positions = size_t{shape.rows} * shape.columns;
  if (file.size() != positions * shape.channels) {
    return Error{fmt::format("has {} bytes, the network reads {} codes", file.size(),
                             positions * shape.channels)};
  }
  Bytes codes(file.size());
  for (size_t p = 0; p < positions; ++p) {
    for (size_t c = 0; c < shape.channels; ++c) {
      codes[c * positions + p] = file[p * shape.channels + c];
    }
  }
  return codes;
}

Result<Bytes> one_input(const std::string& path, const Circuit& circuit) {
  const Shape& shape = circuit.input().shape;
  const bool picture = circuit.preparation.rows != 0;
  const size_t codes = size_t{shape.channels} * shape.rows * shape.columns;
  VOUCH_ASSIGN(const Bytes file, read_file(path, picture ? kMaxPictureBytes : codes));
  auto input = picture ? picture_input(file, circuit) : codes_input(file, shape);
  return input.ok() ? std::move(input) : Error{printable(path) + ": " + input.error().message};
}

}  // namespace

Result<Bytes> read_input(const std::vector<std::string>& paths, const Circuit& circuit) {
  const Shape& shape = circuit.input().shape;
  if (paths.size() != shape.batch) {
    return Error{
        fmt::format("the network reads {} pictures at a time, not {}", shape.batch, paths.size())};
  }
  const size_t area = size_t{shape.rows} * shape.columns;
  Bytes codes(shape.elements());
  for (size_t n = 0; n < paths.size(); ++n) {
    VOUCH_ASSIGN(const Bytes own, one_input(paths[n], circuit));
    for (size_t c = 0; c < shape.channels; ++c) {
      std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(c * area), area,
                  codes.begin() + static_cast<std::ptrdiff_t>((c * shape.batch + n) * area));
    }
  }
  return codes;
}

}  // namespace vouch
