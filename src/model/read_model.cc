#include "model/read_model.h"

#include <algorithm>
#include <array>

#include "model/onnx/reader.h"
#include "model/tflite/reader.h"

namespace vouch {

// "TFL3" behind the first offset.
bool is_tflite(ByteSpan file) {
  constexpr std::array<uint8_t, 4> kMagic{'T', 'F', 'L', '3'};
  return file.size() >= 8 && std::equal(kMagic.begin(), kMagic.end(), file.begin() + 4);
}

bool is_onnx(ByteSpan file) {
  constexpr uint8_t kVersionField = 0x08;
  constexpr uint8_t kMostVersion = 0x20;
  return file.size() > 2 && file[0] == kVersionField && file[1] >= 1 && file[1] < kMostVersion;
}

Result<Network> read_model(ByteSpan file) {
  return is_tflite(file) ? read_tflite(file) : read_onnx(file);
}

}  // namespace vouch
