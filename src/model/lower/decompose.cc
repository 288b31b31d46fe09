#include "model/lower/decompose.h"

#include <algorithm>
#include <utility>

#include "network/shapes.h"

namespace vouch {
namespace {

class Decomposition {
 public:
  explicit Decomposition(Network& network) : network_(network) {}

  void run() {
    for (Layer& layer : std::exchange(network_.layers, {})) {
      if (layer.kind == LayerKind::kDivide && !is_constant(layer.inputs[1])) {
        divide(std::move(layer));
      } else if (layer.kind == LayerKind::kAdd && mixes(layer)) {
        add_apart(std::move(layer));
      } else {
        network_.layers.push_back(std::move(layer));
      }
    }
  }

 private:
  [[nodiscard]] bool is_constant(uint32_t tensor) const {
    return network_.tensors[tensor].constant.has_value();
  }
  [[nodiscard]] bool differs(uint32_t tensor) const {
    return is_constant(tensor) && element_count(network_.tensors[tensor].shape) > 1;
  }
  [[nodiscard]] bool mixes(const Layer& layer) const {
    const auto activations =
        std::count_if(layer.inputs.begin(), layer.inputs.end(),
                      [&](uint32_t tensor) { return !is_constant(tensor); });
    return activations > 1 && std::any_of(layer.inputs.begin(), layer.inputs.end(),
                                          [&](uint32_t tensor) { return differs(tensor); });
  }

  // A tensor between what a layer becomes.
  uint32_t between(const Layer& layer, const char* what, Dimensions shape) {
    network_.tensors.push_back({network_.tensors[layer.output].name.substr(0, 180) + what,
                                std::move(shape), std::nullopt, std::nullopt});
    return static_cast<uint32_t>(network_.tensors.size() - 1);
  }

  void divide(Layer layer) {
    Layer reciprocal;
    reciprocal.kind = LayerKind::kUnary;
    reciprocal.function = Unary::kReciprocal;
    reciprocal.type_name = layer.type_name;
    reciprocal.name = layer.name;
    reciprocal.inputs = {layer.inputs[1]};
    reciprocal.output =
        between(layer, " (reciprocal)", Dimensions(network_.tensors[layer.inputs[1]].shape));
    layer.kind = LayerKind::kMultiply;
    layer.inputs[1] = reciprocal.output;
    network_.layers.push_back(std::move(reciprocal));
    network_.layers.push_back(std::move(layer));
  }

  void add_apart(Layer layer) {
    Layer first = layer;
    Layer second = layer;
    first.inputs.clear();
    first.coefficients.clear();
    second.inputs.clear();
    second.coefficients.clear();
    std::vector<Dimensions> shapes;
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      Layer& part = is_constant(layer.inputs[i]) ? second : first;
      part.inputs.push_back(layer.inputs[i]);
      part.coefficients.push_back(layer.coefficients[i]);
      if (&part == &first) {
        shapes.push_back(network_.tensors[layer.inputs[i]].shape);
      }
    }
    // They broadcast, as the layer does.
    first.output = between(layer, " (activations)", broadcast_extents(shapes).value());
    second.inputs.insert(second.inputs.begin(), first.output);
    second.coefficients.insert(second.coefficients.begin(), 1.0F);
    network_.layers.push_back(std::move(first));
    network_.layers.push_back(std::move(second));
  }

  Network& network_;
};

}  // namespace

void decompose(Network& network) { Decomposition(network).run(); }

}  // namespace vouch
