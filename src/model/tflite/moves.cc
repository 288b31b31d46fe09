// Operators that only move elements, and resizes.
#include <algorithm>
#include <numeric>

#include "model/cut.h"
#include "model/resize_axis.h"
#include "model/tflite/operators.h"
#include "network/shapes.h"

namespace vouch::tflite {
namespace {

// The file says the shapes of all tensors, so what these say of them again is not looked at.
Result<void> read_reshape(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  return node.finish_reshape(x);
}

Result<void> read_transpose(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers named, node.integers(1, "permutation"));
  Layer layer;
  layer.kind = LayerKind::kTranspose;
  for (const int64_t each : named) {
    VOUCH_ASSIGN(const uint32_t axis, axis_of(each, node.shape(x).size()));
    layer.axes.push_back(axis);
  }
  return node.finish_move(std::move(layer), x);
}

Result<void> read_concatenation(Node& node) {
  const auto* options = node.options<ConcatenationOptions>();
  Layer layer;
  layer.kind = LayerKind::kConcat;
  bool constant = true;
  for (size_t i = 0; i < node.input_count(); ++i) {
    constant = constant && node.is_constant(i);
    VOUCH_ASSIGN(const uint32_t x, node.operand(i));
    layer.inputs.push_back(x);
  }
  if (constant) {
    return Error{"all its inputs are constants; let the converter compute it"};
  }
  VOUCH_ASSIGN(const uint32_t axis, axis_of(options == nullptr ? 0 : options->axis(),
                                            node.shape(layer.inputs[0]).size()));
  layer.axes = {axis};
  return node.finish(std::move(layer),
                     options == nullptr ? Activation::NONE : options->activation());
}

std::vector<Cut> whole(const Dimensions& shape) {
  std::vector<Cut> cuts;
  for (const uint32_t extent : shape) {
    cuts.push_back({0, 1, extent});
  }
  return cuts;
}

struct Slice {
  Layer layer;
  Dimensions shape;
};

// `cuts`: one an axis, none empty.
Result<Slice> slice_of(const std::vector<Cut>& cuts) {
  Slice slice;
  slice.layer.kind = LayerKind::kSlice;
  for (size_t a = 0; a < cuts.size(); ++a) {
    if (cuts[a].count < 1) {
      return Error{"it leaves nothing along axis " + std::to_string(a)};
    }
    slice.layer.first.push_back(cuts[a].first);
    slice.layer.step.push_back(cuts[a].step);
    slice.shape.push_back(static_cast<uint32_t>(cuts[a].count));
  }
  return slice;
}

// `count` elements of an axis from `first` on; −1: all that are left.
Result<Cut> part(int64_t first, int64_t count, int64_t extent) {
  if (first < 0 || first >= extent || count < -1 || count == 0 ||
      (count > 0 && count > extent - first)) {
    return Error{"its part of " + std::to_string(count) + " from " + std::to_string(first) +
                 " on leaves an extent of " + std::to_string(extent)};
  }
  return Cut{first, 1, count == -1 ? extent - first : count};
}

Result<void> read_slice(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers begin, node.integers(1, "begin"));
  VOUCH_ASSIGN(const Integers size, node.integers(2, "size"));
  const Dimensions& shape = node.shape(x);
  if (begin.size() != shape.size() || size.size() != shape.size()) {
    return Error{"its begin and size are not for its input's " + std::to_string(shape.size()) +
                 " axes"};
  }
  std::vector<Cut> cuts;
  for (size_t a = 0; a < shape.size(); ++a) {
    VOUCH_ASSIGN(const Cut cut, part(begin[a], size[a], int64_t{shape[a]}));
    cuts.push_back(cut);
  }
  VOUCH_ASSIGN(Slice slice, slice_of(cuts));
  return node.finish_move(std::move(slice.layer), x);
}

bool bit(int32_t mask, size_t a) { return (static_cast<uint32_t>(mask) >> a & 1U) != 0; }

Result<Cut> strided_cut(const StridedSliceOptions& options, size_t a, int64_t begin, int64_t end,
                        int64_t step, int64_t extent) {
  if (bit(options.shrink_axis_mask(), a)) {
    const int64_t first = begin < 0 ? begin + extent : begin;
    return part(first, 1, extent);
  }
  constexpr int64_t kFar = int64_t{1} << 32U;
  const int64_t start = bit(options.begin_mask(), a) ? (step < 0 ? kFar : 0) : begin;
  const int64_t stop = bit(options.end_mask(), a) ? (step < 0 ? -kFar : kFar) : end;
  return cut_of(start, stop, step, extent);
}

