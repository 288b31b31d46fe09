// A model file of either format into a Network.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "network/network.h"

namespace vouch {

/// Model files have at most so many bytes: both formats count with signed 32-bit numbers.
inline constexpr size_t kMaxModelBytes = (size_t{1} << 31) - 1;

/// True if a file says that it is TensorFlow Lite's.
[[nodiscard]] bool is_tflite(ByteSpan file);

/// True if a file may be ONNX': the format has no magic, its first field is a small number.
[[nodiscard]] bool is_onnx(ByteSpan file);

/// read_tflite of what says that it is one (tflite/reader.h), else read_onnx (onnx/reader.h).
[[nodiscard]] Result<Network> read_model(ByteSpan file);

}  // namespace vouch
