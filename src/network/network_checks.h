// What tests of networks compare.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "network/float_executor.h"
#include "network/network_builder.h"

namespace vouch {

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

using Index = std::vector<uint32_t>;

/// f(index) for every index of an array, in row-major order.
inline void each_index(const Dimensions& extents, const std::function<void(const Index&)>& f) {
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
inline float element(const std::vector<float>& values, const Dimensions& extents,
                     const Index& index) {
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
