// Who reads a tensor.
#pragma once

#include <vector>

#include "network/network.h"

namespace vouch {

/// For each tensor how often layers name it as an input, and the network as an output.
[[nodiscard]] inline std::vector<uint32_t> count_readers(const Network& network) {
  std::vector<uint32_t> readers(network.tensors.size(), 0);
  for (const Layer& layer : network.layers) {
    for (const uint32_t input : layer.inputs) {
      ++readers[input];
    }
  }
  for (const uint32_t output : network.outputs) {
    ++readers[output];
  }
  return readers;
}

}  // namespace vouch
