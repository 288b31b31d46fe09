#include "model/onnx/builder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/fold.h"
#include "network/shapes.h"
#include "network/simplify.h"

namespace vouch::onnx {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
constexpr uint32_t kMaxLayers = 1U << 18;

// Raw codes stand for themselves.
CodeScale plain_codes(OnnxType type) {
  const bool is_signed = type == OnnxType::kInt8;
  return {1.0F, static_cast<uint8_t>(is_signed ? 128 : 0), is_signed};
}

// Kinds whose shape rules work on constants too, where an extent may be 0.
bool shape_is_declared(LayerKind kind) {
  return kind == LayerKind::kReshape || kind == LayerKind::kSlice || kind == LayerKind::kExpand;
}

}  // namespace

void Builder::begin(std::string type_name, std::string name, std::string obstacle) {
  type_name_ = std::move(type_name);
  name_ = std::move(name);
  obstacle_ = std::move(obstacle);
}

Result<void> Builder::spend(uint64_t n) {
  if (n > budget_) {
    return Error{
        "the constants that the model computes are far larger than its file; let the exporter fold "
        "constants"};
  }
  budget_ -= n;
  return {};
}

Value Builder::input(const std::string& name, OnnxType type, Dimensions shape) {
  const auto tensor = static_cast<uint32_t>(network_.tensors.size());
  network_.tensors.push_back({name, shape, std::nullopt, std::nullopt});
  network_.inputs.push_back(tensor);
  if (is_whole(type) && !is_code(type)) {
    note("Input '" + name + "' holds " + type_name(type) +
         ", which are read as real numbers and quantised like those");
  }
  types_.push_back(type);
  makers_.push_back(kNone);
  return {type, std::move(shape), nullptr, tensor};
}

Result<uint32_t> Builder::add_constant(const Value& value) {
  const OnnxTensor& from = *value.constant;
  VOUCH_TRY(check_extents(from.shape));
  Constant constant;
  if (from.scales.empty()) {
    constant.reals = reals_of(from);
    if (!std::all_of(constant.reals.begin(), constant.reals.end(),
                     [](float x) { return std::isfinite(x); })) {
      return Error{"its constant '" + from.name +
                   "' holds a value that is no finite number; mend the model's weights"};
    }
  } else {
    for (const int64_t q : from.integers) {
      if (q != static_cast<int32_t>(q)) {
        return Error{"its constant '" + from.name + "' less its zero-point exceeds 32 bits"};
      }
      constant.integers.push_back(static_cast<int32_t>(q));
    }
    constant.scales = from.scales;
    constant.axis = from.axis;
  }
  network_.tensors.push_back(
      {from.name, from.shape, std::nullopt, static_cast<uint32_t>(network_.constants.size())});
  network_.constants.push_back(std::move(constant));
  types_.push_back(OnnxType::kFloat);
  makers_.push_back(kNone);
  return static_cast<uint32_t>(network_.tensors.size() - 1);
}

Result<uint32_t> Builder::tensor_of(const Value& value) {
  if (!value.is_constant()) {
    return value.tensor;
  }
  // Later passes may give each reader a copy of its own.
  VOUCH_TRY(spend(element_count(value.shape)));
  const auto found = constant_tensors_.find(value.constant.get());
  if (found != constant_tensors_.end()) {
    return found->second;
  }
  VOUCH_ASSIGN(const uint32_t tensor, add_constant(value));
  constant_tensors_[value.constant.get()] = tensor;
  held_[value.constant.get()] = value;
  return tensor;
}

Result<Value> Builder::fold(const Layer& layer, const Values& inputs, Dimensions declared) {
  std::vector<const OnnxTensor*> tensors;
  Network scratch;
  Layer rules = layer;
  rules.inputs.clear();
  for (const Value& input : inputs) {
    tensors.push_back(input.constant.get());
    rules.inputs.push_back(static_cast<uint32_t>(scratch.tensors.size()));
    scratch.tensors.push_back({{}, input.shape, std::nullopt, 0U});
  }
  if (!shape_is_declared(layer.kind)) {
    rules.output = static_cast<uint32_t>(scratch.tensors.size());
    scratch.tensors.push_back({{}, declared, std::nullopt, std::nullopt});
    VOUCH_ASSIGN(declared, output_extents(scratch, rules));
  }
  uint64_t elements = 1;
  for (const uint32_t extent : declared) {
    elements *= extent;
    if (elements > Network::kMaxElements) {
      return Error{"its output has more than 2^28 elements; make the model's input smaller"};
    }
  }
  uint64_t read = elements;
  for (const Value& input : inputs) {
    read += element_count(input.shape);
  }
  VOUCH_TRY(spend(read));
  VOUCH_ASSIGN(OnnxTensor folded, fold_layer(layer, tensors, declared));
  return constant_value(std::move(folded));
}

