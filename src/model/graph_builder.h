// Makes a Graph piece by piece, the other way round than readers do.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/graph.h"

namespace vouch {

/// Collects tensors and operators in execution order. `take` may be called once; constants then
/// live as long as the builder.
class GraphBuilder {
 public:
  /// A tensor that the network computes, or its input.
  uint32_t activation(std::string name, ElementType type, std::vector<uint32_t> shape,
                      float scale = 1.0F, int32_t zero_point = 0);
  /// A constant of 8-bit codes.
  uint32_t weights(std::string name, ElementType type, std::vector<uint32_t> shape,
                   Quantization quantization, Bytes codes);
  /// A constant of 32-bit integers, quantised by `scales` (a bias) or not (a shape).
  uint32_t integers(std::string name, std::vector<uint32_t> shape,
                    const std::vector<int32_t>& values, std::vector<float> scales = {});
  void op(GraphOp op) { graph_.ops.push_back(std::move(op)); }
  [[nodiscard]] const GraphTensor& tensor(uint32_t index) const { return graph_.tensors[index]; }
  [[nodiscard]] Graph take(uint32_t input, uint32_t output);

 private:
  uint32_t add(GraphTensor tensor);
  Graph graph_;
  std::deque<Bytes> constants_;
};

}  // namespace vouch