Result<void> read_strided_slice(Node& node) {
  VOUCH_ASSIGN(const StridedSliceOptions* const options, node.required<StridedSliceOptions>());
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers begin, node.integers(1, "begin"));
  VOUCH_ASSIGN(const Integers end, node.integers(2, "end"));
  VOUCH_ASSIGN(const Integers steps, node.integers(3, "strides"));
  const Dimensions& shape = node.shape(x);
  if (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0 || options->offset()) {
    return Error{"its ellipsis, new axes or offsets are not supported; name each axis instead"};
  }
  if (begin.size() > shape.size() || end.size() != begin.size() || steps.size() != begin.size()) {
    return Error{"its begin, end and strides do not fit together"};
  }
  std::vector<Cut> cuts = whole(shape);
  for (size_t a = 0; a < begin.size(); ++a) {
    VOUCH_ASSIGN(cuts[a], strided_cut(*options, a, begin[a], end[a], steps[a], int64_t{shape[a]}));
  }
  VOUCH_ASSIGN(Slice slice, slice_of(cuts));
  if (slice.shape == node.output_shape()) {
    return node.finish_move(std::move(slice.layer), x);
  }
  slice.layer.inputs = {x};
  VOUCH_ASSIGN(const uint32_t cut, node.builder().layer(std::move(slice.layer), slice.shape,
                                                        node.builder().tensor(x).codes));
  return node.finish_reshape(cut);  // without the axes of one element
}

// `counts`: one an output.
Result<void> finish_split(const Node& node, uint32_t x, uint32_t axis, const Integers& counts) {
  const Dimensions shape = node.shape(x);
  if (counts.size() != node.output_count()) {
    return Error{"it has " + std::to_string(node.output_count()) + " outputs and " +
                 std::to_string(counts.size()) + " parts"};
  }
  int64_t first = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    std::vector<Cut> cuts = whole(shape);
    VOUCH_ASSIGN(cuts[axis], part(first, counts[i], int64_t{shape[axis]}));
    first += cuts[axis].count;
    VOUCH_ASSIGN(Slice slice, slice_of(cuts));
    VOUCH_TRY(node.finish_move(std::move(slice.layer), x, i));
  }
  return {};
}

Result<void> read_split(Node& node) {
  VOUCH_ASSIGN(const int64_t along, node.integer(0, "axis"));
  VOUCH_ASSIGN(const uint32_t x, node.activation(1));
  VOUCH_ASSIGN(const uint32_t axis, axis_of(along, node.shape(x).size()));
  const auto n = static_cast<int64_t>(node.output_count());
  const int64_t extent = node.shape(x)[axis];
  if (extent % n != 0) {
    return Error{std::to_string(n) + " parts of an extent of " + std::to_string(extent)};
  }
  return finish_split(node, x, axis, Integers(node.output_count(), extent / n));
}

Result<void> read_split_v(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(Integers counts, node.integers(1, "sizes"));
  VOUCH_ASSIGN(const int64_t along, node.integer(2, "axis"));
  VOUCH_ASSIGN(const uint32_t axis, axis_of(along, node.shape(x).size()));
  int64_t open = node.shape(x)[axis];
  for (const int64_t count : counts) {
    if (count > open) {
      return Error{"its parts exceed an extent of " + std::to_string(node.shape(x)[axis])};
    }
    open -= std::max<int64_t>(count, 0);
  }
  for (int64_t& count : counts) {
    count = count == -1 ? std::exchange(open, 0) : count;
  }
  return finish_split(node, x, axis, counts);
}

Result<float> pad_value(const Node& node) {
  VOUCH_ASSIGN(const FileTensor* const from, node.file(2, "pad value"));
  if (!from->constant || element_count(from->shape) != 1) {
    return Error{"its pad value must be one constant number"};
  }
  VOUCH_ASSIGN(const Constant constant, constant_of(*from));
  return constant.integers.empty() ? constant.reals[0]
                                   : static_cast<float>(constant.integers[0]) * constant.scales[0];
}

Result<void> read_pad(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers pads, node.integers(1, "pads"));
  if (pads.size() != 2 * node.shape(x).size()) {
    return Error{"it has not a pad before and one behind each axis"};
  }
  Layer layer;
  layer.kind = LayerKind::kPad;
  for (size_t i = 0; i < pads.size(); i += 2) {
    layer.begin.push_back(pads[i]);
    layer.end.push_back(pads[i + 1]);
  }
  if (node.type() == BuiltinOperator::PADV2) {
    VOUCH_ASSIGN(layer.pad_value, pad_value(node));
  }
  if (node.type() == BuiltinOperator::MIRROR_PAD) {
    const auto* options = node.options<MirrorPadOptions>();
    if (options != nullptr && options->mode() != 0) {
      return Error{"it repeats the edge (SYMMETRIC); use REFLECT instead"};
    }
    layer.pad_mode = PadMode::kReflect;
  }
  return node.finish_move(std::move(layer), x);
}

