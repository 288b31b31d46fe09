// A Graph into a TensorFlow Lite file.
#pragma once

#include <string>

#include "base/bytes.h"
#include "model/graph.h"

namespace vouch {

/// A .tflite file, schema version 3, that read_tflite and TensorFlow Lite itself read. Contract:
/// every operator's kind is supported and every index is in range.
[[nodiscard]] Bytes write_tflite(const Graph& graph, const std::string& description);

}  // namespace vouch
