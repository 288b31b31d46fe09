// The attributes of one TensorFlow Lite operator.
#pragma once

#include "base/result.h"
#include "model/graph.h"
#include "tflite_subset_generated.h"

namespace vouch {

/// The kind of a builtin operator: kUnsupported if the compiler knows none such.
[[nodiscard]] GraphOpKind graph_op_kind(tflite::BuiltinOperator code);

/// Fills the attributes of `op`, whose kind is set, from its options table. Errors lack the place.
[[nodiscard]] Result<void> read_options(const tflite::Operator& from, GraphOp& op);

}  // namespace vouch
