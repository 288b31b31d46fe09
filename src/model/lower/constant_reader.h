// A constant's elements as exact factors.
#pragma once

#include "model/lower/circuit_maker.h"
#include "network/network.h"
#include "network/shapes.h"

namespace vouch {

class ConstantReader {
 public:
  ConstantReader(const Network& network, uint32_t tensor)
      : constant_(network.constants[*network.tensors[tensor].constant]) {
    const Dimensions& shape = network.tensors[tensor].shape;
    if (constant_.scales.size() > 1) {
      extent_ = shape[constant_.axis];
      for (size_t a = constant_.axis + 1; a < shape.size(); ++a) {
        inner_ *= shape[a];
      }
    }
  }

  [[nodiscard]] Factor at(size_t element) const {
    if (constant_.integers.empty()) {
      return Factor::of(constant_.reals[element]);
    }
    const size_t index = constant_.scales.size() == 1 ? 0 : element / inner_ % extent_;
    return {constant_.integers[element], constant_.scales[index]};
  }

 private:
  const Constant& constant_;
  size_t extent_ = 1;
  size_t inner_ = 1;
};

}  // namespace vouch
