// The operators that are read, in families. Each function makes the layers of one node.
#pragma once

#include <map>

#include "model/operator_description.h"
#include "model/tflite/node.h"

namespace vouch::tflite {

struct OperatorReader {
  Result<void> (*read)(Node& node) = nullptr;
  OperatorDescription description;
};
using OperatorTable = std::map<BuiltinOperator, OperatorReader>;

void add_windows(OperatorTable& table);     ///< CONV_2D, TRANSPOSE_CONV, pools …
void add_products(OperatorTable& table);    ///< FULLY_CONNECTED
void add_elements(OperatorTable& table);    ///< ADD, MUL, RELU, QUANTIZE …
void add_moves(OperatorTable& table);       ///< RESHAPE, CONCATENATION, SLICE, PAD, RESIZE_ …
void add_reductions(OperatorTable& table);  ///< MEAN, SOFTMAX, ARG_MAX …

/// Input i, a bias of n values for products of x and weights (tensors of the network); nothing if
/// it is left out.
[[nodiscard]] Result<std::optional<uint32_t>> bias_of(const Node& node, size_t i, uint32_t x,
                                                      uint32_t weights);

}  // namespace vouch::tflite