Result<Value> Builder::layer(Layer layer, const Values& inputs, Dimensions declared,
                             OnnxType type) {
  if (std::all_of(inputs.begin(), inputs.end(), [](const Value& v) { return v.is_constant(); })) {
    return fold(layer, inputs, std::move(declared));
  }
  if (network_.layers.size() >= kMaxLayers) {
    return Error{"the model has more than " + std::to_string(kMaxLayers) +
                 " layers; prove a model of fewer"};
  }
  layer.type_name = type_name_;
  layer.name = name_;
  layer.obstacle = obstacle_;
  for (const Value& input : inputs) {
    VOUCH_ASSIGN(const uint32_t tensor, tensor_of(input));
    layer.inputs.push_back(tensor);
  }
  const auto output = static_cast<uint32_t>(network_.tensors.size());
  layer.output = output;
  network_.tensors.push_back({name_, std::move(declared), std::nullopt, std::nullopt});
  const bool codes = is_code(type) && is_code(types_[layer.inputs[0]]);
  types_.push_back(codes ? type : OnnxType::kFloat);
  VOUCH_ASSIGN(Dimensions shape, output_extents(network_, layer));
  VOUCH_TRY(check_extents(shape));
  network_.tensors[output].shape = shape;
  if (codes) {
    network_.tensors[output].codes = network_.tensors[layer.inputs[0]].codes;
  }
  makers_.push_back(static_cast<uint32_t>(network_.layers.size()));
  network_.layers.push_back(std::move(layer));
  return Value{type, std::move(shape), nullptr, output};
}

Result<Value> Builder::rounded(const Value& x, const CodeScale& codes) {
  const OnnxType type = codes.is_signed ? OnnxType::kInt8 : OnnxType::kUint8;
  if (network_.tensors[x.tensor].codes == codes) {
    return Value{type, x.shape, nullptr, x.tensor};
  }
  VOUCH_ASSIGN(const Value y, layer(Layer{}, {x}, x.shape, type));
  types_[y.tensor] = type;
  network_.tensors[y.tensor].codes = codes;
  return y;
}

bool Builder::holds_codes(const Value& x) const {
  return !x.is_constant() && is_code(x.type) && is_code(types_[x.tensor]);
}

Result<void> Builder::read_as_numbers(const Value& x) {
  return holds_codes(x) ? set_codes(x.tensor, plain_codes(x.type)) : Result<void>{};
}

Value Builder::computed_like(Value x, const Value& like) {
  if (!x.is_constant() && is_whole(like.type)) {
    x.type = like.type;
    note_whole_numbers();
  }
  return x;
}

void Builder::note_whole_numbers() {
  if (!noted_whole_numbers_) {
    note(
        "Whole numbers are computed as real ones: beyond the range of their type they do not wrap "
        "around");
    noted_whole_numbers_ = true;
  }
}

Result<void> Builder::set_codes(uint32_t tensor, const CodeScale& codes) {
  for (;;) {
    NetworkTensor& to = network_.tensors[tensor];
    if (to.codes) {
      if (*to.codes == codes) return {};
      return Error{"the codes of '" + to.name +
                   "' are read with another scale or zero-point than they have; requantise them by "
                   "DequantizeLinear and QuantizeLinear"};
    }
    to.codes = codes;
    if (makers_[tensor] == kNone) return {};
    const Layer& maker = network_.layers[makers_[tensor]];
    if (maker.inputs.size() != 1) {
      return Error{quoted(to.name) +
                   " joins codes whose scale the model does not say; dequantise them before"};
    }
    tensor = maker.inputs[0];
  }
}

Result<Value> Builder::reshaped(const Value& x, Dimensions shape) {
  if (x.shape == shape) return x;
  if (x.is_constant() && element_count(x.shape) != element_count(shape)) {
    return Error{text(x.shape) + " as " + text(shape)};
  }
  Layer layer_;
  layer_.kind = LayerKind::kReshape;
  return layer(std::move(layer_), {x}, std::move(shape), x.type);
}

Result<Value> Builder::transposed(const Value& x, std::vector<uint32_t> axes) {
  Layer layer_;
  layer_.kind = LayerKind::kTranspose;
  layer_.axes = std::move(axes);
  return layer(std::move(layer_), {x}, {}, x.type);
}

// Codes that nothing dequantises stand for themselves; what was made of them before is as they are.
void Builder::complete_codes() {
  for (const uint32_t input : network_.inputs) {
    if (is_code(types_[input]) && !network_.tensors[input].codes) {
      network_.tensors[input].codes = plain_codes(types_[input]);
    }
  }
  for (const Layer& layer : network_.layers) {
    if (is_code(types_[layer.output]) && !network_.tensors[layer.output].codes) {
      network_.tensors[layer.output].codes = network_.tensors[layer.inputs[0]].codes;
    }
  }
}

Result<Network> Builder::finish(const Values& outputs, std::string source) {
  for (const Value& output : outputs) {
    if (output.is_constant()) {
      return Error{"the model's output does not depend on its input"};
    }
    network_.outputs.push_back(output.tensor);
  }
  complete_codes();
  quantise_inputs(network_);
  network_.source = std::move(source);
  return std::move(network_);
}

}  // namespace vouch::onnx
