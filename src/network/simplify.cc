#include "network/simplify.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "network/fold.h"
#include "network/readers.h"

namespace vouch {
namespace {

constexpr size_t kNone = SIZE_MAX;

class Copies {
 public:
  explicit Copies(Network& network)
      : network_(network),
        original_(network.tensors.size()),
        maker_(network.tensors.size(), kNone) {
    std::iota(original_.begin(), original_.end(), 0);
  }

  void run() {
    for (size_t i = 0; i < network_.layers.size(); ++i) {
      Layer& layer = network_.layers[i];
      for (uint32_t& input : layer.inputs) {
        input = original_[input];
      }
      merge_with_maker(layer);
      make_simpler(layer);
      if (layer.kind == LayerKind::kIdentity && same_values(layer)) {
        original_[layer.output] = layer.inputs[0];
      }
      maker_[layer.output] = i;
    }
    for (uint32_t& output : network_.outputs) {
      output = original_[output];
    }
  }

 private:
  [[nodiscard]] const NetworkTensor& tensor(uint32_t i) const { return network_.tensors[i]; }

  // Whether a layer that only moves elements rounds them neither.
  [[nodiscard]] bool same_values(const Layer& layer) const {
    const auto& codes = tensor(layer.output).codes;
    return !codes || codes == tensor(layer.inputs[0]).codes;
  }

  void merge_with_maker(Layer& layer) const {
    if (layer.kind != LayerKind::kTranspose && layer.kind != LayerKind::kReshape) {
      return;
    }
    const size_t maker = maker_[layer.inputs[0]];
    if (maker == kNone || network_.layers[maker].kind != layer.kind ||
        !same_values(network_.layers[maker])) {
      return;
    }
    const Layer& before = network_.layers[maker];
    layer.inputs[0] = before.inputs[0];
    for (uint32_t& axis : layer.axes) {
      axis = before.axes[axis];
    }
  }

  void make_simpler(Layer& layer) const {
    const Dimensions& x = tensor(layer.inputs[0]).shape;
    if (layer.kind == LayerKind::kTranspose && keeps_order(layer.axes, x)) {
      layer.kind = LayerKind::kReshape;
      layer.axes.clear();
    }
    if (layer.kind == LayerKind::kReshape && tensor(layer.output).shape == x) {
      layer.kind = LayerKind::kIdentity;
    }
  }

  // Whether axes that have several elements stay in order.
  [[nodiscard]] static bool keeps_order(const std::vector<uint32_t>& axes, const Dimensions& x) {
    std::vector<uint32_t> moving;
    std::copy_if(axes.begin(), axes.end(), std::back_inserter(moving),
                 [&](uint32_t axis) { return x[axis] != 1; });
    return std::is_sorted(moving.begin(), moving.end());
  }

  Network& network_;
  std::vector<uint32_t> original_;  // by tensor: the one to read instead
  std::vector<size_t> maker_;       // by tensor: a layer
};

}  // namespace

void remove_copies(Network& network) { Copies(network).run(); }

void absorb_rounding(Network& network) {
  const std::vector<uint32_t> readers = count_readers(network);
  std::vector<size_t> makers(network.tensors.size(), kNone);
  std::vector<Layer> kept;
  for (Layer& layer : network.layers) {
    const uint32_t from = layer.inputs[0];
    if (layer.kind == LayerKind::kIdentity && makers[from] != kNone && readers[from] == 1 &&
        !network.tensors[from].codes) {
      kept[makers[from]].output = layer.output;
      makers[layer.output] = makers[from];
      continue;
    }
    makers[layer.output] = kept.size();
    kept.push_back(std::move(layer));
  }
  network.layers = std::move(kept);
}

void remove_unused(Network& network) {
  std::vector<bool> needed(network.tensors.size(), false);
  for (const uint32_t output : network.outputs) {
    needed[output] = true;
  }
  std::vector<Layer> layers;
  for (size_t i = network.layers.size(); i-- > 0;) {
    Layer& layer = network.layers[i];
    if (needed[layer.output]) {
      for (const uint32_t input : layer.inputs) {
        needed[input] = true;
      }
      layers.push_back(std::move(layer));
    }
  }
  std::reverse(layers.begin(), layers.end());
  for (const uint32_t input : network.inputs) {
    needed[input] = true;
  }

  std::vector<uint32_t> tensor_at(network.tensors.size());
  std::vector<std::optional<uint32_t>> constant_at(network.constants.size());
  std::vector<NetworkTensor> tensors;
  std::vector<Constant> constants;
  for (size_t i = 0; i < network.tensors.size(); ++i) {
    if (!needed[i]) {
      continue;
    }
    NetworkTensor& tensor = network.tensors[i];
    if (tensor.constant) {
      std::optional<uint32_t>& at = constant_at[*tensor.constant];
      if (!at) {
        at = static_cast<uint32_t>(constants.size());
        constants.push_back(std::move(network.constants[*tensor.constant]));
      }
      tensor.constant = at;
    }
    tensor_at[i] = static_cast<uint32_t>(tensors.size());
    tensors.push_back(std::move(tensor));
  }
  const auto renumber = [&](uint32_t& tensor) { tensor = tensor_at[tensor]; };
  for (Layer& layer : layers) {
    std::for_each(layer.inputs.begin(), layer.inputs.end(), renumber);
    renumber(layer.output);
  }
  std::for_each(network.inputs.begin(), network.inputs.end(), renumber);
  std::for_each(network.outputs.begin(), network.outputs.end(), renumber);
  network.layers = std::move(layers);
  network.tensors = std::move(tensors);
  network.constants = std::move(constants);
}

void quantise_inputs(Network& network) {
  const std::vector<uint32_t> readers = count_readers(network);
  for (const Layer& layer : network.layers) {
    const NetworkTensor& to = network.tensors[layer.output];
    if (layer.kind != LayerKind::kIdentity || !to.codes) {
      continue;
    }
    NetworkTensor& from = network.tensors[layer.inputs[0]];
    const bool is_input = std::find(network.inputs.begin(), network.inputs.end(),
                                    layer.inputs[0]) != network.inputs.end();
    if (is_input && !from.codes && readers[layer.inputs[0]] == 1) {
      from.codes = to.codes;
      network.notes.push_back("The model quantises its input '" + from.name +
                              "' first: the input is taken to be these codes");
    }
  }
}

void simplify(Network& network) {
  remove_copies(network);
  remove_unused(network);
  absorb_rounding(network);
  fold_affine(network);
  remove_unused(network);
}

}  // namespace vouch