Result<void> read_gather(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers at, node.integers(1, "indices"));
  const auto* options = node.options<GatherOptions>();
  VOUCH_ASSIGN(const uint32_t axis,
               axis_of(options == nullptr ? 0 : options->axis(), node.shape(x).size()));
  if (options != nullptr && options->batch_dims() != 0) {
    return Error{"its indices are others for each batch; use the same for all"};
  }
  Layer layer;
  layer.kind = LayerKind::kGather;
  layer.inputs = {x};
  layer.axes = {axis};
  for (const int64_t index : at) {
    if (index < 0 || index >= int64_t{node.shape(x)[axis]}) {
      return Error{"index " + std::to_string(index) + " is outside axis " + std::to_string(axis)};
    }
    layer.indices.push_back(static_cast<uint32_t>(index));
  }
  VOUCH_ASSIGN(const FileTensor* const indices, node.file(1, "indices"));
  if (indices->shape.size() == 1) {
    return node.finish_move(std::move(layer), x);
  }
  Dimensions shape = node.shape(x);
  Dimensions wanted(shape.begin(), shape.begin() + axis);
  wanted.insert(wanted.end(), indices->shape.begin(), indices->shape.end());
  wanted.insert(wanted.end(), shape.begin() + axis + 1, shape.end());
  if (wanted != node.output_shape()) {
    return Error{"its output is " + text(wanted) + ", and the file says " +
                 text(node.output_shape()) + ""};
  }
  VOUCH_ASSIGN(const uint32_t picked,
               node.builder().layer(std::move(layer), {}, node.builder().tensor(x).codes));
  return node.finish_reshape(picked);
}

Result<void> read_broadcast_to(Node& node) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  Layer layer;
  layer.kind = LayerKind::kExpand;
  return node.finish_move(std::move(layer), x);
}

// Through six axes and back.
Result<void> finish_blocks(const Node& node, uint32_t x, Dimensions six,
                           std::vector<uint32_t> axes) {
  const std::optional<CodeScale> codes = node.builder().tensor(x).codes;
  Layer apart;
  apart.kind = LayerKind::kReshape;
  apart.inputs = {x};
  VOUCH_ASSIGN(const uint32_t split, node.builder().layer(std::move(apart), std::move(six), codes));
  Layer moved;
  moved.kind = LayerKind::kTranspose;
  moved.inputs = {split};
  moved.axes = std::move(axes);
  VOUCH_ASSIGN(const uint32_t turned, node.builder().layer(std::move(moved), {}, codes));
  Dimensions shape = node.shape(turned);
  const Dimensions joined =
      node.type() == BuiltinOperator::DEPTH_TO_SPACE
          ? Dimensions{shape[0], shape[1] * shape[2], shape[3] * shape[4], shape[5]}
          : Dimensions{shape[0], shape[1], shape[2], shape[3] * shape[4] * shape[5]};
  if (joined != node.output_shape()) {
    return Error{"its output is " + text(joined) + ", and the file says " +
                 text(node.output_shape()) + ""};
  }
  return node.finish_reshape(turned);
}

Result<void> read_depth_to_space(Node& node) {
  VOUCH_ASSIGN(const DepthToSpaceOptions* const options, node.required<DepthToSpaceOptions>());
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  const Dimensions& s = node.shape(x);
  const auto b = static_cast<uint32_t>(options->block_size());
  if (s.size() != 4 || b < 1 || b > 0xFFFF || s[3] % (uint64_t{b} * b) != 0) {
    return Error{"a block of " + std::to_string(options->block_size()) + " of an input " + text(s)};
  }
  return finish_blocks(node, x, {s[0], s[1], s[2], b, b, s[3] / (b * b)}, {0, 1, 3, 2, 4, 5});
}

Result<void> read_space_to_depth(Node& node) {
  VOUCH_ASSIGN(const SpaceToDepthOptions* const options, node.required<SpaceToDepthOptions>());
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  const Dimensions& s = node.shape(x);
  const auto b = static_cast<uint32_t>(options->block_size());
  if (s.size() != 4 || b < 1 || b > 0xFFFF || s[1] % b != 0 || s[2] % b != 0) {
    return Error{"a block of " + std::to_string(options->block_size()) + " of an input " + text(s)};
  }
  return finish_blocks(node, x, {s[0], s[1] / b, b, s[2] / b, b, s[3]}, {0, 1, 3, 2, 4, 5});
}

template <class Options>
Result<Sampling> read_sampling(const Node& node, Interpolation interpolation) {
  const auto* options = node.options<Options>();
  const bool corners = options != nullptr && options->align_corners();
  const bool centres = options != nullptr && options->half_pixel_centers();
  if (corners && centres) {
    return Error{"it aligns corners and centres; use one of them"};
  }
  Sampling sampling;
  sampling.interpolation = interpolation;
  sampling.coordinates = corners ? "align_corners" : centres ? "half_pixel" : "asymmetric";
  // Halves up of what lies half a pixel lower is the floor that TensorFlow Lite takes.
  sampling.rounding = corners || centres ? "round_prefer_ceil" : "floor";
  return sampling;
}

