// Lowering: a Graph's operators into the circuit's four.
//
//     CONV_2D, DEPTHWISE_CONV_2D   themselves; PADs before them go into their windows
//     FULLY_CONNECTED              a convolution whose kernel is the whole picture, or 1 × 1 where
//                                  it is applied to the channels of every position
//     AVERAGE_POOL_2D, MEAN        linear map; MEAN's window is the whole of the averaged axes
//     ADD                          linear map of two terms
//     QUANTIZE, other PADs         linear map of one; none for a QUANTIZE that changes no code
//     RESHAPE                      nothing: it keeps the row-major order of its elements
//     SOFTMAX, what follows it     outside the circuit, whose output is the logits
//
// Codes are stored as 0…255: signed codes with 128 added. A value of the graph is a circuit tensor
// seen under a shape whose row-major order is the tensor's [batch, row, column, channel] order, so
// a fully connected layer can read a flattened picture wherever the flattening happened.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "model/graph.h"
#include "model/lower/circuit_maker.h"
#include "model/quantize.h"

namespace vouch {

/// What folding needs to know of one circuit operator. Pointers into the Graph.
struct FoldPlan {
  std::string name;                      ///< of the tensor it computes
  const GraphTensor* weights = nullptr;  ///< convolutions only
  const GraphTensor* bias = nullptr;     ///< convolutions only, or none
  float input_scale = 1.0F;              ///< of a convolution's input
  std::vector<MapWeight> multipliers;    ///< of a linear map, by weight
  float output_scale = 1.0F;
};

struct LoweredGraph {
  Circuit circuit;  ///< all but shift, the bits of tables, and preparation
  std::vector<FoldPlan> plans;
  std::vector<std::string> notes;
};

/// Errors name the operator, its position and what is supported.
[[nodiscard]] Result<LoweredGraph> lower(const Graph& graph);

}  // namespace vouch
