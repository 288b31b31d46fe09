#include "model/lower/steps.h"

#include <algorithm>

namespace vouch {

bool only_moves(LayerKind kind) {
  return kind == LayerKind::kReshape || kind == LayerKind::kTranspose;
}

std::vector<Step> steps_of(const Network& network) {
  std::vector<std::vector<size_t>> readers(network.tensors.size());
  for (size_t i = 0; i < network.layers.size(); ++i) {
    for (const uint32_t input : network.layers[i].inputs) {
      readers[input].push_back(i);
    }
  }
  const auto is_output = [&](uint32_t tensor) {
    return std::find(network.outputs.begin(), network.outputs.end(), tensor) !=
           network.outputs.end();
  };
  std::vector<bool> joined(network.layers.size(), false);
  std::vector<Step> steps;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (joined[i]) {
      continue;
    }
    Step step{&layer, {}, layer.output};
    if (layer.kind == LayerKind::kUnary) {
      step.functions.push_back({layer.function, layer.a, layer.b});
    }
    while (!only_moves(layer.kind) && !only_ranks(layer.kind) && !is_output(step.output) &&
           !network.tensors[step.output].codes && readers[step.output].size() == 1) {
      const size_t next = readers[step.output][0];
      const Layer& function = network.layers[next];
      if (function.kind != LayerKind::kUnary) {
        break;
      }
      step.functions.push_back({function.function, function.a, function.b});
      step.output = function.output;
      joined[next] = true;
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace vouch
