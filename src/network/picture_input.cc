#include "network/picture_input.h"

namespace vouch {

std::optional<uint32_t> channel_axis_of(const Network& network) {
  for (const Layer& layer : network.layers) {
    if (layer.kind == LayerKind::kConvolution || layer.kind == LayerKind::kAveragePool ||
        layer.kind == LayerKind::kMaxPool) {
      return layer.channel_axis;
    }
  }
  return std::nullopt;
}

std::optional<PictureInput> picture_input(const Network& network) {
  if (network.inputs.size() != 1) {
    return std::nullopt;
  }
  const Dimensions& shape = network.tensors[network.inputs[0]].shape;
  if (shape.size() != 4 || shape[0] != 1) {
    return std::nullopt;
  }
  const uint32_t axis = channel_axis_of(network).value_or(shape[1] == 1 || shape[1] == 3 ? 1 : 3);
  if (axis == 3) {
    return PictureInput{shape[3], shape[1], shape[2], true};
  }
  return PictureInput{shape[1], shape[2], shape[3], false};
}

}  // namespace vouch
