// TensorFlow Lite files into a Graph.
//
// A .tflite file is a FlatBuffer: tables that refer to each other by offsets. The FlatBuffers
// verifier walks all of it first; what it cannot know (indices, sizes, ranges, order) is checked
// here, so that nothing behind this file has to doubt a Graph. Format:
// tensorflow/lite/schema/schema.fbs, version 3.
#pragma once

#include "base/result.h"
#include "model/graph.h"

namespace vouch {

/// Reads hostile bytes. Errors name the place ("tensor 12 'conv/weights': …"). At most 2^31 − 1
/// bytes, one subgraph, 20000 tensors and operators each. Memory and time are linear in the file's
/// size.
[[nodiscard]] Result<Graph> read_tflite(ByteSpan file);

}  // namespace vouch
