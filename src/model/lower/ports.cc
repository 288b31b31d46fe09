// The network's inputs into the circuit's one input tensor, and its outputs into the one output.
//
// One input is the circuit's as it is; so is one output, in row-major order unless it has a batch.
// Several lie one behind the other, each in row-major order, along the channels.
#include <algorithm>
#include <optional>

#include "model/lower/network_lowering.h"
#include "network/picture_input.h"
#include "network/shapes.h"

namespace vouch {
namespace {

uint64_t elements_of(const View& view) { return view.shape.elements(); }

// `n` elements from 0 on along the channels.
View flat_view(uint64_t n) {
  Placement axes(1);
  if (n > 1) {
    axes[0] = {{PhysicalAxis::kChannel, static_cast<uint32_t>(n), 1}};
  }
  return {0, {static_cast<uint32_t>(n), 1, 1, 1}, axes};
}

// The same elements as one logical axis.
View flattened(View view) {
  std::vector<Part> all;
  for (const auto& parts : view.axes) {
    all.insert(all.end(), parts.begin(), parts.end());
  }
  view.axes = {all};
  return view;
}

// Shifts what terms read, or write, along the channels of the packed side.
void shift(std::vector<MapTerm>& terms, bool output, uint32_t by, uint32_t extent) {
  for (MapTerm& term : terms) {
    for (size_t q = 0; q < 3; ++q) {
      if (output ? q != 0 : term.axes[q] != 0) {
        continue;
      }
      AxisMap& map = term.maps[q];
      if (map.runs.empty()) {
        map = slice_axis(extent, 0, 1);
      }
      for (AxisRun& run : map.runs) {
        uint16_t& at = output ? run.out : run.in;
        at = static_cast<uint16_t>(at + by);
      }
    }
  }
}

constexpr uint64_t kMaxPacked = 65535;
constexpr uint64_t kMaxInput = uint64_t{1} << 22;  // codes of one entry of a batch
constexpr uint64_t kMaxOutput = 65536;

// Two axes as rows and columns: files, which hold [row][column][channel], then hold them in their
// own order.
std::optional<Placement> table_placement(const Dimensions& extents) {
  std::vector<size_t> longer;
  for (size_t a = 0; a < extents.size(); ++a) {
    if (extents[a] > 1) {
      longer.push_back(a);
    }
  }
  if (longer.size() != 2 || std::max(extents[longer[0]], extents[longer[1]]) > kMaxExtent) {
    return std::nullopt;
  }
  Placement axes(extents.size());
  axes[longer[0]] = {{PhysicalAxis::kRow, extents[longer[0]], 1}};
  axes[longer[1]] = {{PhysicalAxis::kColumn, extents[longer[1]], 1}};
  return axes;
}

}  // namespace

// What an input is reshaped to before anything else reads it.
const Dimensions& NetworkLowering::shape_read(uint32_t tensor) const {
  const Layer* only = nullptr;
  for (const Layer& layer : network_.layers) {
    for (const uint32_t input : layer.inputs) {
      if (input == tensor) {
        if (only != nullptr) {
          return extents(tensor);
        }
        only = &layer;
      }
    }
  }
  const bool passes =
      only != nullptr && (only->kind == LayerKind::kReshape || only->kind == LayerKind::kIdentity);
  return passes ? shape_read(only->output) : extents(tensor);
}

// Pictures where windows read them; a batch where some axis has to be one.
Placement NetworkLowering::input_placement(uint32_t tensor) const {
  const Dimensions& shape = shape_read(tensor);
  const std::optional<uint32_t> channel = channel_axis_of(network_);
  if (channel && (shape.size() == 3 || shape.size() == 4)) {
    const auto axis = std::min(*channel, static_cast<uint32_t>(shape.size()) - 1);
    if (const auto axes = picture_placement(shape, axis); axes.ok()) {
      if (auto own = reshaped(axes.value(), extents(tensor)); own) {
        return std::move(*own);
      }
    }
  }
  const auto picture = picture_input(network_);
  if (picture && picture->channels_last && picture->channels > 1) {
    if (auto axes = picture_placement(extents(tensor), 3); axes.ok()) {
      return std::move(axes).value();
    }
  }
  return table_placement(extents(tensor)).value_or(plain_placement(extents(tensor)));
}

Result<void> NetworkLowering::lower_inputs() {
  for (const uint32_t tensor : network_.inputs) {
    if (!network_.tensors[tensor].codes) {
      return Error{
          "'" + network_.tensors[tensor].name +
          "' has no codes; quantise the model's inputs, or give --samples of a float model"};
    }
  }
  if (network_.inputs.size() > 1) {
    return unpack_inputs();
  }
  const uint32_t tensor = network_.inputs[0];
  const NetworkTensor& input = network_.tensors[tensor];
  const Placement axes = input_placement(tensor);
  const Result<Shape> shape = shape_of(axes);
  if (!shape.ok()) {
    return Error{"'" + input.name + "': " + shape.error().message};
  }
  if (shape.value().elements() / shape.value().batch > kMaxInput) {
    return Error{"'" + input.name +
                 "' has more than 2^22 elements; make the model's input smaller"};
  }
  const View view{0, shape.value(), axes};
  maker_.input(view.shape, input.codes->zero_point);
  known_[tensor] = Value{view, *input.codes, {}, false, 0};
  inputs_.push_back({tensor, *input.codes, 0, view});
  return {};
}

Result<void> NetworkLowering::unpack_inputs() {
  uint64_t all = 0;
  for (const uint32_t tensor : network_.inputs) {
    all += element_count(extents(tensor));
  }
  if (all > kMaxPacked) {
    return Error{
        "all of them have more than 65535 elements together; join them to one input in the model, "
        "which can be larger"};
  }
  const uint8_t zero = network_.tensors[network_.inputs[0]].codes->zero_point;
  maker_.input({static_cast<uint32_t>(all), 1, 1, 1}, zero);
  uint32_t first = 0;
  for (const uint32_t tensor : network_.inputs) {
    const NetworkTensor& input = network_.tensors[tensor];
    const auto n = static_cast<uint32_t>(element_count(input.shape));
    Placement axes = input_placement(tensor);
    const bool batch = !axes.empty() && !axes[0].empty() && axes[0][0].axis == PhysicalAxis::kBatch;
    if (batch) {
      axes = plain_placement(input.shape);
    }
    VOUCH_ASSIGN(const Shape shape, shape_of(axes));
    const View view{0, shape, axes};
    VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(flat_view(n), flattened(view)));
    shift(terms, false, first, n);
    // X' is the code less the common zero-point; the bias makes up for it.
    RealOperator op{{OpKind::kLinearMap, {0}, {}, std::move(terms)},
                    shape,
                    {{{1, 1.0F}, input.codes->scale, 1}},
                    {{int64_t{zero} - input.codes->zero_point, input.codes->scale}},
                    {}};
    op.arithmetic = Arithmetic::kWhole;
    VOUCH_ASSIGN(known_[tensor], add(input.name, std::move(op), {*input.codes, {}}, axes));
    inputs_.push_back({tensor, *input.codes, first, view});
    first += n;
  }
  return {};
}

