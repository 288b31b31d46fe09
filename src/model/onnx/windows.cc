// Convolutions and pools.
#include <algorithm>

#include "model/onnx/operators.h"
#include "network/shapes.h"

namespace vouch::onnx {
namespace {

constexpr int64_t kMaxWindow = 0xFFFF;

struct Axis {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t before = 0;  // pads
  int64_t behind = 0;

  [[nodiscard]] int64_t reach() const { return (kernel - 1) * dilation + 1; }
};

// What the attributes of a window say, one Axis for each spatial one.
struct Attributes {
  std::vector<Axis> axes;
  std::string auto_pad;
};

// Values of the attribute, `otherwise` each where it is absent.
Result<Integers> per_axis(Node& node, const char* name, size_t n, int64_t otherwise,
                          int64_t least) {
  VOUCH_ASSIGN(const auto given, node.list(name));
  if (!given || given->empty()) {
    return Integers(n, otherwise);
  }
  if (given->size() != n) {
    return Error{"its attribute '" + std::string(name) + "' has " + std::to_string(given->size()) +
                 " values, its input needs " + std::to_string(n)};
  }
  for (const int64_t x : *given) {
    if (x < least || x > kMaxWindow) {
      return Error{"its attribute '" + std::string(name) + "' has " + std::to_string(x) +
                   ", outside " + std::to_string(least) + "…65535"};
    }
  }
  return *given;
}

Result<size_t> spatial_axes(const Value& x, size_t most = 3) {
  if (x.shape.size() < 3 || x.shape.size() > 2 + most) {
    return Error{"its input " + text(x.shape) + " must have a batch, channels, and one " +
                 (most == 2 ? "or two" : "to three") + " more axes; reshape it to such"};
  }
  return x.shape.size() - 2;
}

Result<Attributes> read_attributes(Node& node, const Integers& kernel) {
  Attributes out;
  const size_t n = kernel.size();
  VOUCH_ASSIGN(const Integers strides, per_axis(node, "strides", n, 1, 1));
  VOUCH_ASSIGN(const Integers dilations, per_axis(node, "dilations", n, 1, 1));
  VOUCH_ASSIGN(const Integers pads, per_axis(node, "pads", 2 * n, 0, 0));
  VOUCH_ASSIGN(out.auto_pad, node.attribute("auto_pad", "NOTSET"));
  for (const char* known : {"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"}) {
    if (out.auto_pad == known) {
      const bool explicit_pads = out.auto_pad == "NOTSET";
      for (size_t a = 0; a < n; ++a) {
        out.axes.push_back({kernel[a], strides[a], dilations[a], explicit_pads ? pads[a] : 0,
                            explicit_pads ? pads[n + a] : 0});
      }
      return out;
    }
  }
  return Error{"its attribute 'auto_pad' is '" + file_text(out.auto_pad) + "'"};
}

// Pads such that there are ⌈extent/stride⌉ positions; the odd one behind (UPPER) or before.
void pad_to_same(Axis& axis, int64_t extent, bool upper) {
  const int64_t outputs = (extent + axis.stride - 1) / axis.stride;
  const int64_t total = std::max<int64_t>((outputs - 1) * axis.stride + axis.reach() - extent, 0);
  axis.before = upper ? total / 2 : total - total / 2;
  axis.behind = total - axis.before;
}

void apply_auto_pad(Attributes& attributes, const Dimensions& shape) {
  if (attributes.auto_pad.compare(0, 4, "SAME") != 0) {
    return;
  }
  for (size_t a = 0; a < attributes.axes.size(); ++a) {
    pad_to_same(attributes.axes[a], shape[a + 2], attributes.auto_pad == "SAME_UPPER");
  }
}

WindowShape window_of(const std::vector<Axis>& axes) {
  const auto natural = [](int64_t x) { return static_cast<uint32_t>(x); };
  const auto whole = [](int64_t x) { return static_cast<int32_t>(x); };
  WindowShape window;
  if (axes.size() == 2) {
    window.kernel_rows = natural(axes[0].kernel);
    window.stride_rows = natural(axes[0].stride);
    window.dilation_rows = natural(axes[0].dilation);
    window.pad_top = whole(axes[0].before);
    window.pad_bottom = whole(axes[0].behind);
  }
  const Axis& columns = axes.back();
  window.kernel_columns = natural(columns.kernel);
  window.stride_columns = natural(columns.stride);
  window.dilation_columns = natural(columns.dilation);
  window.pad_left = whole(columns.before);
  window.pad_right = whole(columns.behind);
  return window;
}

// The kernel's extents, which the attribute may repeat.
Result<Integers> kernel_of(Node& node, const Value& weights, size_t n) {
  if (weights.shape.size() != n + 2) {
    return Error{"its weights " + text(weights.shape) + " do not have its input's axes"};
  }
  Integers kernel(weights.shape.begin() + 2, weights.shape.end());
  VOUCH_ASSIGN(const auto given, node.list("kernel_shape"));
  if (given && !given->empty() && *given != kernel) {
    return Error{"its attribute 'kernel_shape' is not its weights' shape"};
  }
  for (const int64_t extent : kernel) {
    if (extent < 1 || extent > kMaxWindow) {
      return Error{"its kernel " + text(weights.shape) + " is outside 1…65535"};
    }
  }
  return kernel;
}

Result<void> expect_constant(const Value& weights) {
  if (!weights.is_constant()) {
    return Error{"its weights depend on the model's input; export the model with constant weights"};
  }
  return {};
}

Result<Layer> weighted_layer(Node& node, const Value& weights, Values& inputs,
                             const std::optional<Value>& bias) {
  VOUCH_TRY(expect_constant(weights));
  Layer layer;
  layer.kind = LayerKind::kConvolution;
  VOUCH_ASSIGN(const int64_t groups, node.attribute("group", int64_t{1}));
  if (groups < 1 || groups > static_cast<int64_t>(Network::kMaxElements)) {
    return Error{"its attribute 'group' is " + std::to_string(groups)};
  }
  layer.groups = static_cast<uint32_t>(groups);
  // One spatial axis is columns, and the kernel has one row.
  Dimensions four = weights.shape;
  if (four.size() == 3) {
    four.insert(four.begin() + 2, 1);
  }
  VOUCH_ASSIGN(Value kernel, node.builder().reshaped(weights, std::move(four)));
  inputs.push_back(std::move(kernel));
  if (bias) {
    if (!bias->is_constant()) {
      return Error{"its bias depends on the model's input; only a constant bias is supported"};
    }
    inputs.push_back(*bias);
  }
  return layer;
}

Result<Values> read_conv(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const Value weights, node.real(1, "weights"));
  VOUCH_ASSIGN(Value out, convolution(node, x, weights, node.optional(2)));
  return Values{std::move(out)};
}

// Pads of a transposed convolution cut its output: what is asked for by extent is cut to fit, the
// odd element behind (SAME_UPPER) or before; what is too small is longer behind.
Result<void> cut_transposed(Node& node, Attributes& attributes, const Dimensions& shape) {
  const size_t n = attributes.axes.size();
  VOUCH_ASSIGN(const Integers longer, per_axis(node, "output_padding", n, 0, 0));
  VOUCH_ASSIGN(const auto given, node.list("output_shape"));
  const Integers asked = given.value_or(Integers{});
  const bool same = attributes.auto_pad.compare(0, 4, "SAME") == 0;
  if (!asked.empty() && asked.size() != n && asked.size() != n + 2) {
    return Error{"its attribute 'output_shape' has " + std::to_string(asked.size()) + " extents"};
  }
  for (size_t a = 0; a < n; ++a) {
    Axis& axis = attributes.axes[a];
    const int64_t all = (int64_t{shape[a + 2]} - 1) * axis.stride + axis.reach();
    if (!same && asked.empty()) {
      axis.behind -= longer[a];
      continue;
    }
    const int64_t outputs =
        asked.empty() ? int64_t{shape[a + 2]} * axis.stride : asked[asked.size() - n + a];
    if (outputs < 1 || outputs > static_cast<int64_t>(Network::kMaxElements)) {
      return Error{"an output extent of " + std::to_string(outputs)};
    }
    const int64_t total = std::max<int64_t>(all + longer[a] - outputs, 0);
    axis.before = attributes.auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
    axis.behind = all - outputs - axis.before;
  }
  return {};
}

Result<Values> read_conv_transpose(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(const Value weights, node.real(1, "weights"));
  VOUCH_ASSIGN(const size_t n, spatial_axes(x, 2));
  VOUCH_ASSIGN(const Integers kernel, kernel_of(node, weights, n));
  VOUCH_ASSIGN(Attributes attributes, read_attributes(node, kernel));
  VOUCH_TRY(cut_transposed(node, attributes, x.shape));
  Values inputs = {x};
  VOUCH_ASSIGN(Layer layer, weighted_layer(node, weights, inputs, node.optional(2)));
  layer.transposed = true;
  layer.window = window_of(attributes.axes);
  VOUCH_ASSIGN(Value out, node.builder().layer(std::move(layer), inputs));
  return Values{std::move(out)};
}

// Weights [out, in, planes, rows, columns] as [out·outputs, in·extent, rows, columns], along whose
// first two axes the kernel's planes lie where each output reads them.
Result<Value> banded(Builder& builder, const Value& weights, const Axis& axis, uint32_t extent,
                     uint32_t outputs) {
  const Dimensions& w = weights.shape;
  const size_t area = size_t{w[3]} * w[4];
  VOUCH_ASSIGN(const Dimensions shape,
               extents_of({int64_t{w[0]} * outputs, int64_t{w[1]} * extent, w[3], w[4]}));
  VOUCH_TRY(builder.spend(element_count(shape)));
  const OnnxTensor& from = *weights.constant;
  OnnxTensor to{from.name, OnnxType::kFloat, shape, {}, {}, from.scales, 0};
  if (from.scales.size() > 1) {
    to.scales.clear();
    for (const float scale : from.scales) {
      to.scales.insert(to.scales.end(), outputs, scale);
    }
  }
  const auto band = [&](const auto& source, auto& sink) {
    sink.resize(element_count(shape));
    for (size_t o = 0; o < w[0]; ++o) {
      for (size_t c = 0; c < w[1]; ++c) {
        for (size_t k = 0; k < w[2]; ++k) {
          const size_t plane = ((o * w[1] + c) * w[2] + k) * area;
          for (int64_t p = 0; p < outputs; ++p) {
            const int64_t at =
                p * axis.stride + static_cast<int64_t>(k) * axis.dilation - axis.before;
            if (at < 0 || at >= extent) continue;
            const size_t row = (o * outputs + static_cast<size_t>(p)) * w[1] + c;
            const size_t place = (row * extent + static_cast<size_t>(at)) * area;
            std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(plane), area,
                        sink.begin() + static_cast<std::ptrdiff_t>(place));
          }
        }
      }
    }
  };
  if (from.scales.empty() || (from.scales.size() > 1 && from.axis != 0)) {
    to.scales.clear();
    band(reals_of(from), to.reals);
  } else {
    band(from.integers, to.integers);
  }
  return constant_value(std::move(to));
}

