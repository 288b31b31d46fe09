#include "network/fold.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "network/constants.h"
#include "network/readers.h"
#include "network/shapes.h"

namespace vouch {
namespace {

// scale·y + shift, for each channel.
struct Affine {
  std::vector<double> scale;
  std::vector<double> shift;
};

class Fold {
 public:
  explicit Fold(Network& network) : network_(network), readers_(count_readers(network)) {}

  void run() {
    std::vector<Layer> kept;
    for (Layer& layer : network_.layers) {
      if (!fold(layer, kept)) {
        if (is_weighted(layer)) {
          makers_[layer.output] = kept.size();
        }
        kept.push_back(std::move(layer));
      }
    }
    network_.layers = std::move(kept);
    for (const auto& [index, affine] : affine_) {
      apply(affine, network_.layers[index]);
    }
  }

 private:
  [[nodiscard]] const NetworkTensor& tensor(uint32_t i) const { return network_.tensors[i]; }

  [[nodiscard]] bool is_weighted(const Layer& layer) const {
    return layer.kind == LayerKind::kConvolution ||
           (layer.kind == LayerKind::kMatMul && tensor(layer.inputs[1]).constant &&
            tensor(layer.inputs[1]).shape.size() == 2);
  }

  [[nodiscard]] uint32_t channel_axis(const Layer& weighted) const {
    return weighted.kind == LayerKind::kConvolution
               ? weighted.channel_axis
               : static_cast<uint32_t>(tensor(weighted.output).shape.size() - 1);
  }

  // A constant's value for each channel; nothing if it differs along other axes.
  [[nodiscard]] std::optional<std::vector<double>> by_channel(uint32_t constant,
                                                              const Layer& weighted) const {
    const Dimensions& shape = tensor(constant).shape;
    const Dimensions& out = tensor(weighted.output).shape;
    const uint32_t axis = channel_axis(weighted);
    for (size_t a = 0; a < shape.size(); ++a) {
      if (shape[a] != 1 && a + out.size() != axis + shape.size()) {
        return std::nullopt;
      }
    }
    const std::vector<float> values =
        reals_of(network_.constants[*tensor(constant).constant], shape);
    std::vector<double> channels;
    for (size_t c = 0; c < out[axis]; ++c) {
      channels.push_back(values[values.size() == 1 ? 0 : c]);
    }
    return channels;
  }

  // What a layer does to its one activation, `from`, a weighted layer's output.
  [[nodiscard]] std::optional<Affine> affine_of(const Layer& layer, uint32_t from,
                                                const Layer& weighted) const {
    const size_t channels = tensor(weighted.output).shape[channel_axis(weighted)];
    Affine affine{std::vector<double>(channels, 1), std::vector<double>(channels, 0)};
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      const bool adds = layer.kind == LayerKind::kAdd;
      if (layer.inputs[i] == from) {
        if (adds) {
          std::fill(affine.scale.begin(), affine.scale.end(), double{layer.coefficients[i]});
        }
        continue;
      }
      const auto values = by_channel(layer.inputs[i], weighted);
      if (!values) {
        return std::nullopt;
      }
      for (size_t c = 0; c < channels; ++c) {
        const double value = (*values)[c];
        if (adds) {
          affine.shift[c] += layer.coefficients[i] * value;
        } else {
          affine.scale[c] = layer.kind == LayerKind::kMultiply ? value : 1 / value;
        }
      }
    }
    return affine;
  }

  // The one activation of a layer that fold_affine is about.
  [[nodiscard]] std::optional<uint32_t> activation_of(const Layer& layer) const {
    if (layer.kind != LayerKind::kAdd && layer.kind != LayerKind::kMultiply &&
        layer.kind != LayerKind::kDivide) {
      return std::nullopt;
    }
    std::optional<uint32_t> found;
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      if (tensor(layer.inputs[i]).constant) {
        continue;
      }
      if (found || (layer.kind == LayerKind::kDivide && i != 0)) {
        return std::nullopt;
      }
      found = layer.inputs[i];
    }
    return found;
  }

