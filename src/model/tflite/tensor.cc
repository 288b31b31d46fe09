#include "model/tflite/tensor.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/float16.h"
#include "network/shapes.h"

namespace vouch::tflite {
namespace {

constexpr uint32_t kMaxTensors = 1U << 16;

// Bytes of an element; 0 for types whose data is never read.
uint64_t width_of(TensorType type) {
  switch (type) {
    case TensorType::UINT8:
    case TensorType::INT8:
    case TensorType::BOOL:
      return 1;
    case TensorType::FLOAT16:
    case TensorType::INT16:
      return 2;
    case TensorType::FLOAT32:
    case TensorType::INT32:
      return 4;
    case TensorType::INT64:
      return 8;
    default:
      return 0;
  }
}

// Item i of numbers in the file, which may lie anywhere.
template <class T>
T item(const uint8_t* data, size_t i) {
  T x{};
  std::memcpy(&x, data + i * sizeof x, sizeof x);
  return flatbuffers::EndianScalar(x);
}

class TensorReader {
 public:
  TensorReader(const Model& model, uint64_t file_size) : model_(model), file_size_(file_size) {}

  Result<FileTensor> read(const Tensor& from) {
    FileTensor to;
    to.name = text_of(from.name());
    to.type = from.type();
    if (from.is_variable()) {
      return Error{"it keeps a state between runs; convert a model without state"};
    }
    if (from.sparsity() != nullptr) {
      return Error{"it is sparse; convert the model with dense weights"};
    }
    VOUCH_TRY(read_shape(from, to));
    if (from.quantization() != nullptr) {
      VOUCH_TRY(read_quantization(*from.quantization(), to));
    }
    VOUCH_TRY(read_data(from, to));
    return to;
  }

 private:
  static Result<void> read_shape(const Tensor& from, FileTensor& to) {
    const uint32_t rank = count_of(from.shape());
    if (rank > Network::kMaxRank) {
      return Error{"it has " + std::to_string(rank) + " axes, more than " +
                   std::to_string(Network::kMaxRank) + "; reshape it to fewer"};
    }
    uint64_t elements = 1;
    for (uint32_t a = 0; a < rank; ++a) {
      const int32_t extent = from.shape()->Get(a);
      if (extent < 0) {
        return Error{"its extent " + std::to_string(a) + " is " + std::to_string(extent) +
                     "; convert the model with fixed extents"};
      }
      elements *= static_cast<uint32_t>(extent);
      if (elements > Network::kMaxElements) {
        return Error{"it has more than 2^28 elements; convert a smaller model"};
      }
      to.shape.push_back(static_cast<uint32_t>(extent));
    }
    return {};
  }

  Result<void> read_quantization(const QuantizationParameters& from, FileTensor& to) {
    const uint32_t n = count_of(from.scale());
    if (from.details_type() != 0) {
      return Error{"it is quantised in a custom way; quantise it by tensor or by channel"};
    }
    // Tables can be shared within a file: without this bound a small file could fill the memory.
    scales_ += n;
    if (scales_ > file_size_) {
      return Error{"the file has more scales than bytes"};
    }
    const int32_t axis = from.quantized_dimension();
    to.states_axis = axis != 0;
    if (n > 1) {
      if (axis < 0 || static_cast<uint32_t>(axis) >= to.shape.size() ||
          to.shape[static_cast<uint32_t>(axis)] != n) {
        return Error{"it has " + std::to_string(n) +
                     " scales, which is not its extent along axis " + std::to_string(axis)};
      }
      to.axis = static_cast<uint32_t>(axis);
    }
    const uint32_t zeros = count_of(from.zero_point());
    if (n != 0 && zeros != n && zeros != 0) {
      return Error{"it has " + std::to_string(n) + " scales and " + std::to_string(zeros) +
                   " zero-points"};
    }
    for (uint32_t i = 0; i < n; ++i) {
      to.scales.push_back(from.scale()->Get(i));
      to.zero_points.push_back(zeros == 0 ? 0 : item<int64_t>(from.zero_point()->Data(), i));
    }
    return {};
  }

  Result<void> read_data(const Tensor& from, FileTensor& to) const {
    // Buffer 0 is the empty one by convention; tensors computed at run time have no data.
    if (from.buffer() >= count_of(model_.buffers())) {
      return Error{"its buffer " + std::to_string(from.buffer()) + " does not exist"};
    }
    const Buffer& buffer = *model_.buffers()->Get(from.buffer());
    if (buffer.offset() > 1) {
      return Error{"its data lies behind the file's tables; convert the model to one below 2 GiB"};
    }
    const uint32_t size = count_of(buffer.data());
    to.constant = size != 0;
    const uint64_t width = width_of(to.type);
    if (!to.constant || width == 0) {
      return {};
    }
    if (size != element_count(to.shape) * width) {
      return Error{"its data has " + std::to_string(size) + " bytes, its shape needs " +
                   std::to_string(element_count(to.shape) * width)};
    }
    to.data = ByteSpan(buffer.data()->data(), size);
    return {};
  }

