#include "model/graph_builder.h"

#include <utility>

#include "base/check.h"

namespace vouch {

uint32_t GraphBuilder::add(GraphTensor tensor) {
  VOUCH_CHECK(!tensor.constant ||
              tensor.data.size() == tensor.elements() * element_bytes(tensor.type));
  graph_.tensors.push_back(std::move(tensor));
  return static_cast<uint32_t>(graph_.tensors.size() - 1);
}

uint32_t GraphBuilder::activation(std::string name, ElementType type, std::vector<uint32_t> shape,
                                  float scale, int32_t zero_point) {
  GraphTensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  if (type != ElementType::kFloat32) {
    tensor.quantization = {{scale}, {zero_point}, 0};
  }
  return add(std::move(tensor));
}

uint32_t GraphBuilder::weights(std::string name, ElementType type, std::vector<uint32_t> shape,
                               Quantization quantization, Bytes codes) {
  constants_.push_back(std::move(codes));
  GraphTensor tensor;
  tensor.name = std::move(name);
  tensor.type = type;
  tensor.shape = std::move(shape);
  tensor.quantization = std::move(quantization);
  tensor.constant = true;
  tensor.data = constants_.back();
  return add(std::move(tensor));
}

uint32_t GraphBuilder::integers(std::string name, std::vector<uint32_t> shape,
                                const std::vector<int32_t>& values, std::vector<float> scales) {
  ByteWriter w;
  for (const int32_t value : values) {
    w.u32(static_cast<uint32_t>(value));
  }
  Quantization quantization;
  quantization.zero_points.assign(scales.size(), 0);
  quantization.scales = std::move(scales);
  return weights(std::move(name), ElementType::kInt32, std::move(shape), std::move(quantization),
                 w.take());
}

Graph GraphBuilder::take(uint32_t input, uint32_t output) {
  graph_.input = input;
  graph_.output = output;
  return std::move(graph_);
}

}  // namespace vouch