Result<void> NetworkLowering::finish() {
  std::vector<Value> values;
  std::vector<size_t> which;  // of them each output is
  for (const uint32_t output : network_.outputs) {
    if (!known_[output]) {
      return Error{"'" + network_.tensors[output].name +
                   "' is not computed from the input; leave it out of the model's outputs"};
    }
    Value value = *known_[output];
    if (!value.outside) {
      value.tensor = output;
    }
    if (!(value.pads == Pads{})) {
      VOUCH_ASSIGN(value, padded(value, network_.tensors[output].name));
      value.tensor = output;
    }
    // What is told from the same tensor outside is one.
    const auto same = std::find_if(values.begin(), values.end(), [&](const Value& other) {
      return other.tensor == value.tensor && other.view == value.view;
    });
    which.push_back(static_cast<size_t>(same - values.begin()));
    if (same == values.end()) {
      values.push_back(std::move(value));
    }
  }
  const bool lies_apart = which.size() > 1 && values[0].view.shape.batch > 1;
  VOUCH_TRY(values.size() > 1 || lies_apart ? pack_outputs(values) : lay_output(values[0]));
  const std::vector<Port> ports = std::move(outputs_);
  outputs_.clear();
  for (const size_t i : which) {
    outputs_.push_back(ports[i]);
  }
  return {};
}

