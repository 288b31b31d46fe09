// Operators that only move elements.
#include <algorithm>
#include <numeric>

#include "model/cut.h"
#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

Result<Values> one(Result<Value> value) {
  VOUCH_ASSIGN(Value out, std::move(value));
  return Values{std::move(out)};
}

Result<Values> read_identity(Node& node) {
  VOUCH_ASSIGN(Value x, node.input(0));
  return Values{std::move(x)};
}

Result<Values> read_dropout(Node& node) {
  node.ignore({"ratio", "seed", "is_test"});
  VOUCH_ASSIGN(Value x, node.input(0));
  if (node.has(2)) {
    VOUCH_ASSIGN(const float training, node.number(2, "training mode"));
    if (training != 0) {
      return Error{"it is in training mode; export the model for inference"};
    }
  }
  return Values{std::move(x)};
}

Result<Values> read_reshape(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(Integers extents, node.integers(1, "shape"));
  VOUCH_ASSIGN(const bool zero_is_zero, node.flag("allowzero", false));
  size_t open = extents.size();
  uint64_t product = 1;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == 0 && !zero_is_zero) {
      if (i >= x.shape.size()) {
        return Error{"extent " + std::to_string(i) + " of its shape is to stay, and there is none"};
      }
      extents[i] = x.shape[i];
    }
    if (extents[i] == -1 && open == extents.size()) {
      open = i;
    } else if (extents[i] < 1 || static_cast<uint64_t>(extents[i]) > Network::kMaxElements ||
               (product *= static_cast<uint64_t>(extents[i])) > Network::kMaxElements) {
      return Error{"extent " + std::to_string(extents[i]) + " of its shape is not supported"};
    }
  }
  if (open < extents.size()) {
    extents[open] = static_cast<int64_t>(element_count(x.shape) / product);
  }
  VOUCH_ASSIGN(Dimensions shape, extents_of(extents));
  return one(node.builder().reshaped(x, std::move(shape)));
}

Result<Values> read_flatten(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(int64_t axis, node.attribute("axis", int64_t{1}));
  const auto rank = static_cast<int64_t>(x.shape.size());
  if (axis < -rank || axis > rank) {
    return Error{"axis " + std::to_string(axis) + " is outside its input's " +
                 std::to_string(rank) + " axes"};
  }
  axis = axis < 0 ? axis + rank : axis;
  const auto first =
      static_cast<uint32_t>(element_count(Dimensions(x.shape.begin(), x.shape.begin() + axis)));
  const auto second =
      static_cast<uint32_t>(element_count(Dimensions(x.shape.begin() + axis, x.shape.end())));
  return one(node.builder().reshaped(x, {first, second}));
}

Result<Values> read_squeeze(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const auto given, node.list_or_input("axes", 1, 13));
  std::vector<uint32_t> axes;
  if (given) {
    VOUCH_ASSIGN(axes, axes_of(*given, x.shape.size()));
  }
  Dimensions shape;
  for (uint32_t a = 0; a < x.shape.size(); ++a) {
    const bool named = std::find(axes.begin(), axes.end(), a) != axes.end();
    if (named && x.shape[a] != 1) {
      return Error{"axis " + std::to_string(a) + " to be dropped has extent " +
                   std::to_string(x.shape[a])};
    }
    if (given ? !named : x.shape[a] != 1) {
      shape.push_back(x.shape[a]);
    }
  }
  return one(node.builder().reshaped(x, std::move(shape)));
}

Result<Values> read_unsqueeze(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const auto given, node.list_or_input("axes", 1, 13));
  if (!given || x.shape.size() + given->size() > Network::kMaxRank) {
    return Error{"it has no axes, or more than 8 with its input's"};
  }
  const size_t rank = x.shape.size() + given->size();
  VOUCH_ASSIGN(const std::vector<uint32_t> axes, axes_of(*given, rank));
  Dimensions shape;
  auto next = x.shape.begin();
  for (uint32_t a = 0; a < rank; ++a) {
    shape.push_back(std::find(axes.begin(), axes.end(), a) != axes.end() ? 1 : *next++);
  }
  return one(node.builder().reshaped(x, std::move(shape)));
}

Result<Values> read_transpose(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const auto given, node.list("perm"));
  std::vector<uint32_t> axes(x.shape.size());
  std::iota(axes.rbegin(), axes.rend(), 0);
  if (given) {
    VOUCH_ASSIGN(axes, axes_of(*given, x.shape.size()));
    if (axes.size() != x.shape.size()) {
      return Error{"its permutation does not have its input's axes"};
    }
  }
  return one(node.builder().transposed(x, std::move(axes)));
}

