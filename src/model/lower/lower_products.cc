// Operators that multiply.
#include <algorithm>

#include "model/lower/constant_reader.h"
#include "model/lower/network_lowering.h"
#include "network/constants.h"

namespace vouch {
namespace {

constexpr int32_t kMaxWindow = 512;

// Weights of a convolution in the circuit's order, all groups in one: zeros between groups.
class ConvolutionWeights {
 public:
  ConvolutionWeights(const Layer& layer, const Dimensions& shape, uint32_t in, uint32_t out)
      : layer_(layer),
        in_(in),
        out_(out),
        area_(size_t{shape[2]} * (shape.size() > 3 ? shape[3] : 1)) {}

  [[nodiscard]] uint64_t count() const {
    return uint64_t{out_} * (is_depthwise() ? 1 : in_) * area_;
  }
  [[nodiscard]] bool is_depthwise() const {
    return layer_.groups == in_ && in_ > 1 && out_ % in_ == 0;
  }
  // The scale of an output channel's weights, where they have one.
  [[nodiscard]] float scale_of(const ConstantReader& constant, size_t o) const {
    const size_t group_out = out_ / layer_.groups;
    const size_t row = layer_.transposed
                           ? o / group_out * (in_ / layer_.groups) * group_out + o % group_out
                           : o * (in_ / layer_.groups);
    return constant.at(row * area_).scale;
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
        const size_t row =
            layer_.transposed ? in * group_out + o % group_out : o * group_in + in % group_in;
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

// Where a convolution over whole rows and columns can sum along axis `last`: it is made of whole
// physical axes, and the channels are among them.
bool can_sum(const View& view, size_t last) {
  std::array<bool, 4> held{};
  for (const Part& part : view.axes[last]) {
    held[static_cast<size_t>(part.axis)] = true;
    if (part.stride != 1 || part.extent != extent(view.shape, part.axis) ||
        part.axis == PhysicalAxis::kBatch) {
      return false;
    }
  }
  return (held[0] || view.shape.channels == 1) && view.shape.rows <= kMaxWindow &&
         view.shape.columns <= kMaxWindow;
}

}  // namespace

Result<Window> window_of(const WindowShape& w, bool transposed) {
  for (const uint32_t x : {w.kernel_rows, w.kernel_columns, w.stride_rows, w.stride_columns,
                           w.dilation_rows, w.dilation_columns}) {
    if (x > kMaxWindow) {
      return Error{"its kernel, stride and dilation are more than 512; train it with smaller ones"};
    }
  }
  for (const int32_t x : {w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}) {
    if (x < -kMaxWindow || x > kMaxWindow) {
      return Error{"its pads are more than ±512; pad by less, or crop the input"};
    }
  }
  const auto narrow = [](uint32_t x) { return static_cast<uint16_t>(x); };
  const auto pad = [](int32_t x) { return static_cast<int16_t>(x); };
  return Window{narrow(w.kernel_rows),
                narrow(w.kernel_columns),
                narrow(w.stride_rows),
                narrow(w.stride_columns),
                pad(w.pad_top),
                pad(w.pad_bottom),
                pad(w.pad_left),
                pad(w.pad_right),
                narrow(w.dilation_rows),
                narrow(w.dilation_columns),
                transposed};
}

// Frameworks add up the products of whole weights; `scale` is of an output channel's.
void NetworkLowering::set_accumulator(const Layer& layer, const std::function<float(size_t)>& scale,
                                      RealOperator& op) const {
  if (!is_whole(layer.inputs[1]) || (layer.inputs.size() > 2 && !is_whole(layer.inputs[2]))) {
    return;
  }
  op.arithmetic = Arithmetic::kAccumulator;
  for (size_t o = 0; o < op.biases.size(); ++o) {
    op.channel_scales.push_back(scale(o));
  }
}

Result<void> NetworkLowering::lower_convolution(const Step& step) {
  const Layer& layer = *step.layer;
  if (!is_constant(layer.inputs[1]) || (layer.inputs.size() > 2 && !is_constant(layer.inputs[2]))) {
    return Error{"its weights or bias are computed; export the model with constant ones"};
  }
  const uint32_t x = layer.inputs[0];
  if (!known_[x]) {
    return Error{"its input must not be a constant; let the exporter fold constants"};
  }
  VOUCH_ASSIGN(const Placement wanted, picture_placement(extents(x), layer.channel_axis));
  Value value = *known_[x];
  WindowShape shape = layer.window;
  const Pads pads = value.pads;
  // The pads' rows and columns are those of the picture, where nothing else has been made of them.
  value.pads = {};
  const bool waits = !(pads == Pads{});
  if (waits) {
    Dimensions inner = value.view.extents();
    VOUCH_ASSIGN(const Placement now, picture_placement(inner, layer.channel_axis));
    if (layer.transposed || value.view.axes != now) {
      VOUCH_ASSIGN(value, value_of(step, 0));
      VOUCH_ASSIGN(value, placed(value, wanted, layer.name));
    } else {
      shape.pad_top += pads.top;
      shape.pad_bottom += pads.bottom;
      shape.pad_left += pads.left;
      shape.pad_right += pads.right;
    }
  } else {
    VOUCH_ASSIGN(value, placed(value, wanted, layer.name));
  }
  VOUCH_ASSIGN(const Window window, window_of(shape, layer.transposed));
  const uint32_t out = extents(step.output)[layer.channel_axis];
  const ConvolutionWeights weights(layer, extents(layer.inputs[1]), value.view.shape.channels, out);
  VOUCH_TRY(maker_.expect_weights(weights.count()));
  RealOperator op;
  op.op = {weights.is_depthwise() ? OpKind::kDepthwiseConv2d : OpKind::kConv2d,
           {value.view.tensor},
           window};
  op.stated.channels = out;
  const ConstantReader constant(network_, layer.inputs[1]);
  op.weights = weights.read(constant, value.codes.scale);
  op.biases = read_biases(network_, layer, out);
  set_accumulator(
      layer, [&](size_t o) { return weights.scale_of(constant, o); }, op);
  VOUCH_ASSIGN(const Placement axes, picture_placement(extents(step.output), layer.channel_axis));
  return emit(step, std::move(op), axes);
}

// A convolution whose kernel covers what the last axis covers of rows and columns.
Result<void> NetworkLowering::lower_matmul(const Step& step) {
  const Layer& layer = *step.layer;
  if (!is_constant(layer.inputs[1])) {
    return Error{
        "a product of two activations of these shapes is not supported; one factor must be "
        "a constant matrix"};
  }
  if (extents(layer.inputs[1]).size() > 2) {
    return lower_batch_of_matrices(step);
  }
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  const size_t last = value.view.axes.size() - 1;
  if (!can_sum(value.view, last)) {
    if (has_batch(value.view.axes[last])) {
      return Error{"it adds up the entries of a batch; export the model with a batch of 1"};
    }
    std::vector<bool> chosen(last + 1);
    chosen[last] = true;
    VOUCH_ASSIGN(value, placed(value, channel_placement(value.view.axes, chosen), layer.name));
  }
  const Shape& in = value.view.shape;
  // How far apart neighbours along channels, rows and columns are in the last axis.
  std::array<size_t, 3> steps{};
  std::array<uint32_t, 3> kernel{in.channels, 1, 1};
  size_t step_of_part = 1;
  const auto& parts = value.view.axes[last];
  for (size_t k = parts.size(); k-- > 0;) {
    steps[static_cast<size_t>(parts[k].axis)] = step_of_part;
    kernel[static_cast<size_t>(parts[k].axis)] = parts[k].extent;
    step_of_part *= parts[k].extent;
  }
  const uint32_t n = extents(layer.inputs[1]).back();
  const ConstantReader constant(network_, layer.inputs[1]);
  VOUCH_TRY(maker_.expect_weights(uint64_t{n} * step_of_part));
  RealOperator op;
  op.op = {OpKind::kConv2d,
           {value.view.tensor},
           Window{static_cast<uint16_t>(kernel[1]), static_cast<uint16_t>(kernel[2])}};
  op.stated.channels = n;
  op.weights.reserve(size_t{n} * step_of_part);
  for (size_t o = 0; o < n; ++o) {
    for (size_t c = 0; c < kernel[0]; ++c) {
      for (size_t y = 0; y < kernel[1]; ++y) {
        for (size_t x = 0; x < kernel[2]; ++x) {
          const size_t k = c * steps[0] + y * steps[1] + x * steps[2];
          op.weights.push_back({constant.at(k * n + o), value.codes.scale, 1});
        }
      }
    }
  }
  op.biases = read_biases(network_, layer, n);
  set_accumulator(
      layer, [&](size_t o) { return constant.at(o).scale; }, op);
  Placement axes = value.view.axes;
  axes[last].clear();
  if (n > 1) {
    axes[last] = {{PhysicalAxis::kChannel, n, 1}};
  }
  return emit(step, std::move(op), axes);
}

// A constant batch of matrices [..., k, n], whose batch broadcasts with that of [..., m, k]: one
// product with a matrix that has them as blocks, from the channels [batches, k] to [batches, n].
Result<void> NetworkLowering::lower_batch_of_matrices(const Step& step) {
  const Dimensions& result = extents(step.output);
  const size_t last = result.size() - 1;
  const Dimensions own = with_rank(extents(step.layer->inputs[1]), result.size());
  VOUCH_ASSIGN(Value value, value_of(step, 0));
  value.view.axes.insert(value.view.axes.begin(), result.size() - value.view.axes.size(), {});
  const Dimensions from = value.view.extents();
  std::vector<bool> chosen;
  for (size_t a = 0; a <= last; ++a) {
    chosen.push_back(a == last || (a + 1 < last && own[a] > 1));
    if (chosen[a] && has_batch(value.view.axes[a])) {
      return Error{
          "its constant is a batch of matrices, one for each of a batch of inputs; export the "
          "model with a batch of 1"};
    }
  }
  VOUCH_ASSIGN(value, placed(value, channel_placement(value.view.axes, chosen), step.layer->name));
  // Along batches, the block of the input's that block b of the output is made of.
  Dimensions blocks(own.begin(), own.end() - 2);
  const Dimensions read = [&] {
    Dimensions extents = blocks;
    for (size_t a = 0; a < blocks.size(); ++a) {
      extents[a] = std::min(blocks[a], from[a]);
    }
    return extents;
  }();
  const auto block_read = [&](size_t b) {
    size_t at = 0;
    size_t step_of_axis = 1;
    for (size_t a = blocks.size(); a-- > 0; b /= blocks[a]) {
      at += read[a] == 1 ? 0 : b % blocks[a] * step_of_axis;
      step_of_axis *= read[a];
    }
    return at;
  };
  const size_t depth = own[last - 1];
  const size_t n = own[last];
  const size_t in = element_count(read) * depth;
  const size_t out = element_count(blocks) * n;
  VOUCH_TRY(maker_.expect_weights(uint64_t{out} * in));
  const ConstantReader constant(network_, step.layer->inputs[1]);
  RealOperator op;
  op.op = {OpKind::kConv2d, {value.view.tensor}};
  op.stated.channels = static_cast<uint32_t>(out);
  op.weights.reserve(out * in);
  for (size_t o = 0; o < out; ++o) {
    const size_t block = block_read(o / n);
    for (size_t i = 0; i < in; ++i) {
      const size_t k = i % depth;
      const bool inside = i / depth == block;
      const Factor factor = inside ? constant.at((o / n * depth + k) * n + o % n) : Factor{};
      op.weights.push_back({factor, value.codes.scale, 1});
    }
  }
  op.biases.resize(out);
  Placement axes = value.view.axes;
  uint32_t step_of_axis = 1;
  for (size_t a = last + 1; a-- > 0;) {
    if (chosen[a]) {
      axes[a].clear();
      if (result[a] > 1) {
        axes[a] = {{PhysicalAxis::kChannel, result[a], step_of_axis}};
      }
      step_of_axis *= result[a];
    }
  }
  return emit(step, std::move(op), axes);
}

Result<void> NetworkLowering::lower_multiply(const Step& step) {
  const Layer& layer = *step.layer;
  if (is_constant(layer.inputs[1])) {
    return multiply_by_constant(step, 0, 1);
  }
  if (layer.kind == LayerKind::kDivide) {
    return Error{"division by an activation is not supported; multiply by its reciprocal"};
  }
  return is_constant(layer.inputs[0]) ? multiply_by_constant(step, 1, 0)
                                      : multiply_activations(step);
}

// Equal factors are a multiplier; others the weights of a depthwise convolution, of one channel for
// each index along the axes that they differ on.
Result<void> NetworkLowering::multiply_by_constant(const Step& step, size_t activation,
                                                   size_t constant) {
  const Layer& layer = *step.layer;
  VOUCH_ASSIGN(Value value, full_value_of(step, activation));
  const uint32_t c = layer.inputs[constant];
  const ConstantReader reader(network_, c);
  const auto factor = [&](size_t i) {
    const Factor f = reader.at(i);
    return layer.kind == LayerKind::kDivide ? Factor::of(1 / f.real()) : f;
  };
  const Dimensions own = with_rank(extents(c), extents(step.output).size());
  const uint64_t n = element_count(own);
  if (n == 1) {
    RealOperator op = copy_of(value);
    op.weights = {{factor(0), value.codes.scale, 1}};
    op.arithmetic = Arithmetic::kReal;
    return emit(step, std::move(op), value.view.axes);
  }
  VOUCH_ASSIGN(value, placed(value, differing_on_channels(value.view.axes, own), layer.name));
  RealOperator op;
  op.op = {OpKind::kDepthwiseConv2d, {value.view.tensor}};
  op.stated.channels = value.view.shape.channels;
  for (size_t i = 0; i < n; ++i) {
    op.weights.push_back({factor(i), value.codes.scale, 1});
    op.biases.emplace_back();
  }
  return emit(step, std::move(op), value.view.axes);
}

// The second input where the first is, or repeated along what it would have to be cut for.
Result<void> NetworkLowering::multiply_activations(const Step& step) {
  const Layer& layer = *step.layer;
  const Dimensions& result = extents(step.output);
  const bool swapped = extents(layer.inputs[0]) != result;
  VOUCH_ASSIGN(const Value first, full_value_of(step, swapped ? 1 : 0));
  VOUCH_ASSIGN(Value second, value_of(step, swapped ? 0 : 1));
  second.view.axes.insert(second.view.axes.begin(), result.size() - second.view.axes.size(), {});
  const Dimensions own = second.view.extents();
  // Physical axes that the second has all of, or none.
  Placement axes = first.view.axes;
  std::array<bool, 4> needed{};
  for (size_t a = 0; a < result.size(); ++a) {
    for (const Part& part : axes[a]) {
      needed[static_cast<size_t>(part.axis)] |= own[a] > 1;
    }
  }
  for (auto& parts : axes) {
    std::erase_if(parts, [&](const Part& part) { return !needed[static_cast<size_t>(part.axis)]; });
  }
  if (first.view.shape.batch != second.view.shape.batch) {
    return Error{"its inputs are of different batches; export the model with a batch of 1"};
  }
  VOUCH_ASSIGN(second, placed(second, axes, layer.name));
  RealOperator op;
  op.op = {OpKind::kProduct, {first.view.tensor, second.view.tensor}};
  // The two scales are the factor's and what it multiplies.
  op.weights = {{{1, first.codes.scale}, second.codes.scale, 1}};
  op.biases = {{}};
  return emit(step, std::move(op), first.view.axes);
}

}  // namespace vouch