// Over three spatial axes: each plane's channels are channels of their own.
Result<Value> convolution_of_planes(Node& node, const Value& x, const Value& weights,
                                    const std::optional<Value>& bias,
                                    const std::vector<Axis>& axes) {
  VOUCH_TRY(expect_constant(weights));
  Builder& builder = node.builder();
  const Dimensions s = x.shape;
  const int64_t room = s[2] + axes[0].before + axes[0].behind - axes[0].reach();
  if (room < 0) {
    return Error{"its kernel is larger than its input with pads"};
  }
  const auto outputs = static_cast<uint32_t>(room / axes[0].stride + 1);
  VOUCH_ASSIGN(const Value planes, builder.reshaped(x, {s[0], s[1] * s[2], s[3], s[4]}));
  VOUCH_ASSIGN(const Value bands, banded(builder, weights, axes[0], s[2], outputs));
  std::optional<Value> biases;
  if (bias && bias->is_constant() && bias->shape.size() == 1) {
    VOUCH_ASSIGN(const Value column, builder.reshaped(*bias, {bias->shape[0], 1}));
    Layer repeat;
    repeat.kind = LayerKind::kExpand;
    VOUCH_ASSIGN(const Value all,
                 builder.layer(std::move(repeat), {column}, {bias->shape[0], outputs}));
    VOUCH_ASSIGN(biases, builder.reshaped(all, {bias->shape[0] * outputs}));
  } else {
    biases = bias;
  }
  Values inputs = {planes};
  VOUCH_ASSIGN(Layer layer, weighted_layer(node, bands, inputs, biases));
  layer.window = window_of({axes[1], axes[2]});
  VOUCH_ASSIGN(const Value out, builder.layer(std::move(layer), inputs));
  return builder.reshaped(out, {s[0], out.shape[1] / outputs, outputs, out.shape[2], out.shape[3]});
}