Result<Values> read_concat(Node& node) {
  Values inputs;
  for (size_t i = 0; i < node.input_count(); ++i) {
    VOUCH_ASSIGN(Value x, node.input(i));
    inputs.push_back(std::move(x));
  }
  constexpr int64_t kMissing = 99;
  VOUCH_ASSIGN(const int64_t axis, node.attribute("axis", kMissing));
  if (inputs.empty() || axis == kMissing) {
    return Error{"it has no inputs, or no axis"};
  }
  return one(concat(node.builder(), inputs, axis));
}

// `cuts`: one an axis.
Result<Value> sliced(Builder& builder, const Value& x, const std::vector<Cut>& cuts) {
  Layer layer;
  layer.kind = LayerKind::kSlice;
  Dimensions shape;
  for (size_t a = 0; a < cuts.size(); ++a) {
    if (cuts[a].count == 0 && !x.is_constant()) {
      return Error{"it leaves nothing along axis " + std::to_string(a)};
    }
    layer.first.push_back(cuts[a].first);
    layer.step.push_back(cuts[a].step);
    shape.push_back(static_cast<uint32_t>(cuts[a].count));
  }
  if (shape == x.shape && std::all_of(cuts.begin(), cuts.end(), [](const Cut& cut) {
        return cut.first == 0 && cut.step == 1;
      })) {
    return x;
  }
  return builder.layer(std::move(layer), {x}, std::move(shape), x.type);
}

std::vector<Cut> whole(const Dimensions& shape) {
  std::vector<Cut> cuts;
  for (const uint32_t extent : shape) {
    cuts.push_back({0, 1, extent});
  }
  return cuts;
}

Result<Values> read_slice(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const auto starts, node.list_or_input("starts", 1, 10));
  VOUCH_ASSIGN(const auto ends, node.list_or_input("ends", 2, 10));
  VOUCH_ASSIGN(const auto given, node.list_or_input("axes", 3, 10));
  std::optional<Integers> steps;
  if (node.opset() >= 10) {
    VOUCH_ASSIGN(steps, node.list_or_input("steps", 4, 10));
  }
  if (!starts || !ends || starts->size() != ends->size() ||
      (given && given->size() != starts->size()) || (steps && steps->size() != starts->size()) ||
      starts->size() > x.shape.size()) {
    return Error{"its starts, ends, axes and steps do not fit together"};
  }
  Integers named(starts->size());
  std::iota(named.begin(), named.end(), 0);
  VOUCH_ASSIGN(const std::vector<uint32_t> axes, axes_of(given ? *given : named, x.shape.size()));
  std::vector<Cut> cuts = whole(x.shape);
  for (size_t i = 0; i < axes.size(); ++i) {
    VOUCH_ASSIGN(cuts[axes[i]], cut_of((*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1,
                                       int64_t{x.shape[axes[i]]}));
  }
  return one(sliced(node.builder(), x, cuts));
}

Result<Values> read_split(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const int64_t along, node.attribute("axis", int64_t{0}));
  VOUCH_ASSIGN(const uint32_t axis, axis_of(along, x.shape.size()));
  VOUCH_ASSIGN(const auto given, node.list_or_input("split", 1, 13));
  const auto n = static_cast<int64_t>(node.output_count());
  VOUCH_ASSIGN(const int64_t parts, node.attribute("num_outputs", n));
  if (n == 0 || parts != n || (given && static_cast<int64_t>(given->size()) != n)) {
    return Error{"it has " + std::to_string(n) + " outputs, and says that it has others"};
  }
  const int64_t extent = x.shape[axis];
  const int64_t share = (extent + n - 1) / n;
  Values out;
  int64_t first = 0;
  for (int64_t i = 0; i < n; ++i) {
    const int64_t count =
        given ? (*given)[static_cast<size_t>(i)] : std::min(share, extent - first);
    if (count < 0 || count > extent - first) {
      return Error{"its parts are not those of an extent of " + std::to_string(extent)};
    }
    std::vector<Cut> cuts = whole(x.shape);
    cuts[axis] = {first, 1, count};
    VOUCH_ASSIGN(Value part, sliced(node.builder(), x, cuts));
    out.push_back(std::move(part));
    first += count;
  }
  if (first != extent) {
    return Error{"its parts are not those of an extent of " + std::to_string(extent)};
  }
  return out;
}

Result<PadMode> pad_mode(const std::string& name) {
  if (name == "constant") return PadMode::kConstant;
  if (name == "reflect") return PadMode::kReflect;
  if (name == "edge") return PadMode::kEdge;
  if (name == "wrap") return PadMode::kWrap;
  return Error{"its mode '" + file_text(name) +
               "' is not supported; use constant, reflect, edge or wrap"};
}

