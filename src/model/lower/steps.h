// Which layers are computed together: one, and the functions of its values behind it.
#pragma once

#include <vector>

#include "model/lower/function_table.h"
#include "network/endings.h"
#include "network/network.h"

namespace vouch {

struct Step {
  const Layer* layer = nullptr;
  Functions functions;  ///< applied to what it computes
  uint32_t output = 0;  ///< tensor of the last of them
};

/// The layers of a network that lead to its outputs, in order. A function joins the layer before it
/// if that computes something (does not only move elements), the file does not round in between,
/// and nothing else reads what is in between.
[[nodiscard]] std::vector<Step> steps_of(const Network& network);

/// True if a layer's output holds its input's elements and codes, wherever they are.
[[nodiscard]] bool only_moves(LayerKind kind);

}  // namespace vouch