  const Model& model_;
  uint64_t file_size_;
  uint64_t scales_ = 0;  // read so far, over all tensors
};

bool is_scale(float scale) { return std::isfinite(scale) && scale > 0; }

int64_t lowest_of(TensorType type) { return type == TensorType::INT8 ? -128 : 0; }

Result<void> check_scales(const FileTensor& tensor) {
  const int64_t lowest = lowest_of(tensor.type);
  for (size_t i = 0; i < tensor.scales.size(); ++i) {
    if (!is_scale(tensor.scales[i])) {
      return Error{quoted(tensor.name) + " has a scale that is no number above 0"};
    }
    if (tensor.zero_points[i] < lowest || tensor.zero_points[i] > lowest + 255) {
      return Error{quoted(tensor.name) + " has a zero-point of " +
                   std::to_string(tensor.zero_points[i]) + ", which is no " +
                   type_name(tensor.type)};
    }
  }
  return {};
}

Result<Constant> reals_of(const FileTensor& tensor) {
  Constant constant;
  const size_t n = element_count(tensor.shape);
  for (size_t i = 0; i < n; ++i) {
    const float x = tensor.type == TensorType::FLOAT32
                        ? item<float>(tensor.data.data(), i)
                        : from_float16(item<uint16_t>(tensor.data.data(), i));
    if (!std::isfinite(x)) {
      return Error{"its constant " + quoted(tensor.name) +
                   " holds a value that is no finite number; mend the model's weights"};
    }
    constant.reals.push_back(x);
  }
  return constant;
}

}  // namespace

std::string text_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string() : file_text({text->c_str(), text->size()});
}

std::string type_name(TensorType type) {
  const std::string name = EnumNameTensorType(type);
  return name.empty() ? "of type " + std::to_string(static_cast<int>(type)) : name;
}

Result<std::vector<FileTensor>> read_tensors(const Model& model, const SubGraph& subgraph,
                                             uint64_t file_size) {
  const uint32_t n = count_of(subgraph.tensors());
  if (n > kMaxTensors) {
    return Error{"more than " + std::to_string(kMaxTensors) + " tensors"};
  }
  TensorReader reader(model, file_size);
  std::vector<FileTensor> tensors;
  for (uint32_t i = 0; i < n; ++i) {
    const Tensor& from = *subgraph.tensors()->Get(i);
    Result<FileTensor> read = reader.read(from);
    if (!read) {
      return Error{"tensor " + std::to_string(i) + " " + quoted(text_of(from.name())) + ": " +
                   read.error().message};
    }
    tensors.push_back(std::move(read).value());
  }
  return tensors;
}

Result<CodeScale> codes_of(const FileTensor& tensor) {
  const bool is_signed = tensor.type == TensorType::INT8;
  const auto zero = static_cast<uint8_t>(is_signed ? 128 : 0);
  if (tensor.scales.empty()) {
    return CodeScale{1.0F, zero, is_signed};
  }
  if (tensor.scales.size() != 1) {
    return Error{quoted(tensor.name) + " has " + std::to_string(tensor.scales.size()) +
                 " scales; quantise activations by tensor"};
  }
  VOUCH_TRY(check_scales(tensor));
  return CodeScale{tensor.scales[0], static_cast<uint8_t>(tensor.zero_points[0] + zero), is_signed};
}

Result<Integers> integers_of(const FileTensor& tensor) {
  Integers integers;
  const size_t n = element_count(tensor.shape);
  for (size_t i = 0; i < n; ++i) {
    integers.push_back(tensor.type == TensorType::INT64 ? item<int64_t>(tensor.data.data(), i)
                                                        : item<int32_t>(tensor.data.data(), i));
  }
  return integers;
}

Result<Constant> constant_of(const FileTensor& tensor) {
  if (tensor.type == TensorType::FLOAT32 || tensor.type == TensorType::FLOAT16) {
    return reals_of(tensor);
  }
  if (tensor.type != TensorType::UINT8 && tensor.type != TensorType::INT8) {
    return Error{"its constant " + quoted(tensor.name) + " is " + type_name(tensor.type) +
                 "; convert the model with floats, UINT8 or INT8"};
  }
  if (tensor.scales.empty()) {
    return Error{"its constant " + quoted(tensor.name) + " has no scale"};
  }
  VOUCH_TRY(check_scales(tensor));
  Constant constant;
  constant.scales = tensor.scales;
  constant.axis = tensor.axis;
  const size_t step = tensor.scales.size() == 1
                          ? 0
                          : static_cast<size_t>(row_major_steps(tensor.shape)[tensor.axis]);
  const size_t n = element_count(tensor.shape);
  for (size_t i = 0; i < n; ++i) {
    const size_t s = step == 0 ? 0 : i / step % tensor.scales.size();
    const int code = tensor.type == TensorType::INT8 ? item<int8_t>(tensor.data.data(), i)
                                                     : item<uint8_t>(tensor.data.data(), i);
    constant.integers.push_back(code - static_cast<int32_t>(tensor.zero_points[s]));
  }
  return constant;
}

}  // namespace vouch::tflite
