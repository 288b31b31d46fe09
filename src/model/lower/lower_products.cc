// Operators that multiply.
#include <algorithm>

#include "model/lower/constant_reader.h"
#include "model/lower/network_lowering.h"
#include "network/constants.h"

namespace vouch {
namespace {

constexpr int32_t kMaxWindow = 512;

Result<Window> window_of(const WindowShape& w, bool transposed) {
  for (const uint32_t x : {w.kernel_rows, w.kernel_columns, w.stride_rows, w.stride_columns,
                           w.dilation_rows, w.dilation_columns}) {
    if (x > kMaxWindow) {
      return Error{"its kernel, stride and dilation must be at most 512"};
    }
  }
  for (const int32_t x : {w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}) {
    if (x < -kMaxWindow || x > kMaxWindow) {
      return Error{"its pads must be within ±512"};
    }
  }
  const auto narrow = [](uint32_t x) { return static_cast<uint16_t>(x); };
  const auto pad = [](int32_t x) { return static_cast<int16_t>(x); };
  return Window{narrow(w.kernel_rows), narrow(w.kernel_columns), narrow(w.stride_rows),
                narrow(w.stride_columns), pad(w.pad_top), pad(w.pad_bottom), pad(w.pad_left),
                pad(w.pad_right), narrow(w.dilation_rows), narrow(w.dilation_columns), transposed};
}

// Weights of a convolution in the circuit's order, all groups in one: zeros between groups.
class ConvolutionWeights {
 public:
  ConvolutionWeights(const Layer& layer, const Dimensions& shape, uint32_t in, uint32_t out)
      : layer_(layer), in_(in), out_(out), area_(size_t{shape[2]} * (shape.size() > 3 ? shape[3] : 1)) {}

  [[nodiscard]] bool is_depthwise() const {
    return layer_.groups == in_ && in_ > 1 && out_ % in_ == 0;
  }
  std::vector<RealWeight> read(const ConstantReader& constant, float scale) const {
    const size_t group_in = in_ / layer_.groups;
    const size_t group_out = out_ / layer_.groups;
    const size_t inputs = is_depthwise() ? 1 : in_;
    std::vector<RealWeight> weights;
    weights.reserve(out_ * inputs * area_);
    for (size_t o = 0; o < out_; ++o) {
      const size_t group = o / group_out;
      for (size_t i = 0; i < inputs; ++i) {
        const size_t in = is_depthwise() ? group : i;
        const bool joined = in / group_in == group;
        const size_t row = layer_.transposed ? in * group_out + o % group_out
                                             : o * group_in + in % group_in;
        for (size_t d = 0; d < area_; ++d) {
          weights.push_back({joined ? constant.at(row * area_ + d) : Factor{}, scale, 1});
        }
      }
    }
    return weights;
  }

