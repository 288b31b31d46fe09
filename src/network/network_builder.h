// Networks in few lines: for tests and benchmarks.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "network/network.h"
#include "network/shapes.h"

namespace vouch {

struct NetworkBuilder {
  Network network;

  uint32_t tensor(Dimensions shape, std::optional<CodeScale> codes = std::nullopt) {
    std::string name = "t";
    name += std::to_string(network.tensors.size());
    network.tensors.push_back({std::move(name), std::move(shape), codes, std::nullopt});
    return static_cast<uint32_t>(network.tensors.size() - 1);
  }
  uint32_t input(Dimensions shape, std::optional<CodeScale> codes = std::nullopt) {
    network.inputs.push_back(tensor(std::move(shape), codes));
    return network.inputs.back();
  }
  uint32_t constant(Dimensions shape, Constant constant) {
    const uint32_t index = tensor(std::move(shape));
    network.tensors[index].constant = static_cast<uint32_t>(network.constants.size());
    network.constants.push_back(std::move(constant));
    return index;
  }
  uint32_t constant(Dimensions shape, std::vector<float> reals) {
    return constant(std::move(shape), Constant{std::move(reals), {}, {}, 0});
  }
  /// Its output has the shape that output_extents says, or, where the layer leaves it open,
  /// `shape`.
  uint32_t add(Layer layer, std::optional<CodeScale> codes = std::nullopt, Dimensions shape = {}) {
    layer.output = tensor(std::move(shape), codes);
    const Result<Dimensions> extents = output_extents(network, layer);
    VOUCH_CHECK(extents.ok());
    network.tensors[layer.output].shape = extents.value();
    network.layers.push_back(std::move(layer));
    return network.layers.back().output;
  }
  uint32_t add(LayerKind kind, std::vector<uint32_t> inputs) {
    Layer layer;
    layer.kind = kind;
    layer.inputs = std::move(inputs);
    if (kind == LayerKind::kAdd) {
      layer.coefficients.assign(layer.inputs.size(), 1.0F);
    }
    return add(std::move(layer));
  }
};

/// n numbers of ordinary size.
inline std::vector<float> random_reals(std::mt19937& random, size_t n) {
  std::vector<float> values(n);
  for (float& v : values) {
    v = static_cast<float>(static_cast<double>(random() % 20001) / 5000.0 - 2.0);
  }
  return values;
}

}  // namespace vouch
