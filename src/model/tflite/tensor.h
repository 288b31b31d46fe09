// Tensors as TensorFlow Lite files hold them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/file_text.h"
#include "network/network.h"
#include "tflite_subset_generated.h"

namespace vouch::tflite {

using Integers = std::vector<int64_t>;

/// What the file says of a tensor. Scales and zero-points are as many: none, one, or one for each
/// index of `axis`; a scale need not be a number, nor a zero-point in its type's range.
struct FileTensor {
  std::string name;  ///< printable, at most 200 characters
  TensorType type = TensorType::FLOAT32;
  Dimensions shape;  ///< rank ≤ Network::kMaxRank, ≤ Network::kMaxElements elements; may hold zeros
  std::vector<float> scales;
  Integers zero_points;
  uint32_t axis = 0;
  bool states_axis = false;  ///< the file names another axis than 0, needed or not
  bool constant = false;
  ByteSpan data;  ///< of constants: as many elements as the shape has, of a type of known width
};

template <class T>
uint32_t count_of(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

/// file_text of a text that may be missing.
[[nodiscard]] std::string text_of(const flatbuffers::String* text);
/// "INT8": for messages, whatever the number.
[[nodiscard]] std::string type_name(TensorType type);

/// Every tensor of the subgraph; `file_size` bounds what they hold together. Data stays in the
/// file.
[[nodiscard]] Result<std::vector<FileTensor>> read_tensors(const Model& model,
                                                           const SubGraph& subgraph,
                                                           uint64_t file_size);

/// The codes of an activation of UINT8 or INT8; those without a scale stand for themselves.
[[nodiscard]] Result<CodeScale> codes_of(const FileTensor& tensor);

/// Elements of a constant of INT32 or INT64.
[[nodiscard]] Result<Integers> integers_of(const FileTensor& tensor);

/// A constant of FLOAT32 or FLOAT16, or of UINT8 or INT8 with scales.
[[nodiscard]] Result<Constant> constant_of(const FileTensor& tensor);

}  // namespace vouch::tflite