struct Pool {
  Attributes attributes;
  bool beyond_pads = false;  // whether windows reach beyond the pads that the file names
};

Result<Pool> read_pool(Node& node, const Value& x) {
  VOUCH_ASSIGN(const size_t n, spatial_axes(x));
  Pool pool;
  VOUCH_ASSIGN(const Integers kernel, per_axis(node, "kernel_shape", n, 0, 1));
  if (kernel[0] == 0) {
    return Error{"its attribute 'kernel_shape' is missing"};
  }
  VOUCH_ASSIGN(pool.attributes, read_attributes(node, kernel));
  apply_auto_pad(pool.attributes, x.shape);
  VOUCH_ASSIGN(const bool up, node.flag("ceil_mode", false));
  for (size_t a = 0; a < n; ++a) {
    Axis& axis = pool.attributes.axes[a];
    const int64_t extent = x.shape[a + 2];
    if (axis.before >= axis.reach() || axis.behind >= axis.reach()) {
      return Error{"its pads are not smaller than its window"};
    }
    const int64_t rest = extent + axis.before + axis.behind - axis.reach();
    if (!up || rest < 0) {
      continue;
    }
    int64_t outputs = (rest + axis.stride - 1) / axis.stride + 1;
    // A last window that begins behind the input is dropped.
    if ((outputs - 1) * axis.stride >= extent + axis.before) {
      --outputs;
    }
    const int64_t needed = (outputs - 1) * axis.stride + axis.reach() - extent - axis.before;
    pool.beyond_pads = pool.beyond_pads || needed > axis.behind;
    axis.behind = std::max(axis.behind, needed);
  }
  return pool;
}

