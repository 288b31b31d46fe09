// Bytes into the messages of onnx_subset.proto.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "onnx_subset.pb.h"

namespace vouch::onnx {

/// A message of two bytes in a file is an object of hundreds in memory: files of more messages and
/// strings than this, over all nodes, attributes and tensors, are refused before any is made.
constexpr uint32_t kMaxRecords = 1U << 20;

/// Hostile bytes, at most 2^31 − 1. The error says that the file is damaged, or too large.
[[nodiscard]] Result<ModelProto> parse_model(ByteSpan file);
[[nodiscard]] Result<TensorProto> parse_tensor(ByteSpan file);

}  // namespace vouch::onnx