Result<Values> read_pad(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_TRY(x.is_constant() ? node.real(0) : node.numbers(0));
  VOUCH_ASSIGN(const std::string mode, node.attribute("mode", "constant"));
  Layer layer;
  layer.kind = LayerKind::kPad;
  VOUCH_ASSIGN(layer.pad_mode, pad_mode(mode));
  VOUCH_ASSIGN(const auto pads, node.list_or_input("pads", 1, 11));
  std::vector<uint32_t> axes(x.shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  if (node.opset() < 11) {
    VOUCH_ASSIGN(layer.pad_value, node.attribute("value", 0.0F));
  } else if (node.has(2)) {
    VOUCH_ASSIGN(layer.pad_value, node.number(2, "pad value"));
  }
  if (node.has(3)) {
    VOUCH_ASSIGN(const Integers named, node.integers(3, "axes"));
    VOUCH_ASSIGN(axes, axes_of(named, x.shape.size()));
  }
  if (!pads || pads->size() != 2 * axes.size()) {
    return Error{"it does not have a pad before and one behind each axis"};
  }
  layer.begin.assign(x.shape.size(), 0);
  layer.end.assign(x.shape.size(), 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    layer.begin[axes[i]] = (*pads)[i];
    layer.end[axes[i]] = (*pads)[axes.size() + i];
  }
  if (std::all_of(pads->begin(), pads->end(), [](int64_t pad) { return pad == 0; })) {
    return Values{x};
  }
  return one(node.builder().layer(std::move(layer), {x}, {}, x.type));
}

Result<Values> read_expand(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const Integers extents, node.integers(1, "shape"));
  VOUCH_ASSIGN(const Dimensions wanted, extents_of(extents));
  VOUCH_ASSIGN(const Dimensions shape, broadcast(x.shape, wanted));
  if (shape == x.shape) {
    return Values{x};
  }
  Layer layer;
  layer.kind = LayerKind::kExpand;
  return one(node.builder().layer(std::move(layer), {x}, shape, x.type));
}

Result<Value> gathered(Builder& builder, const Value& x, uint32_t axis,
                       std::vector<uint32_t> indices) {
  VOUCH_TRY(builder.spend(indices.size()));
  Layer layer;
  layer.kind = LayerKind::kGather;
  layer.axes = {axis};
  layer.indices = std::move(indices);
  return builder.layer(std::move(layer), {x}, {}, x.type);
}

Result<Values> read_tile(Node& node) {
  VOUCH_ASSIGN(Value x, node.input(0));
  VOUCH_ASSIGN(const Integers repeats, node.integers(1, "repeats"));
  if (repeats.size() != x.shape.size()) {
    return Error{"it does not say for each axis how often to repeat it"};
  }
  for (uint32_t a = 0; a < repeats.size(); ++a) {
    const uint64_t extent = x.shape[a];
    if (repeats[a] < 1 || static_cast<uint64_t>(repeats[a]) > Network::kMaxElements / extent) {
      return Error{"it repeats axis " + std::to_string(a) + " " + std::to_string(repeats[a]) +
                   " times"};
    }
    if (repeats[a] == 1) continue;
    const uint64_t n = extent * static_cast<uint64_t>(repeats[a]);
    VOUCH_TRY(node.builder().spend(n));
    std::vector<uint32_t> indices(n);
    for (uint64_t i = 0; i < n; ++i) {
      indices[i] = static_cast<uint32_t>(i % extent);
    }
    VOUCH_ASSIGN(x, gathered(node.builder(), x, a, std::move(indices)));
  }
  return Values{std::move(x)};
}

Result<Values> read_gather(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const Value at, node.input(1, "indices"));
  if (!at.is_constant()) {
    return Error{
        "its indices depend on the model's input, as an embedding's do; begin the model behind it"};
  }
  VOUCH_ASSIGN(const int64_t along, node.attribute("axis", int64_t{0}));
  VOUCH_ASSIGN(const uint32_t axis, axis_of(along, x.shape.size()));
  if (is_real(at.type)) {
    return Error{"its indices are " + type_name(at.type)};
  }
  const int64_t extent = x.shape[axis];
  std::vector<uint32_t> indices;
  for (const int64_t index : at.constant->integers) {
    if (index < -extent || index >= extent) {
      return Error{"index " + std::to_string(index) + " is outside axis " + std::to_string(axis)};
    }
    indices.push_back(static_cast<uint32_t>(index < 0 ? index + extent : index));
  }
  VOUCH_ASSIGN(const Value picked, gathered(node.builder(), x, axis, std::move(indices)));
  Dimensions shape(x.shape.begin(), x.shape.begin() + axis);
  shape.insert(shape.end(), at.shape.begin(), at.shape.end());
  shape.insert(shape.end(), x.shape.begin() + axis + 1, x.shape.end());
  return one(node.builder().reshaped(picked, std::move(shape)));
}

