#include "model/onnx/tensor.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "model/float16.h"
#include "model/onnx/wire.h"
#include "network/shapes.h"

namespace vouch {
namespace onnx {
namespace {

Result<OnnxType> known_type(int32_t type) {
  switch (static_cast<OnnxType>(type)) {
    case OnnxType::kFloat:
    case OnnxType::kUint8:
    case OnnxType::kInt8:
    case OnnxType::kUint16:
    case OnnxType::kInt16:
    case OnnxType::kInt32:
    case OnnxType::kInt64:
    case OnnxType::kBool:
    case OnnxType::kFloat16:
    case OnnxType::kDouble:
    case OnnxType::kUint32:
    case OnnxType::kUint64:
    case OnnxType::kBfloat16:
      return static_cast<OnnxType>(type);
  }
  return Error{"its type " + type_name(type) +
               " is not supported; save the model with floats or whole numbers"};
}

float from_bfloat16(uint16_t high) { return std::bit_cast<float>(uint32_t{high} << 16U); }

// Elements of little-endian `bytes`, converted.
template <class T, class To, class Convert>
Result<void> decode_raw(const std::string& bytes, uint64_t n, std::vector<To>& to,
                        Convert convert) {
  static_assert(std::endian::native == std::endian::little);
  if (bytes.size() != n * sizeof(T)) {
    return Error{"its data has " + std::to_string(bytes.size()) + " bytes, its shape needs " +
                 std::to_string(n * sizeof(T))};
  }
  to.resize(n);
  for (uint64_t i = 0; i < n; ++i) {
    T x{};
    std::memcpy(&x, bytes.data() + i * sizeof(T), sizeof(T));
    to[i] = convert(x);
  }
  return {};
}

template <class Items, class To, class Convert>
Result<void> decode_items(const Items& items, uint64_t n, std::vector<To>& to, Convert convert) {
  if (static_cast<uint64_t>(items.size()) != n) {
    return Error{"it has " + std::to_string(items.size()) + " values, its shape needs " +
                 std::to_string(n)};
  }
  to.reserve(n);
  for (const auto x : items) {
    to.push_back(convert(x));
  }
  return {};
}

// Whole numbers of type T from raw_data or from items.
template <class T, class Items>
Result<void> decode_integers(const TensorProto& from, uint64_t n, const Items& items,
                             std::vector<int64_t>& to) {
  const auto widen = [](auto x) { return static_cast<int64_t>(static_cast<T>(x)); };
  if (from.has_raw_data()) {
    return decode_raw<T>(from.raw_data(), n, to, widen);
  }
  return decode_items(items, n, to, widen);
}

Result<void> decode_reals(const TensorProto& from, uint64_t n, OnnxTensor& to) {
  const auto narrow = [](auto x) { return static_cast<float>(x); };
  const bool raw = from.has_raw_data();
  switch (to.type) {
    case OnnxType::kDouble:
      return raw ? decode_raw<double>(from.raw_data(), n, to.reals, narrow)
                 : decode_items(from.double_data(), n, to.reals, narrow);
    case OnnxType::kFloat16:
    case OnnxType::kBfloat16: {
      const bool half = to.type == OnnxType::kFloat16;
      const auto convert = [half](auto x) {
        const auto bits = static_cast<uint16_t>(x);
        return half ? from_float16(bits) : from_bfloat16(bits);
      };
      return raw ? decode_raw<uint16_t>(from.raw_data(), n, to.reals, convert)
                 : decode_items(from.int32_data(), n, to.reals, convert);
    }
    default:
      return raw ? decode_raw<float>(from.raw_data(), n, to.reals, narrow)
                 : decode_items(from.float_data(), n, to.reals, narrow);
  }
}

Result<void> decode_elements(const TensorProto& from, uint64_t n, OnnxTensor& to) {
  switch (to.type) {
    case OnnxType::kUint8:
      return decode_integers<uint8_t>(from, n, from.int32_data(), to.integers);
    case OnnxType::kInt8:
      return decode_integers<int8_t>(from, n, from.int32_data(), to.integers);
    case OnnxType::kUint16:
      return decode_integers<uint16_t>(from, n, from.int32_data(), to.integers);
    case OnnxType::kInt16:
      return decode_integers<int16_t>(from, n, from.int32_data(), to.integers);
    case OnnxType::kInt32:
      return decode_integers<int32_t>(from, n, from.int32_data(), to.integers);
    case OnnxType::kBool:
      VOUCH_TRY(decode_integers<uint8_t>(from, n, from.int32_data(), to.integers));
      for (int64_t& x : to.integers) {
        x = x != 0 ? 1 : 0;
      }
      return {};
    case OnnxType::kInt64:
      return decode_integers<int64_t>(from, n, from.int64_data(), to.integers);
    case OnnxType::kUint32:
      return decode_integers<uint32_t>(from, n, from.uint64_data(), to.integers);
    case OnnxType::kUint64:
      return decode_integers<uint64_t>(from, n, from.uint64_data(), to.integers);
    default:
      return decode_reals(from, n, to);
  }
}

}  // namespace

bool is_real(OnnxType type) {
  return type == OnnxType::kFloat || type == OnnxType::kFloat16 || type == OnnxType::kDouble ||
         type == OnnxType::kBfloat16;
}

bool is_whole(OnnxType type) {
  switch (type) {
    case OnnxType::kUint8:
    case OnnxType::kInt8:
    case OnnxType::kUint16:
    case OnnxType::kInt16:
    case OnnxType::kUint32:
    case OnnxType::kInt32:
    case OnnxType::kUint64:
    case OnnxType::kInt64:
      return true;
    default:
      return false;
  }
}

bool is_code(OnnxType type) { return type == OnnxType::kUint8 || type == OnnxType::kInt8; }

std::string type_name(int32_t type) {
  static constexpr const char* kNames[] = {
      "undefined",  "float",      "uint8",      "int8",       "uint16",   "int16",
      "int32",      "int64",      "string",     "bool",       "float16",  "double",
      "uint32",     "uint64",     "complex64",  "complex128", "bfloat16", "float8e4m3fn",
      "float8e4m3", "float8e5m2", "float8e5m2", "uint4",      "int4",     "float4e2m1",
      "float8e8m0", "uint2",      "int2"};
  if (type >= 0 && static_cast<size_t>(type) < std::size(kNames)) {
    return kNames[type];
  }
  return std::to_string(type);
}

Result<OnnxTensor> decode_tensor(const TensorProto& from) {
  if (from.data_location() != 0) {
    return Error{
        "its data is in a file of its own; save the model with its weights in the one ONNX file"};
  }
  if (from.has_segment()) {
    return Error{"it is stored in segments; save the model as one whole file"};
  }
  OnnxTensor to;
  to.name = file_text(from.name());
  VOUCH_ASSIGN(to.type, known_type(from.data_type()));
  if (static_cast<size_t>(from.dims_size()) > Network::kMaxRank) {
    return Error{"its rank " + std::to_string(from.dims_size()) + " is above " +
                 std::to_string(Network::kMaxRank)};
  }
  uint64_t n = 1;
  for (const int64_t extent : from.dims()) {
    if (extent < 0 || static_cast<uint64_t>(extent) > Network::kMaxElements) {
      return Error{"its extent " + std::to_string(extent) + " is outside 0…2^28"};
    }
    n *= static_cast<uint64_t>(extent);
    if (n > Network::kMaxElements) {
      return Error{"it has more than 2^28 elements; make the model smaller"};
    }
    to.shape.push_back(static_cast<uint32_t>(extent));
  }
  VOUCH_TRY(decode_elements(from, n, to));
  return to;
}

std::vector<float> reals_of(const OnnxTensor& tensor) {
  if (!tensor.scales.empty()) {
    const std::vector<int64_t> steps = row_major_steps(tensor.shape);
    const bool one = tensor.scales.size() == 1;
    const auto step = one ? 1 : static_cast<size_t>(steps[tensor.axis]);
    std::vector<float> reals(tensor.integers.size());
    for (size_t i = 0; i < reals.size(); ++i) {
      const float scale = tensor.scales[one ? 0 : i / step % tensor.scales.size()];
      reals[i] = scale * static_cast<float>(tensor.integers[i]);
    }
    return reals;
  }
  if (is_real(tensor.type)) {
    return tensor.reals;
  }
  return {tensor.integers.begin(), tensor.integers.end()};
}

}  // namespace onnx

Result<OnnxTensor> read_onnx_tensor(ByteSpan file) {
  VOUCH_ASSIGN(const onnx::TensorProto proto, onnx::parse_tensor(file));
  return onnx::decode_tensor(proto);
}

}  // namespace vouch