 private:
  const Layer& layer_;
  size_t in_;
  size_t out_;
  size_t area_;
};

std::vector<Factor> read_biases(const Network& network, const Layer& layer, size_t count) {
  std::vector<Factor> biases(count);
  if (layer.inputs.size() > 2) {
    const ConstantReader reader(network, layer.inputs[2]);
    for (size_t c = 0; c < count; ++c) {
      biases[c] = reader.at(c);
    }
  }
  return biases;
}

bool holds(const std::vector<PhysicalAxis>& axes, PhysicalAxis axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}


Dimensions with_rank(Dimensions extents, size_t rank) {
  extents.insert(extents.begin(), rank - extents.size(), 1);
  return extents;
}

}  // namespace

Result<void> NetworkLowering::lower_convolution(const Step& step) {
  const Layer& layer = *step.layer;
  if (!is_constant(layer.inputs[1]) ||
      (layer.inputs.size() > 2 && !is_constant(layer.inputs[2]))) {
    return Error{"its weights and bias must be constants"};
  }
  const uint32_t x = layer.inputs[0];
  if (!known_[x]) {
    return Error{"its input must not be a constant"};
  }
  Value value = *known_[x];
  VOUCH_ASSIGN(const Placement wanted, picture_placement(extents(x), layer.channel_axis));
  if (value.view.axes != wanted) {
    VOUCH_ASSIGN(value, value_of(step, 0));
    VOUCH_ASSIGN(value, moved(value, wanted, layer.name));
  }
  WindowShape shape = layer.window;
  if (layer.transposed && !(value.pads == Pads{})) {
    VOUCH_ASSIGN(value, value_of(step, 0));
  } else {
    shape.pad_top += value.pads.top;
    shape.pad_bottom += value.pads.bottom;
    shape.pad_left += value.pads.left;
    shape.pad_right += value.pads.right;
  }
  VOUCH_ASSIGN(const Window window, window_of(shape, layer.transposed));
  const uint32_t out = extents(step.output)[layer.channel_axis];
  const ConvolutionWeights weights(layer, extents(layer.inputs[1]), value.view.shape.channels, out);
  RealOperator op;
  op.op = {weights.is_depthwise() ? OpKind::kDepthwiseConv2d : OpKind::kConv2d,
           {value.view.tensor}, window};
  op.stated.channels = out;
  op.weights = weights.read(ConstantReader(network_, layer.inputs[1]), value.codes.scale);
  op.biases = read_biases(network_, layer, out);
  VOUCH_ASSIGN(const Placement axes, picture_placement(extents(step.output), layer.channel_axis));
  return emit(step, std::move(op), axes);
}

// A convolution whose kernel covers what the last axis covers of rows and columns.
Result<void> NetworkLowering::lower_matmul(const Step& step) {
  const Layer& layer = *step.layer;
  if (!is_constant(layer.inputs[1])) {
    return Error{"a product of two activations (attention) is not supported; one factor must be "
                 "a constant"};
  }
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  const size_t last = value.view.axes.size() - 1;
  const bool channels_elsewhere = value.view.shape.channels > 1 &&
                                  !holds(value.view.axes[last], PhysicalAxis::kChannel);
  if (channels_elsewhere || holds(value.view.axes[last], PhysicalAxis::kBatch)) {
    Placement preferred(last + 1);
    preferred[last] = {PhysicalAxis::kChannel};
    if (holds(value.view.axes[0], PhysicalAxis::kBatch)) {
      preferred[0] = {PhysicalAxis::kBatch};
    }
    VOUCH_ASSIGN(const Placement axes, simple_placement(value.view.extents(), preferred));
    VOUCH_ASSIGN(value, moved(value, axes, layer.name));
  }
  const Shape& in = value.view.shape;
  const auto& parts = value.view.axes[last];
  const uint32_t rows = holds(parts, PhysicalAxis::kRow) ? in.rows : 1;
  const uint32_t columns = holds(parts, PhysicalAxis::kColumn) ? in.columns : 1;
  if (rows > kMaxWindow || columns > kMaxWindow) {
    return Error{"it reads more than 512 rows or columns at once"};
  }
  const uint32_t n = extents(layer.inputs[1]).back();
  const ConstantReader constant(network_, layer.inputs[1]);
  // How far apart neighbours along channels, rows and columns are in the last axis.
  std::array<size_t, 3> steps{};
  size_t step_of_part = 1;
  for (size_t k = parts.size(); k-- > 0;) {
    steps[static_cast<size_t>(parts[k])] = step_of_part;
    step_of_part *= extent(in, parts[k]);
  }
  RealOperator op;
  op.op = {OpKind::kConv2d,
           {value.view.tensor},
           Window{static_cast<uint16_t>(rows), static_cast<uint16_t>(columns)}};
  op.stated.channels = n;
  op.weights.reserve(size_t{n} * in.channels * rows * columns);
  for (size_t o = 0; o < n; ++o) {
    for (size_t c = 0; c < in.channels; ++c) {
      for (size_t y = 0; y < rows; ++y) {
        for (size_t x = 0; x < columns; ++x) {
          const size_t k = c * steps[0] + y * steps[1] + x * steps[2];
          op.weights.push_back({constant.at(k * n + o), value.codes.scale, 1});
        }
      }
    }
  }
  op.biases = read_biases(network_, layer, n);
  Placement axes = value.view.axes;
  axes[last].clear();
  if (n > 1) {
    axes[last] = {PhysicalAxis::kChannel};
  }
  return emit(step, std::move(op), axes);
}

Result<void> NetworkLowering::lower_multiply(const Step& step) {
  const Layer& layer = *step.layer;
  const bool divides = layer.kind == LayerKind::kDivide;
  if (is_constant(layer.inputs[1])) {
    return multiply_by_constant(step, 0, 1);
  }
  if (divides) {
    return Error{"division by an activation is not supported; multiply by its reciprocal"};
  }
  return is_constant(layer.inputs[0]) ? multiply_by_constant(step, 1, 0)
                                      : multiply_activations(step);
}

// Equal factors are a multiplier; factors along one axis the weights of a depthwise convolution.
Result<void> NetworkLowering::multiply_by_constant(const Step& step, size_t activation,
                                                   size_t constant) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, value_of(step, activation));
  const uint32_t c = layer.inputs[constant];
  const Dimensions& result = extents(step.output);
  if (value.view.extents() != result) {
    return Error{"its constant must not have more axes or elements than what it multiplies"};
  }
  const Dimensions own = with_rank(extents(c), result.size());
  std::vector<float> reals = reals_of(network_.constants[*network_.tensors[c].constant],
                                      extents(c));
  if (layer.kind == LayerKind::kDivide) {
    for (float& x : reals) {
      x = 1 / x;
    }
  }
  const bool equal = std::all_of(reals.begin(), reals.end(),
                                 [&](float x) { return x == reals[0]; });
  if (equal) {
    RealOperator op{sum_of({value.view.tensor}), value.view.shape,
                    {{Factor::of(reals[0]), value.codes.scale, 1}}, {{}}, {}};
    return emit(step, std::move(op), value.view.axes);
  }
  const auto longer = [](uint32_t n) { return n > 1; };
  if (std::count_if(own.begin(), own.end(), longer) != 1) {
    return Error{"it multiplies by a constant that differs along more than one axis"};
  }
  const auto axis = static_cast<size_t>(std::find_if(own.begin(), own.end(), longer) - own.begin());
  const std::vector<PhysicalAxis> channel{PhysicalAxis::kChannel};
  if (value.view.axes[axis] != channel) {
    Placement preferred(result.size());
    preferred[axis] = channel;
    VOUCH_ASSIGN(const Placement axes, simple_placement(result, preferred));
    VOUCH_ASSIGN(value, moved(value, axes, layer.name));
  }
  RealOperator op;
  op.op = {OpKind::kDepthwiseConv2d, {value.view.tensor}};
  op.stated.channels = value.view.shape.channels;
  for (const float x : reals) {
    op.weights.push_back({Factor::of(x), value.codes.scale, 1});
    op.biases.emplace_back();
  }
  return emit(step, std::move(op), value.view.axes);
}

Result<void> NetworkLowering::multiply_activations(const Step& step) {
  const Layer& layer = *step.layer;
  const Dimensions& result = extents(step.output);
  VOUCH_ASSIGN(Value first, simple_value_of(step, 0));
  VOUCH_ASSIGN(Value second, simple_value_of(step, 1));
  if (first.view.extents() != result) {
    std::swap(first, second);
  }
  if (first.view.extents() != result || second.view.axes.size() != result.size()) {
    return Error{"one of its inputs must have the shape of its output, and both as many axes"};
  }
  // The second where the first is.
  Placement axes = first.view.axes;
  const Dimensions own = second.view.extents();
  for (size_t a = 0; a < axes.size(); ++a) {
    if (own[a] == 1) {
      axes[a].clear();
    }
  }
  if (second.view.axes != axes) {
    VOUCH_ASSIGN(second, moved(second, axes, layer.name));
  }
  RealOperator op;
  op.op = {OpKind::kProduct, {first.view.tensor, second.view.tensor}};
  // The two scales are the factor's and what it multiplies.
  op.weights = {{{1, first.codes.scale}, second.codes.scale, 1}};
  op.biases = {{}};
  return emit(step, std::move(op), first.view.axes);
}

}  // namespace vouch