  // Whether `layer` went into one of `kept`.
  bool fold(const Layer& layer, std::vector<Layer>& kept) {
    const std::optional<uint32_t> from = activation_of(layer);
    if (!from || readers_[*from] != 1 || tensor(*from).codes ||
        tensor(layer.output).shape != tensor(*from).shape) {
      return false;
    }
    const auto maker = makers_.find(*from);
    if (maker == makers_.end()) {
      return false;
    }
    const size_t index = maker->second;
    Layer& weighted = kept[index];
    const std::optional<Affine> next = affine_of(layer, *from, weighted);
    if (!next || !may_scale(weighted, *next)) {
      return false;
    }
    const auto is_new = affine_.try_emplace(index, *next);
    if (!is_new.second) {
      Affine& all = is_new.first->second;
      for (size_t c = 0; c < all.scale.size(); ++c) {
        all.scale[c] *= next->scale[c];
        all.shift[c] = all.shift[c] * next->scale[c] + next->shift[c];
      }
    }
    weighted.output = layer.output;
    makers_[layer.output] = index;
    return true;
  }

  [[nodiscard]] bool may_scale(const Layer& weighted, const Affine& affine) const {
    const bool scales =
        std::any_of(affine.scale.begin(), affine.scale.end(), [](double s) { return s != 1; });
    if (!std::all_of(affine.scale.begin(), affine.scale.end(),
                     [](double s) { return std::isfinite(s); })) {
      return false;
    }
    return !scales || network_.constants[*tensor(weighted.inputs[1]).constant].integers.empty();
  }

  // The channel that a weight belongs to.
  [[nodiscard]] size_t output_of(const Layer& weighted, size_t at,
                                 const Dimensions& weights) const {
    if (weighted.kind == LayerKind::kMatMul) {
      return at % weights[1];
    }
    const size_t area = size_t{weights[2]} * weights[3];
    if (!weighted.transposed) {
      return at / area / weights[1];
    }
    const size_t in = at / area / weights[1];
    const size_t group = in / (weights[0] / weighted.groups);
    return group * weights[1] + at / area % weights[1];
  }

  uint32_t add_constant(std::string name, Dimensions shape, std::vector<float> reals) {
    network_.constants.push_back({std::move(reals), {}, {}, 0});
    network_.tensors.push_back({std::move(name), std::move(shape), std::nullopt,
                                static_cast<uint32_t>(network_.constants.size() - 1)});
    return static_cast<uint32_t>(network_.tensors.size() - 1);
  }

  void apply(const Affine& affine, Layer& weighted) {
    if (std::any_of(affine.scale.begin(), affine.scale.end(), [](double s) { return s != 1; })) {
      const NetworkTensor old = tensor(weighted.inputs[1]);
      std::vector<float> weights = network_.constants[*old.constant].reals;
      for (size_t i = 0; i < weights.size(); ++i) {
        weights[i] =
            static_cast<float>(weights[i] * affine.scale[output_of(weighted, i, old.shape)]);
      }
      weighted.inputs[1] = add_constant(old.name, old.shape, std::move(weights));
    }
    std::string name = weighted.name + " bias";
    std::vector<float> bias(affine.shift.size(), 0);
    if (weighted.inputs.size() == 3) {
      const NetworkTensor& old = tensor(weighted.inputs[2]);
      name = old.name;
      bias = reals_of(network_.constants[*old.constant], old.shape);
    }
    for (size_t c = 0; c < bias.size(); ++c) {
      bias[c] = static_cast<float>(bias[c] * affine.scale[c] + affine.shift[c]);
    }
    const auto outputs = static_cast<uint32_t>(bias.size());
    weighted.inputs.resize(2);
    weighted.inputs.push_back(add_constant(std::move(name), {outputs}, std::move(bias)));
  }

  Network& network_;
  std::vector<uint32_t> readers_;
  std::map<uint32_t, size_t> makers_;  // tensors that weighted layers make: where in `kept`
  std::map<size_t, Affine> affine_;    // what was folded into them
};

}  // namespace

void fold_affine(Network& network) { Fold(network).run(); }

}  // namespace vouch
