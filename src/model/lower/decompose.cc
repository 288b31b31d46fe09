#include "model/lower/decompose.h"

#include <algorithm>
#include <utility>

#include "network/constants.h"
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
      } else if (layer.kind == LayerKind::kMatMul && !is_constant(layer.inputs[1])) {
        multiply_elements(std::move(layer));
      } else if (layer.kind == LayerKind::kConcat) {
        join_activations(std::move(layer));
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
    const auto activations = std::count_if(layer.inputs.begin(), layer.inputs.end(),
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

  Layer like(const Layer& layer, LayerKind kind, std::vector<uint32_t> inputs) const {
    Layer made;
    made.kind = kind;
    made.type_name = layer.type_name;
    made.name = layer.name;
    made.obstacle = layer.obstacle;
    made.inputs = std::move(inputs);
    return made;
  }

  // x seen in another shape: a layer, or the constant itself in that shape.
  uint32_t reshaped(const Layer& layer, uint32_t x, const char* what, Dimensions shape) {
    if (is_constant(x)) {
      network_.tensors.push_back(network_.tensors[x]);
      network_.tensors.back().shape = std::move(shape);
      return static_cast<uint32_t>(network_.tensors.size() - 1);
    }
    Layer made = like(layer, LayerKind::kReshape, {x});
    made.output = between(layer, what, std::move(shape));
    network_.tensors[made.output].codes = network_.tensors[x].codes;
    network_.layers.push_back(made);
    return made.output;
  }

  // [..., m, k, 1] times [..., 1, k, n], added up over k.
  void multiply_elements(Layer layer) {
    Dimensions a = network_.tensors[layer.inputs[0]].shape;
    Dimensions b = network_.tensors[layer.inputs[1]].shape;
    const std::vector<float> scales = scales_of(layer.inputs[0]);
    if (a.size() < 2 || b.size() < 2 || a.size() == Network::kMaxRank ||
        b.size() == Network::kMaxRank || scales.size() > 1) {
      network_.layers.push_back(std::move(layer));
      return;
    }
    Dimensions result = network_.tensors[layer.output].shape;
    a.push_back(1);
    b.insert(b.end() - 2, 1);
    const std::vector<Dimensions> both{a, b};
    Result<Dimensions> all = broadcast_extents(both);
    if (!all.ok() || !check_extents(all.value()).ok()) {
      network_.layers.push_back(std::move(layer));
      return;
    }
    const uint32_t left = reshaped(layer, layer.inputs[0], " (rows)", a);
    const uint32_t right = reshaped(layer, layer.inputs[1], " (columns)", b);
    Layer product = like(layer, LayerKind::kMultiply, {left, right});
    product.output = between(layer, " (products)", all.value());
    Layer sum = like(layer, LayerKind::kReduceSum, {product.output});
    sum.axes = {static_cast<uint32_t>(all.value().size() - 2)};
    sum.output = layer.output;
    network_.layers.push_back(std::move(product));
    network_.layers.push_back(std::move(sum));
  }

  // Constants among its inputs become activations.
  void join_activations(Layer layer) {
    const auto activation = std::find_if(layer.inputs.begin(), layer.inputs.end(),
                                         [&](uint32_t tensor) { return !is_constant(tensor); });
    if (activation != layer.inputs.end()) {
      const uint32_t x = *activation;
      for (uint32_t& input : layer.inputs) {
        input = is_constant(input) ? as_activation(layer, x, input) : input;
      }
    }
    network_.layers.push_back(std::move(layer));
  }

  // The constant c that a kConcat joins to x: c + 0·x, where x is cut to one element of each of a
  // batch, and c to one along axes where all are equal, repeated afterwards.
  uint32_t as_activation(const Layer& layer, uint32_t x, uint32_t c) {
    const Dimensions shape = network_.tensors[c].shape;
    const size_t rank = shape.size();
    const auto codes = network_.tensors[layer.output].codes;
    Layer cut = like(layer, LayerKind::kSlice, {x});
    cut.first.assign(rank, 0);
    cut.step.assign(rank, 1);
    Dimensions one(rank, 1);
    one[0] = layer.axes[0] == 0 ? 1 : shape[0];
    cut.output = between(layer, " (an element)", std::move(one));
    network_.tensors[cut.output].codes = network_.tensors[x].codes;
    const uint32_t smaller = without_repeats(c);
    Layer sum = like(layer, LayerKind::kAdd, {cut.output, smaller});
    sum.coefficients = {0.0F, 1.0F};
    const std::vector<Dimensions> both{network_.tensors[cut.output].shape,
                                       network_.tensors[smaller].shape};
    sum.output = between(layer, " (constant)", broadcast_extents(both).value());
    network_.tensors[sum.output].codes = codes;
    network_.layers.push_back(std::move(cut));
    network_.layers.push_back(sum);
    if (network_.tensors[sum.output].shape == shape) {
      return sum.output;
    }
    Layer repeated = like(layer, LayerKind::kExpand, {sum.output});
    repeated.output = between(layer, " (repeated)", shape);
    network_.tensors[repeated.output].codes = codes;
    network_.layers.push_back(repeated);
    return repeated.output;
  }

  // The constant with extent 1 along axes where all its elements are equal.
  uint32_t without_repeats(uint32_t c) {
    Dimensions shape = network_.tensors[c].shape;
    std::vector<float> reals = reals_of(network_.constants[*network_.tensors[c].constant], shape);
    for (size_t a = 0; a < shape.size(); ++a) {
      const auto run = static_cast<size_t>(row_major_steps(shape)[a]);
      const auto first = [&](size_t i) { return i - i / run % shape[a] * run; };
      bool equal = true;
      for (size_t i = 0; equal && i < reals.size(); ++i) {
        equal = reals[i] == reals[first(i)];
      }
      if (!equal) continue;
      size_t kept = 0;
      for (size_t i = 0; i < reals.size(); ++i) {
        if (i == first(i)) reals[kept++] = reals[i];
      }
      reals.resize(kept);
      shape[a] = 1;
    }
    network_.constants.push_back({std::move(reals), {}, {}, 0});
    network_.tensors.push_back({network_.tensors[c].name, std::move(shape), std::nullopt,
                                static_cast<uint32_t>(network_.constants.size() - 1)});
    return static_cast<uint32_t>(network_.tensors.size() - 1);
  }

  [[nodiscard]] std::vector<float> scales_of(uint32_t tensor) const {
    return is_constant(tensor) ? network_.constants[*network_.tensors[tensor].constant].scales
                               : std::vector<float>{};
  }

  Network& network_;
};

}  // namespace

void decompose(Network& network) { Decomposition(network).run(); }

}  // namespace vouch
