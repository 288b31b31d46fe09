#include "picture/prepare.h"

#include <string>

#include "base/check.h"
#include "base/file.h"
#include "base/secret.h"
#include "picture/decode.h"
#include "picture/npy.h"
#include "picture/resample.h"

namespace vouch {
namespace {

std::string to_text(const std::vector<uint32_t>& shape) {
  std::string text = "[";
  for (const uint32_t extent : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(extent);
  }
  return text + "]";
}

std::vector<uint32_t> without_ones(std::vector<uint32_t> shape) {
  std::erase(shape, 1U);
  return shape;
}

Result<std::vector<uint8_t>> from_npy(const Shape& shape, ByteSpan file) {
  VOUCH_ASSIGN(const NpyTensor tensor, read_npy(file));
  if (tensor.element_bytes() != 1) {
    return Error{
        "the .npy file's elements must be uint8 or int8 codes; of real numbers, stored as float32, "
        "`vouch prove --codes-to` writes them"};
  }
  const std::vector<uint32_t> wanted = {shape.rows, shape.columns, shape.channels};
  if (without_ones(tensor.shape) != without_ones(wanted)) {
    return Error{"the .npy file's shape is " + to_text(tensor.shape) + ", the network's input is " +
                 to_text(wanted)};
  }
  return codes_of_bytes(shape, tensor.data, tensor.type == NpyType::kInt8);
}

}  // namespace

std::vector<uint8_t> codes_of_bytes(const Shape& shape, ByteSpan bytes, bool is_signed) {
  const size_t positions = shape.positions();
  VOUCH_CHECK(bytes.size() == shape.elements());
  // Adding 128 modulo 256 takes the signed codes −128…127 to 0…255.
  const unsigned offset = is_signed ? 128 : 0;
  std::vector<uint8_t> codes(bytes.size());
  for (size_t p = 0; p < positions; ++p) {
    for (size_t c = 0; c < shape.channels; ++c) {
      codes[c * positions + p] = static_cast<uint8_t>(bytes[p * shape.channels + c] + offset);
    }
  }
  return codes;
}

Result<std::vector<uint8_t>> prepare_input(const Circuit& circuit, ByteSpan file,
                                           std::string_view file_name) {
  const Shape& shape = circuit.input().shape;
  const Preparation& preparation = circuit.preparation;
  if (shape.batch != 1) {
    return Error{"the circuit takes " + std::to_string(shape.batch) + " inputs at once, not one"};
  }
  if (is_npy(file)) {
    return from_npy(shape, file);
  }
  const std::string extension = extension_of(std::string(file_name));
  const bool is_signed = extension == ".i8";
  if (is_signed || extension == ".bin" || extension == ".raw") {
    if (file.size() != shape.elements()) {
      return Error{"the raw input has " + std::to_string(file.size()) +
                   " bytes and the network's input " + std::to_string(shape.elements())};
    }
    return codes_of_bytes(shape, file, is_signed);
  }
  if (preparation.rows == 0) {
    return Error{
        "the network's input is a tensor of codes, not a picture: give a .npy, .bin, .raw or .i8 "
        "file"};
  }
  VOUCH_ASSIGN(Picture picture, decode_picture(file));
  const WipedAtEnd picture_wiped(picture.pixels);
  Picture small =
      resample(picture, preparation.rows, preparation.columns, preparation.crop_permille);
  const WipedAtEnd small_wiped(small.pixels);
  return picture_codes(small, shape.channels);
}

}  // namespace vouch
