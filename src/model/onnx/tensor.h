// Tensors as ONNX files hold them: weights, axes, shapes, inputs and outputs of tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/file_text.h"
#include "network/network.h"

namespace vouch {

/// Element types, with the format's numbers. Those that are not named here are never read.
enum class OnnxType : int32_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
};

/// A constant. Floats of every width are held as float32, whole numbers and truth values as int64.
struct OnnxTensor {
  std::string name;  ///< printable, at most 200 characters
  OnnxType type = OnnxType::kFloat;
  Dimensions shape;               ///< rank ≤ Network::kMaxRank; an extent may be 0
  std::vector<float> reals;       ///< row-major, of float types
  std::vector<int64_t> integers;  ///< row-major, of the others
  /// Not empty in what DequantizeLinear makes of constants: of type kFloat, it is integers
  /// (zero-points subtracted) times one scale, or one for each index of `axis`.
  std::vector<float> scales;
  uint32_t axis = 0;
};

/// A file that holds one tensor, as the tests of ONNX do (input_0.pb). Hostile bytes; at most
/// Network::kMaxElements elements.
[[nodiscard]] Result<OnnxTensor> read_onnx_tensor(ByteSpan file);

namespace onnx {

class TensorProto;

[[nodiscard]] bool is_real(OnnxType type);
[[nodiscard]] bool is_whole(OnnxType type);  ///< signed or not, of any width; no truth values
[[nodiscard]] bool is_code(OnnxType type);   ///< uint8 or int8
/// "float", "int64": for messages, whatever the number.
[[nodiscard]] std::string type_name(int32_t type);
[[nodiscard]] inline std::string type_name(OnnxType type) {
  return type_name(static_cast<int32_t>(type));
}

/// Checks all of it. Errors do not name the tensor.
[[nodiscard]] Result<OnnxTensor> decode_tensor(const TensorProto& from);

/// Its elements as numbers, whatever the type.
[[nodiscard]] std::vector<float> reals_of(const OnnxTensor& tensor);

}  // namespace onnx
}  // namespace vouch
