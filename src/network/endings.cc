#include "network/endings.h"

#include <string>
#include <vector>

#include "network/shapes.h"

namespace vouch {
namespace {

bool is_told(LayerKind kind) {
  return only_ranks(kind) || kind == LayerKind::kIdentity || kind == LayerKind::kReshape ||
         kind == LayerKind::kTranspose;
}

}  // namespace

bool only_ranks(LayerKind kind) {
  return kind == LayerKind::kSoftmax || kind == LayerKind::kLogSoftmax ||
         kind == LayerKind::kArgMax || kind == LayerKind::kTopK;
}

Result<void> check_endings(const Network& network) {
  std::vector<const Layer*> ranking(network.tensors.size(), nullptr);  // that a tensor is made of
  for (const Layer& layer : network.layers) {
    const Layer* found = nullptr;
    for (const uint32_t input : layer.inputs) {
      found = ranking[input] != nullptr ? ranking[input] : found;
    }
    if (found != nullptr && !is_told(layer.kind)) {
      return Error{title(*found) + ": " + title(layer) +
                   " computes with its result, as attention does; it is only supported at the "
                   "end of a model, so cut the model before it"};
    }
    ranking[layer.output] = found == nullptr && only_ranks(layer.kind) ? &layer : found;
  }
  return {};
}

}  // namespace vouch
