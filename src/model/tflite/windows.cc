// Convolutions and pools: [batch, rows, columns, channels] under a window.
#include <algorithm>

#include "model/tflite/operators.h"
#include "network/shapes.h"

namespace vouch::tflite {
namespace {

constexpr uint32_t kChannels = 3;

Result<uint32_t> extent(int32_t value, const char* what) {
  if (value < 1 || value > 0xFFFF) {
    return Error{"its " + std::string(what) + " of " + std::to_string(value) +
                 " is outside 1…65535"};
  }
  return static_cast<uint32_t>(value);
}

Result<bool> is_same(Padding padding) {
  if (padding != Padding::SAME && padding != Padding::VALID) {
    return Error{"its padding " + std::to_string(static_cast<int>(padding)) +
                 " is neither SAME nor VALID"};
  }
  return padding == Padding::SAME;
}

template <class Options>
Result<void> read_strides(const Options& options, WindowShape& window) {
  VOUCH_ASSIGN(window.stride_rows, extent(options.stride_h(), "stride"));
  VOUCH_ASSIGN(window.stride_columns, extent(options.stride_w(), "stride"));
  return {};
}

template <class Options>
Result<void> read_dilations(const Options& options, WindowShape& window) {
  VOUCH_ASSIGN(window.dilation_rows, extent(options.dilation_h(), "dilation"));
  VOUCH_ASSIGN(window.dilation_columns, extent(options.dilation_w(), "dilation"));
  return {};
}

struct Pads {
  int32_t before = 0;
  int32_t behind = 0;
};

// As many outputs as strides begin in the input; the odd element of the pads is behind.
Pads same_pads(uint32_t extent, uint32_t kernel, uint32_t stride, uint32_t dilation) {
  const int64_t outputs = (int64_t{extent} + stride - 1) / stride;
  const int64_t reach = (int64_t{kernel} - 1) * dilation + 1;
  const int64_t total = std::max<int64_t>((outputs - 1) * stride + reach - extent, 0);
  const int64_t most = int64_t{1} << 30;  // more than any window may have
  return {static_cast<int32_t>(std::min(total / 2, most)),
          static_cast<int32_t>(std::min(total - total / 2, most))};
}

void pad_same(const Dimensions& x, WindowShape& window) {
  const Pads rows = same_pads(x[1], window.kernel_rows, window.stride_rows, window.dilation_rows);
  const Pads columns =
      same_pads(x[2], window.kernel_columns, window.stride_columns, window.dilation_columns);
  window.pad_top = rows.before;
  window.pad_bottom = rows.behind;
  window.pad_left = columns.before;
  window.pad_right = columns.behind;
}

Result<uint32_t> picture(const Node& node, size_t i) {
  VOUCH_ASSIGN(const uint32_t x, node.activation(i));
  if (node.shape(x).size() != 4) {
    return Error{"its input is " + text(node.shape(x)) +
                 "; reshape it to [batch, rows, columns, channels]"};
  }
  return x;
}

// `weights` are the network's, [out][in of a group][rows][columns].
Result<void> finish_convolution(const Node& node, Layer layer, uint32_t x, uint32_t weights,
                                bool same, Activation activation) {
  layer.kind = LayerKind::kConvolution;
  layer.channel_axis = kChannels;
  layer.inputs = {x, weights};
  VOUCH_ASSIGN(const std::optional<uint32_t> bias, bias_of(node, 2, x, weights));
  if (bias) {
    layer.inputs.push_back(*bias);
  }
  layer.window.kernel_rows = node.shape(weights)[2];
  layer.window.kernel_columns = node.shape(weights)[3];
  if (same) {
    pad_same(node.shape(x), layer.window);
  }
  return node.finish(std::move(layer), activation);
}

Result<void> read_conv(Node& node) {
  VOUCH_ASSIGN(const Conv2DOptions* const options, node.required<Conv2DOptions>());
  VOUCH_ASSIGN(const uint32_t x, picture(node, 0));
  VOUCH_ASSIGN(const uint32_t weights, node.constant(1, "weights", {0, 3, 1, 2}));
  VOUCH_ASSIGN(const bool same, is_same(options->padding()));
  Layer layer;
  VOUCH_TRY(read_strides(*options, layer.window));
  VOUCH_TRY(read_dilations(*options, layer.window));
  const uint32_t in = node.shape(x)[kChannels];
  const uint32_t of_group = node.shape(weights)[1];
  if (in % of_group != 0) {
    return Error{"its weights are for " + std::to_string(of_group) + " channels, its input has " +
                 std::to_string(in)};
  }
  layer.groups = in / of_group;
  return finish_convolution(node, std::move(layer), x, weights, same, options->activation());
}

Result<void> read_depthwise(Node& node) {
  VOUCH_ASSIGN(const DepthwiseConv2DOptions* const options,
               node.required<DepthwiseConv2DOptions>());
  VOUCH_ASSIGN(const uint32_t x, picture(node, 0));
  VOUCH_ASSIGN(const uint32_t weights, node.constant(1, "weights", {3, 0, 1, 2}));
  VOUCH_ASSIGN(const bool same, is_same(options->padding()));
  Layer layer;
  VOUCH_TRY(read_strides(*options, layer.window));
  VOUCH_TRY(read_dilations(*options, layer.window));
  layer.groups = node.shape(x)[kChannels];
  return finish_convolution(node, std::move(layer), x, weights, same, options->activation());
}

// What the output is short of, or longer than, all that the windows reach.
Pads cut_pads(const Dimensions& from, const Dimensions& to, size_t axis, uint32_t kernel,
              uint32_t stride, bool same) {
  const int64_t all = (int64_t{from[axis]} - 1) * stride + kernel;
  const Pads forward = same ? same_pads(to[axis], kernel, stride, 1) : Pads{};
  const int64_t behind = all - to[axis] - forward.before;
  const int64_t most = int64_t{1} << 30;
  return {forward.before, static_cast<int32_t>(std::clamp(behind, -most, most))};
}

Result<void> read_transpose_conv(Node& node) {
  VOUCH_ASSIGN(const TransposeConvOptions* const options, node.required<TransposeConvOptions>());
  VOUCH_ASSIGN(const uint32_t x, picture(node, 2));
  VOUCH_ASSIGN(const uint32_t weights, node.constant(1, "weights", {3, 0, 1, 2}));
  VOUCH_ASSIGN(const bool same, is_same(options->padding()));
  VOUCH_ASSIGN(const std::optional<uint32_t> bias, bias_of(node, 3, x, weights));
  const Dimensions& to = node.output_shape();
  if (to.size() != 4) {
    return Error{"its output is " + text(to) + "; reshape it to [batch, rows, columns, channels]"};
  }
  Layer layer;
  layer.kind = LayerKind::kConvolution;
  layer.transposed = true;
  layer.channel_axis = kChannels;
  layer.inputs = {x, weights};
  if (bias) {
    layer.inputs.push_back(*bias);
  }
  WindowShape& window = layer.window;
  VOUCH_TRY(read_strides(*options, window));
  window.kernel_rows = node.shape(weights)[2];
  window.kernel_columns = node.shape(weights)[3];
  const Dimensions& from = node.shape(x);
  const Pads rows = cut_pads(from, to, 1, window.kernel_rows, window.stride_rows, same);
  const Pads columns = cut_pads(from, to, 2, window.kernel_columns, window.stride_columns, same);
  window.pad_top = rows.before;
  window.pad_bottom = rows.behind;
  window.pad_left = columns.before;
  window.pad_right = columns.behind;
  return node.finish(std::move(layer), options->activation());
}

Result<void> read_pool(Node& node) {
  VOUCH_ASSIGN(const Pool2DOptions* const options, node.required<Pool2DOptions>());
  VOUCH_ASSIGN(const uint32_t x, picture(node, 0));
  VOUCH_ASSIGN(const bool same, is_same(options->padding()));
  Layer layer;
  layer.kind =
      node.type() == BuiltinOperator::MAX_POOL_2D ? LayerKind::kMaxPool : LayerKind::kAveragePool;
  layer.channel_axis = kChannels;
  layer.inputs = {x};
  VOUCH_TRY(read_strides(*options, layer.window));
  VOUCH_ASSIGN(layer.window.kernel_rows, extent(options->filter_height(), "window"));
  VOUCH_ASSIGN(layer.window.kernel_columns, extent(options->filter_width(), "window"));
  if (same) {
    pad_same(node.shape(x), layer.window);
  }
  return node.finish(std::move(layer), options->activation());
}

}  // namespace

void add_windows(OperatorTable& table) {
  table[BuiltinOperator::CONV_2D] = {
      read_conv,
      {Becomes::kConvolution, "dilation_h dilation_w fused_activation padding stride_h stride_w",
       "weights are constants; groups that are not one a channel have weights 0 between them"}};
  table[BuiltinOperator::DEPTHWISE_CONV_2D] = {
      read_depthwise,
      {Becomes::kConvolution,
       "depth_multiplier dilation_h dilation_w fused_activation padding stride_h stride_w",
       "weights are constants"}};
  table[BuiltinOperator::TRANSPOSE_CONV] = {
      read_transpose_conv,
      {Becomes::kConvolution, "fused_activation padding stride_h stride_w",
       "weights are constants; the output shape is a constant"}};
  table[BuiltinOperator::AVERAGE_POOL_2D] = {
      read_pool,
      {Becomes::kSum, "filter_height filter_width fused_activation padding stride_h stride_w", ""}};
  table[BuiltinOperator::MAX_POOL_2D] = {
      read_pool,
      {Becomes::kMaximum, "filter_height filter_width fused_activation padding stride_h stride_w",
       ""}};
}

}  // namespace vouch::tflite
