#include "model/onnx/wire.h"

#include <google/protobuf/io/coded_stream.h>

#include <limits>
#include <span>

namespace vouch::onnx {
namespace {

using google::protobuf::io::CodedInputStream;

// Messages by name, and which of their fields hold others. What is not listed is data.
enum class Message : uint8_t {
  kModel,
  kGraph,
  kNode,
  kAttribute,
  kTensor,
  kValueInfo,
  kType,
  kTensorType,
  kShape,
  kLeaf
};

struct Field {
  Message in;
  uint32_t number;
  Message holds;
};

constexpr Field kFields[] = {
    {Message::kModel, 7, Message::kGraph},      {Message::kModel, 8, Message::kLeaf},
    {Message::kGraph, 1, Message::kNode},       {Message::kGraph, 5, Message::kTensor},
    {Message::kGraph, 11, Message::kValueInfo}, {Message::kGraph, 12, Message::kValueInfo},
    {Message::kNode, 5, Message::kAttribute},   {Message::kAttribute, 5, Message::kTensor},
    {Message::kValueInfo, 2, Message::kType},   {Message::kType, 1, Message::kTensorType},
    {Message::kTensorType, 2, Message::kShape}, {Message::kShape, 1, Message::kLeaf},
};

Message held_by(Message message, uint32_t number) {
  for (const Field& field : kFields) {
    if (field.in == message && field.number == number) {
      return field.holds;
    }
  }
  return Message::kLeaf;
}

// Counts what is prefixed with a length in `message`, which is all that `in` still holds. The depth
// is kFields', not the file's. False: damaged.
bool count_records(CodedInputStream& in, Message message, uint32_t& records) {
  while (records <= kMaxRecords) {
    const uint32_t tag = in.ReadTag();
    if (tag == 0) {
      return in.ConsumedEntireMessage();
    }
    uint64_t skipped = 0;
    switch (tag & 7U) {
      case 0:
        if (!in.ReadVarint64(&skipped)) return false;
        break;
      case 1:
        if (!in.Skip(8)) return false;
        break;
      case 5:
        if (!in.Skip(4)) return false;
        break;
      case 2: {
        int length = 0;
        if (!in.ReadVarintSizeAsInt(&length)) return false;
        ++records;
        const Message held = held_by(message, tag >> 3U);
        if (held == Message::kLeaf) {
          if (!in.Skip(length)) return false;
          break;
        }
        const CodedInputStream::Limit limit = in.PushLimit(length);
        if (!count_records(in, held, records)) return false;
        in.PopLimit(limit);
        break;
      }
      default:
        return false;  // groups: ONNX has none
    }
  }
  return true;
}

// Whoever has a file of another kind thinks that it is of either.
constexpr const char* kNoModel =
    "neither an ONNX file nor a TensorFlow Lite one (its bytes 4…7 are not 'TFL3')";

template <class T>
Result<T> parse(ByteSpan file, Message message, const char* what) {
  if (file.size() > std::numeric_limits<int32_t>::max()) {
    return Error{"the ONNX file is longer than 2 GiB; prove a smaller model"};
  }
  const auto damaged = [what] {
    return Error{std::string("this is ") + what + ", or it is damaged"};
  };
  const int size = static_cast<int>(file.size());
  CodedInputStream in(file.data(), size);
  uint32_t records = 0;
  if (!count_records(in, message, records)) {
    return damaged();
  }
  if (records > kMaxRecords) {
    return Error{"the ONNX file has more than " + std::to_string(kMaxRecords) +
                 " nodes, attributes, tensors and names together; simplify the model"};
  }
  T parsed;
  if (!parsed.ParseFromArray(file.data(), size)) {
    return damaged();
  }
  return parsed;
}

}  // namespace

Result<ModelProto> parse_model(ByteSpan file) {
  return parse<ModelProto>(file, Message::kModel, kNoModel);
}

Result<TensorProto> parse_tensor(ByteSpan file) {
  return parse<TensorProto>(file, Message::kTensor, "not an ONNX tensor");
}

}  // namespace vouch::onnx