// A pool over three spatial axes is one over rows and columns, and then one over planes: extremes
// and means of all are those of the planes', as every plane of a window counts the same elements.
Result<Value> pooled(Builder& builder, Layer layer, const Value& x, const std::vector<Axis>& axes,
                     OnnxType type) {
  if (axes.size() < 3) {
    layer.window = window_of(axes);
    return builder.layer(std::move(layer), {x}, {}, type);
  }
  const Dimensions s = x.shape;
  layer.window = window_of({axes[1], axes[2]});
  VOUCH_ASSIGN(const Value planes, builder.reshaped(x, {s[0], s[1] * s[2], s[3], s[4]}));
  VOUCH_ASSIGN(const Value in_planes, builder.layer(layer, {planes}, {}, type));
  const uint32_t rows = in_planes.shape[2];
  const uint32_t columns = in_planes.shape[3];
  layer.window = window_of({axes[0], Axis{}});
  VOUCH_ASSIGN(const Value lines, builder.reshaped(in_planes, {s[0], s[1], s[2], rows * columns}));
  VOUCH_ASSIGN(const Value out, builder.layer(std::move(layer), {lines}, {}, type));
  return builder.reshaped(out, {s[0], s[1], out.shape[2], rows, columns});
}

Result<Values> read_average_pool(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  VOUCH_ASSIGN(Value out, average_pool(node, x));
  return Values{std::move(out)};
}

Result<Values> read_max_pool(Node& node) {
  VOUCH_ASSIGN(const Value x, node.input(0));
  if (!is_code(x.type)) {
    VOUCH_TRY(node.real(0));  // the format has no others
  }
  node.ignore({"storage_order"});
  VOUCH_ASSIGN(const Pool pool, read_pool(node, x));
  Layer layer;
  layer.kind = LayerKind::kMaxPool;
  VOUCH_ASSIGN(Value out, pooled(node.builder(), std::move(layer), x, pool.attributes.axes,
                                 is_code(x.type) ? x.type : OnnxType::kFloat));
  return Values{std::move(out)};
}