Result<void> finish_resize(const Node& node, const Sampling& sampling) {
  VOUCH_ASSIGN(const uint32_t x, node.activation());
  VOUCH_ASSIGN(const Integers sizes, node.integers(1, "size"));
  const Dimensions& shape = node.shape(x);
  if (shape.size() != 4 || sizes.size() != 2) {
    return Error{"a size of " + std::to_string(sizes.size()) + " numbers for an input " +
                 text(shape)};
  }
  Layer layer;
  layer.kind = LayerKind::kResize;
  layer.resize.resize(4);
  for (size_t i = 0; i < 2; ++i) {
    const int64_t extent = shape[i + 1];
    if (sizes[i] < 1 || sizes[i] > static_cast<int64_t>(Network::kMaxElements)) {
      return Error{"a size of " + std::to_string(sizes[i])};
    }
    if (sizes[i] == extent) {
      continue;
    }
    const ScaledAxis axis{extent, sizes[i],
                          static_cast<double>(sizes[i]) / static_cast<double>(extent)};
    VOUCH_ASSIGN(const uint64_t cost, resize_cost(sampling, axis));
    VOUCH_TRY(node.builder().spend(cost));
    layer.resize[i + 1] = resize_axis(sampling, axis);
  }
  return node.finish_move(std::move(layer), x);
}

Result<void> read_resize_nearest(Node& node) {
  VOUCH_ASSIGN(const Sampling sampling,
               read_sampling<ResizeNearestNeighborOptions>(node, Interpolation::kNearest));
  return finish_resize(node, sampling);
}

Result<void> read_resize_bilinear(Node& node) {
  VOUCH_ASSIGN(const Sampling sampling,
               read_sampling<ResizeBilinearOptions>(node, Interpolation::kLinear));
  return finish_resize(node, sampling);
}

}  // namespace

void add_moves(OperatorTable& table) {
  for (const BuiltinOperator type :
       {BuiltinOperator::RESHAPE, BuiltinOperator::SQUEEZE, BuiltinOperator::EXPAND_DIMS}) {
    table[type] = {read_reshape, {Becomes::kMove, "", "the new shape is a constant"}};
  }
  table[BuiltinOperator::TRANSPOSE] = {read_transpose,
                                       {Becomes::kMove, "", "the permutation is a constant"}};
  table[BuiltinOperator::CONCATENATION] = {
      read_concatenation, {Becomes::kMove, "axis fused_activation", "a copy of each part"}};
  table[BuiltinOperator::SLICE] = {read_slice,
                                   {Becomes::kMove, "", "begin and size are constants"}};
  table[BuiltinOperator::STRIDED_SLICE] = {
      read_strided_slice,
      {Becomes::kMove, "begin_mask ellipsis_mask end_mask new_axis_mask offset shrink_axis_mask",
       "constants; no ellipsis, new axes or offsets"}};
  table[BuiltinOperator::SPLIT] = {read_split,
                                   {Becomes::kMove, "num_splits", "the axis is a constant"}};
  table[BuiltinOperator::SPLIT_V] = {read_split_v, {Becomes::kMove, "num_splits", "constants"}};
  table[BuiltinOperator::PAD] = {
      read_pad,
      {Becomes::kMove, "", "constants; pads of zeros go into a window behind them for nothing"}};
  table[BuiltinOperator::PADV2] = {read_pad, {Becomes::kMove, "", "constants"}};
  table[BuiltinOperator::MIRROR_PAD] = {read_pad, {Becomes::kMove, "mode", "REFLECT"}};
  table[BuiltinOperator::GATHER] = {
      read_gather, {Becomes::kMove, "axis batch_dims", "the indices are constants; batch_dims 0"}};
  table[BuiltinOperator::BROADCAST_TO] = {read_broadcast_to,
                                          {Becomes::kMove, "", "the shape is a constant"}};
  table[BuiltinOperator::DEPTH_TO_SPACE] = {read_depth_to_space,
                                            {Becomes::kMove, "block_size", ""}};
  table[BuiltinOperator::SPACE_TO_DEPTH] = {read_space_to_depth,
                                            {Becomes::kMove, "block_size", ""}};
  table[BuiltinOperator::RESIZE_NEAREST_NEIGHBOR] = {
      read_resize_nearest,
      {Becomes::kSum, "align_corners half_pixel_centers", "the size is a constant"}};
  table[BuiltinOperator::RESIZE_BILINEAR] = {
      read_resize_bilinear,
      {Becomes::kSum, "align_corners half_pixel_centers", "the size is a constant"}};
}

}  // namespace vouch::tflite