Result<void> NetworkLowering::lay_output(Value value) {
  const std::string& name = network_.tensors[network_.outputs[0]].name;
  if (elements_of(value.view) > kMaxOutput) {
    return Error{
        "'" + name + "' has " + std::to_string(elements_of(value.view)) +
        " elements, a proof tells 65536; cut them in the model, by a pool or a slice at its end"};
  }
  if (!value.view.is_row_major() && value.view.shape.batch == 1) {
    const uint32_t tensor = value.tensor;
    VOUCH_ASSIGN(value, placed(value, plain_placement(value.view.axes), name));
    value.tensor = tensor;
  }
  if (maker_.size() == 0 || value.view.tensor != maker_.size()) {
    const uint32_t tensor = value.tensor;
    VOUCH_ASSIGN(value, add(name, copy_of(value), {value.codes, {}}, value.view.axes));
    value.tensor = tensor;
  }
  meaning_.scale = value.codes.scale;
  outputs_ = {{value.tensor, value.codes, 0, value.view}};
  return {};
}

Result<void> NetworkLowering::pack_outputs(const std::vector<Value>& values) {
  uint64_t all = 0;
  bool alike = true;
  for (const Value& value : values) {
    if (value.view.shape.batch > 1) {
      return Error{"several outputs of a batch are not supported; make its batch 1"};
    }
    all += elements_of(value.view);
    alike = alike && value.codes.zero_point == values[0].codes.zero_point;
  }
  if (all > kMaxPacked || values.size() > 64) {
    return Error{
        "they are more than 64, or have more than 65535 elements together; leave some out of the "
        "model"};
  }
  const uint8_t zero = alike ? values[0].codes.zero_point : 128;
  RealOperator op;
  op.op.kind = OpKind::kLinearMap;
  op.stated = {static_cast<uint32_t>(all), 1, 1, 1};
  op.biases = {{}};
  op.arithmetic = alike ? Arithmetic::kWhole : Arithmetic::kReal;
  uint32_t first = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const Value& value = values[i];
    const auto n = static_cast<uint32_t>(elements_of(value.view));
    // Codes about another zero-point are coarser where they would not have room.
    const double z = value.codes.zero_point;
    const double room =
        std::max({1.0, z / std::max(1, int{zero}), (255 - z) / (255 - zero + 1e-9)});
    CodeScale codes = value.codes;
    codes.zero_point = zero;
    codes.scale = alike ? codes.scale : static_cast<float>(double{codes.scale} * room);
    VOUCH_ASSIGN(std::vector<MapTerm> terms, reading_terms(flattened(value.view), flat_view(n)));
    shift(terms, true, first, n);
    for (MapTerm& term : terms) {
      term.input = static_cast<uint8_t>(i);
      term.weight = static_cast<uint16_t>(i);
      op.op.terms.push_back(std::move(term));
    }
    op.op.inputs.push_back(value.view.tensor);
    // In steps of the output's own scale: what is left is a code.
    const bool same = codes.scale == value.codes.scale;
    op.weights.push_back(same ? RealWeight{{1, 1.0F}, 1.0F, 1}
                              : RealWeight{{1, value.codes.scale}, 1 / codes.scale, 1});
    outputs_.push_back({value.tensor, codes, first, flat_view(n)});
    first += n;
  }
  VOUCH_ASSIGN([[maybe_unused]] const Value packed,
               add("the outputs", std::move(op), {{1.0F, zero, false}, {}}, flat_view(all).axes));
  meaning_.scale = values[0].codes.scale;
  return {};
}

}  // namespace vouch