Result<Values> read_global_pool(Node& node) {
  VOUCH_ASSIGN(const Value x, node.real(0));
  if (x.shape.size() < 3) {
    return Error{"its input " + text(x.shape) + " has no axes to pool"};
  }
  Layer layer;
  layer.kind = node.type() == "GlobalMaxPool" ? LayerKind::kReduceMax : LayerKind::kReduceMean;
  Dimensions shape = x.shape;
  for (uint32_t a = 2; a < x.shape.size(); ++a) {
    layer.axes.push_back(a);
    shape[a] = 1;
  }
  VOUCH_ASSIGN(Value out, node.builder().layer(std::move(layer), {x}, std::move(shape)));
  return Values{std::move(out)};
}

}  // namespace

Result<Value> convolution(Node& node, const Value& x, const Value& weights,
                          const std::optional<Value>& bias) {
  VOUCH_ASSIGN(const size_t n, spatial_axes(x));
  VOUCH_ASSIGN(const Integers kernel, kernel_of(node, weights, n));
  VOUCH_ASSIGN(Attributes attributes, read_attributes(node, kernel));
  apply_auto_pad(attributes, x.shape);
  if (n == 3) {
    return convolution_of_planes(node, x, weights, bias, attributes.axes);
  }
  Values inputs = {x};
  VOUCH_ASSIGN(Layer layer, weighted_layer(node, weights, inputs, bias));
  layer.window = window_of(attributes.axes);
  return node.builder().layer(std::move(layer), inputs);
}

Result<Value> average_pool(Node& node, const Value& x) {
  VOUCH_ASSIGN(Pool pool, read_pool(node, x));
  VOUCH_ASSIGN(const bool count, node.flag("count_include_pad", false));
  Layer layer;
  layer.kind = LayerKind::kAveragePool;
  layer.count_pads = count;
  Value from = x;
  if (count && pool.beyond_pads) {
    // The file's pads count, what ceil_mode reaches beyond them does not: make them elements.
    Layer pad;
    pad.kind = LayerKind::kPad;
    pad.begin.assign(x.shape.size(), 0);
    pad.end.assign(x.shape.size(), 0);
    VOUCH_ASSIGN(const auto given, node.list("pads"));
    for (size_t a = 0; a < pool.attributes.axes.size(); ++a) {
      Axis& axis = pool.attributes.axes[a];
      const size_t n = pool.attributes.axes.size();
      const int64_t named = pool.attributes.auto_pad == "NOTSET" && given ? (*given)[n + a] : 0;
      pad.begin[a + 2] = axis.before;
      pad.end[a + 2] = named;
      axis.before = 0;
      axis.behind -= named;
    }
    VOUCH_ASSIGN(from, node.builder().layer(std::move(pad), {x}));
    layer.count_pads = false;
  }
  return pooled(node.builder(), std::move(layer), from, pool.attributes.axes, OnnxType::kFloat);
}

void add_windows(OperatorTable& table) {
  table["Conv"] = {read_conv,
                   {Becomes::kConvolution, "auto_pad dilations group kernel_shape pads strides",
                    "1 to 3 axes beside batch and channels; weights are constants; groups that are "
                    "not one a channel, and planes of 3 axes, have weights 0 between them"}};
  table["ConvTranspose"] = {
      read_conv_transpose,
      {Becomes::kConvolution,
       "auto_pad dilations group kernel_shape pads strides output_padding output_shape",
       "1 or 2 axes beside batch and channels; weights are constants"}};
  table["AveragePool"] = {
      read_average_pool,
      {Becomes::kSum, "auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides",
       "1 to 3 axes beside batch and channels"}};
  table["MaxPool"] = {
      read_max_pool,
      {Becomes::kMaximum, "auto_pad ceil_mode dilations kernel_shape pads storage_order strides",
       "1 to 3 axes beside batch and channels; no indices of maxima"}};
  table["GlobalAveragePool"] = {read_global_pool,
                                {Becomes::kSum, "", "1 to 6 axes beside batch and channels"}};
  table["GlobalMaxPool"] = {read_global_pool,
                            {Becomes::kMaximum, "", "1 to 6 axes beside batch and channels"}};
}

}  // namespace vouch::onnx
