#include "network/validate.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "network/shapes.h"

namespace vouch {
namespace {

bool is_scale(float scale) { return std::isfinite(scale) && scale > 0; }

Result<void> check_constant(const Constant& constant, const Dimensions& shape) {
  const uint64_t n = element_count(shape);
  const size_t held = constant.integers.empty() ? constant.reals.size() : constant.integers.size();
  if (held != n) {
    return Error{std::to_string(held) + " values for a constant " + text(shape)};
  }
  if (constant.integers.empty()) {
    return {};
  }
  if (!constant.reals.empty()) {
    return Error{"a constant with reals and integers"};
  }
  const size_t scales = constant.scales.size();
  if (scales != 1 && (constant.axis >= shape.size() || scales != shape[constant.axis])) {
    return Error{std::to_string(scales) + " scales for a constant " + text(shape)};
  }
  if (!std::all_of(constant.scales.begin(), constant.scales.end(), is_scale)) {
    return Error{"a constant's scale that is no finite number > 0"};
  }
  return {};
}

Result<void> check_tensor(const Network& network, const NetworkTensor& tensor) {
  VOUCH_TRY(check_extents(tensor.shape));
  if (tensor.codes && !is_scale(tensor.codes->scale)) {
    return Error{"a scale that is no finite number > 0"};
  }
  if (!tensor.constant) {
    return {};
  }
  if (tensor.codes) {
    return Error{"a constant with an activation's codes"};
  }
  if (*tensor.constant >= network.constants.size()) {
    return Error{"constant " + std::to_string(*tensor.constant) + " of " +
                 std::to_string(network.constants.size())};
  }
  return check_constant(network.constants[*tensor.constant], tensor.shape);
}

// `defined`: tensors that have a value before the layer; the layer's output is added.
Result<void> check_layer(const Network& network, const Layer& layer, std::vector<bool>& defined) {
  for (const uint32_t input : layer.inputs) {
    if (input >= defined.size() || !defined[input]) {
      return Error{"it reads tensor " + std::to_string(input) + ", which nothing before it makes"};
    }
  }
  if (layer.output >= defined.size() || defined[layer.output]) {
    return Error{
        "it writes tensor " + std::to_string(layer.output) +
        (layer.output < defined.size() ? ", which has a value already" : ", past the last")};
  }
  VOUCH_ASSIGN(const Dimensions extents, output_extents(network, layer));
  const Dimensions& declared = network.tensors[layer.output].shape;
  if (extents != declared) {
    return Error{"its output is " + text(extents) + ", and said to be " + text(declared)};
  }
  defined[layer.output] = true;
  return {};
}

}  // namespace

Result<void> validate(const Network& network) {
  std::vector<bool> defined;
  for (const NetworkTensor& tensor : network.tensors) {
    if (const Result<void> checked = check_tensor(network, tensor); !checked) {
      return Error{"tensor '" + tensor.name + "': " + checked.error().message};
    }
    defined.push_back(tensor.constant.has_value());
  }
  for (const uint32_t input : network.inputs) {
    if (input >= defined.size() || defined[input]) {
      return Error{"input " + std::to_string(input) +
                   " of the network is no tensor, a constant or named twice"};
    }
    defined[input] = true;
  }
  for (const Layer& layer : network.layers) {
    if (const Result<void> checked = check_layer(network, layer, defined); !checked) {
      return Error{title(layer) + ": " + checked.error().message};
    }
  }
  for (const uint32_t output : network.outputs) {
    if (output >= defined.size() || !defined[output]) {
      return Error{"output " + std::to_string(output) + " of the network, which nothing makes"};
    }
  }
  return {};
}

}  // namespace vouch
