// Networks in few lines: for tests.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "network/float_executor.h"
#include "network/network.h"
#include "network/shapes.h"

namespace vouch {

struct NetworkBuilder {
  Network network;

  uint32_t tensor(Extents shape, std::optional<CodeScale> codes = std::nullopt) {
    network.tensors.push_back(
        {"t" + std::to_string(network.tensors.size()), std::move(shape), codes, std::nullopt});
    return static_cast<uint32_t>(network.tensors.size() - 1);
  }
  uint32_t input(Extents shape, std::optional<CodeScale> codes = std::nullopt) {
    network.inputs.push_back(tensor(std::move(shape), codes));
    return network.inputs.back();
  }
  uint32_t constant(Extents shape, Constant constant) {
    const uint32_t index = tensor(std::move(shape));
    network.tensors[index].constant = static_cast<uint32_t>(network.constants.size());
    network.constants.push_back(std::move(constant));
    return index;
  }
  uint32_t constant(Extents shape, std::vector<float> reals) {
    return constant(std::move(shape), Constant{std::move(reals), {}, {}, 0});
  }
  /// Its output has the shape that output_extents says, or, where the layer leaves it open,
  /// `shape`.
  uint32_t add(Layer layer, std::optional<CodeScale> codes = std::nullopt, Extents shape = {}) {
    layer.output = tensor(std::move(shape), codes);
    const Result<Extents> extents = output_extents(network, layer);
    EXPECT_TRUE(extents.ok()) << extents.error().message;
    if (extents.ok()) {
      network.tensors[layer.output].shape = extents.value();
    }
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

/// What the network makes of the inputs; its only output's values.
inline std::vector<float> run_network(const Network& network,
                                      const std::vector<std::vector<float>>& inputs) {
  const Result<FloatExecutor> executor = FloatExecutor::prepare(network);
  if (!executor.ok()) {
    ADD_FAILURE() << executor.error().message;
    return {};
  }
  const auto outputs = executor.value().run(inputs);
  if (!outputs.ok() || outputs.value().size() != 1) {
    ADD_FAILURE() << (outputs.ok() ? "several outputs" : outputs.error().message);
    return {};
  }
  return outputs.value()[0];
}

/// What one layer makes of its activations.
inline std::vector<float> run_last(NetworkBuilder& builder,
                                   const std::vector<std::vector<float>>& inputs) {
  builder.network.outputs = {builder.network.layers.back().output};
  return run_network(builder.network, inputs);
}

/// n numbers of ordinary size.
inline std::vector<float> random_reals(std::mt19937& random, size_t n) {
  std::vector<float> values(n);
  for (float& v : values) {
    v = static_cast<float>(static_cast<double>(random() % 20001) / 5000.0 - 2.0);
  }
  return values;
}

using Index = std::vector<uint32_t>;

/// f(index) for every index of an array, in row-major order.
inline void each_index(const Extents& extents, const std::function<void(const Index&)>& f) {
  Index index(extents.size(), 0);
  for (uint64_t i = 0; i < element_count(extents); ++i) {
    uint64_t rest = i;
    for (size_t a = extents.size(); a-- > 0; rest /= extents[a]) {
      index[a] = static_cast<uint32_t>(rest % extents[a]);
    }
    f(index);
  }
}

/// An element, where the array broadcasts to more axes or larger ones.
inline float element(const std::vector<float>& values, const Extents& extents, const Index& index) {
  size_t at = 0;
  for (size_t a = 0; a < extents.size(); ++a) {
    at = at * extents[a] + (extents[a] == 1 ? 0 : index[index.size() - extents.size() + a]);
  }
  return values[at];
}

inline void expect_near(const std::vector<float>& a, const std::vector<float>& b, float tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_NEAR(a[i], b[i], tolerance) << "element " << i;
  }
}

}  // namespace vouch