// [n, c, h, w] as n, a block's rows and columns, and what remains: through six axes and back.
Result<Values> through_six(Node& node, const Value& x, Dimensions six, std::vector<uint32_t> axes,
                           Dimensions to) {
  VOUCH_ASSIGN(const Value apart, node.builder().reshaped(x, std::move(six)));
  VOUCH_ASSIGN(const Value moved, node.builder().transposed(apart, std::move(axes)));
  return one(node.builder().reshaped(moved, std::move(to)));
}

Result<uint32_t> block_of(Node& node, const Value& x) {
  VOUCH_ASSIGN(const int64_t block, node.attribute("blocksize", int64_t{0}));
  if (x.shape.size() != 4 || block < 1 || block > 0xFFFF) {
    return Error{"a block of " + std::to_string(block) + " of an input " + text(x.shape)};
  }
  return static_cast<uint32_t>(block);
}

Result<Values> read_depth_to_space(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const uint32_t b, block_of(node, x));
  VOUCH_ASSIGN(const std::string mode, node.attribute("mode", "DCR"));
  const Dimensions& s = x.shape;
  if (s[1] % (uint64_t{b} * b) != 0 || (mode != "DCR" && mode != "CRD")) {
    return Error{"blocks of " + std::to_string(b) + " do not fit " + std::to_string(s[1]) +
                 " channels, or its mode is unknown"};
  }
  const uint32_t channels = s[1] / (b * b);
  const Dimensions to = {s[0], channels, s[2] * b, s[3] * b};
  if (mode == "DCR") {
    return through_six(node, x, {s[0], b, b, channels, s[2], s[3]}, {0, 3, 4, 1, 5, 2}, to);
  }
  return through_six(node, x, {s[0], channels, b, b, s[2], s[3]}, {0, 1, 4, 2, 5, 3}, to);
}

Result<Values> read_space_to_depth(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  VOUCH_ASSIGN(const uint32_t b, block_of(node, x));
  const Dimensions& s = x.shape;
  if (s[2] % b != 0 || s[3] % b != 0) {
    return Error{"blocks of " + std::to_string(b) + " do not fit " + text(s)};
  }
  return through_six(node, x, {s[0], s[1], s[2] / b, b, s[3] / b, b}, {0, 3, 5, 1, 2, 4},
                     {s[0], s[1] * b * b, s[2] / b, s[3] / b});
}

}  // namespace

Result<Value> concat(Builder& builder, const Values& inputs, int64_t axis) {
  if (inputs.size() == 1) {
    return inputs[0];
  }
  Layer layer;
  layer.kind = LayerKind::kConcat;
  VOUCH_ASSIGN(const uint32_t along, axis_of(axis, inputs[0].shape.size()));
  layer.axes = {along};
  for (const Value& x : inputs) {
    if (x.type != inputs[0].type && !(is_real(x.type) && is_real(inputs[0].type))) {
      return Error{"its inputs are " + type_name(inputs[0].type) + " and " + type_name(x.type)};
    }
    VOUCH_TRY(builder.read_as_numbers(x));
  }
  VOUCH_ASSIGN(Value out, builder.layer(std::move(layer), inputs));
  out.type = inputs[0].type;
  return out;
}

void add_moves(OperatorTable& table) {
  table["Identity"] = {read_identity, {Becomes::kMove, "", ""}};
  table["Dropout"] = {read_dropout, {Becomes::kMove, "is_test ratio seed", "inference mode"}};
  table["Reshape"] = {read_reshape,
                      {Becomes::kMove, "allowzero shape", "the new shape is a constant"}};
  table["Flatten"] = {read_flatten, {Becomes::kMove, "axis", ""}};
  table["Squeeze"] = {read_squeeze, {Becomes::kMove, "axes", ""}};
  table["Unsqueeze"] = {read_unsqueeze, {Becomes::kMove, "axes", ""}};
  table["Transpose"] = {read_transpose, {Becomes::kMove, "perm", ""}};
  table["Concat"] = {read_concat, {Becomes::kMove, "axis", "a copy of each part"}};
  table["Slice"] = {read_slice, {Becomes::kMove, "axes ends starts steps", "constants"}};
  table["Split"] = {read_split, {Becomes::kMove, "axis num_outputs split", "constants"}};
  table["Pad"] = {read_pad,
                  {Becomes::kMove, "mode pads value",
                   "constants; pads of zeros go into a window behind them for nothing"}};
  table["Expand"] = {read_expand, {Becomes::kMove, "", "the shape is a constant"}};
  table["Tile"] = {read_tile, {Becomes::kMove, "", "the repeats are constants"}};
  table["Gather"] = {read_gather, {Becomes::kMove, "axis", "the indices are constants"}};
  table["DepthToSpace"] = {read_depth_to_space, {Becomes::kMove, "blocksize mode", "4 axes"}};
  table["SpaceToDepth"] = {read_space_to_depth, {Becomes::kMove, "blocksize", "4 axes"}};
}

}  // namespace vouch::onnx
