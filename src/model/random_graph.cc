#include "model/random_graph.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace vouch {
namespace {

uint32_t outputs(Padding padding, uint32_t extent, uint32_t kernel, uint32_t stride) {
  return padding == Padding::kSame ? (extent + stride - 1) / stride
                                   : (extent - kernel) / stride + 1;
}

uint32_t product(const std::vector<uint32_t>& shape) {
  uint32_t n = 1;
  for (const uint32_t extent : shape) {
    n *= extent;
  }
  return n;
}

}  // namespace

RandomGraph::RandomGraph(uint64_t seed) : random_(seed), is_signed_(random_.within(0, 1) == 1) {
  Value x = activation({1, pick(5, 14), pick(5, 14), pick(1, 5)}, 0.02F, any_zero());
  const uint32_t input = x.tensor;
  for (uint32_t left = pick(2, 7); left > 0; --left) {
    x = grow(x);
  }
  x = finish(x);
  graph_ = builder_.take(input, x.tensor);
}

Activation RandomGraph::any_activation() {
  constexpr Activation kAll[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6,
                                 Activation::kReluN1To1};
  // The narrowest clamp is rare: it leaves little to compare.
  return kAll[random_.within(0, 15) == 0 ? 3 : random_.within(0, 2)];
}

RandomGraph::Value RandomGraph::activation(std::vector<uint32_t> shape, float scale,
                                           int32_t zero_point) {
  Value value;
  value.tensor = builder_.activation(
      "tensor", is_signed_ ? ElementType::kInt8 : ElementType::kUint8, shape, scale, zero_point);
  value.shape = std::move(shape);
  value.scale = scale;
  value.zero_point = zero_point;
  return value;
}

RandomGraph::Value RandomGraph::emit(GraphOp op, const Value& output) {
  op.output = output.tensor;
  builder_.op(std::move(op));
  return output;
}

RandomGraph::Value RandomGraph::grow(const Value& x) {
  switch (random_.within(0, 6)) {
    case 0:
      return convolution(x, true);
    case 1:
      return pool(x);
    case 2:
      return pad(x);
    case 3:
      return quantize(x);
    case 4: {
      const Value y = convolution(x, false);
      return add(y, y.shape == x.shape ? x : y);
    }
    default:
      return convolution(x, false);
  }
}

RandomGraph::Value RandomGraph::finish(const Value& x) {
  switch (random_.within(0, 3)) {
    case 0:
      return fully_connected(mean(x));
    case 1:
      return fully_connected(flatten(x));
    case 2:
      return fully_connected(x);
    default:
      return x;
  }
}

RandomGraph::Value RandomGraph::convolution(const Value& x, bool depthwise) {
  GraphOp op;
  op.kind = depthwise ? GraphOpKind::kDepthwiseConv2d : GraphOpKind::kConv2d;
  const uint32_t rows = pick(1, std::min(5U, x.shape[1]));
  const uint32_t columns = pick(1, std::min(5U, x.shape[2]));
  op.stride_rows = pick(1, 2);
  op.stride_columns = depthwise ? op.stride_rows : pick(1, 3);
  op.padding = random_.within(0, 1) == 1 ? Padding::kSame : Padding::kValid;
  op.activation = any_activation();
  op.depth_multiplier = depthwise ? pick(1, 3) : 0;
  const uint32_t out = depthwise ? x.shape[3] * op.depth_multiplier : pick(1, 9);
  const std::vector<uint32_t> weights = depthwise
                                            ? std::vector<uint32_t>{1, rows, columns, out}
                                            : std::vector<uint32_t>{out, rows, columns, x.shape[3]};
  const std::vector<uint32_t> shape = {1, outputs(op.padding, x.shape[1], rows, op.stride_rows),
                                       outputs(op.padding, x.shape[2], columns, op.stride_columns),
                                       out};
  return weighted(x, std::move(op), weights, depthwise ? 3 : 0, shape);
}

RandomGraph::Value RandomGraph::fully_connected(const Value& x) {
  GraphOp op;
  op.kind = GraphOpKind::kFullyConnected;
  op.activation = any_activation();
  const uint32_t out = pick(3, 12);
  return weighted(x, std::move(op), {out, product(x.shape)}, 0, {1, out});
}

RandomGraph::Value RandomGraph::weighted(const Value& x, GraphOp op,
                                         const std::vector<uint32_t>& weights, uint32_t axis,
                                         std::vector<uint32_t> shape) {
  const uint32_t out = weights[axis];
  const uint32_t taps = product(weights) / out;
  const bool per_channel = is_signed_ && op.kind != GraphOpKind::kFullyConnected;
  Bytes codes(product(weights));
  std::generate(codes.begin(), codes.end(), [&] {
    return static_cast<uint8_t>(random_.within(is_signed_ ? -127 : 0, is_signed_ ? 127 : 255));
  });
  const float scale = 0.01F * random_.uniform(0.5F, 2.0F);
  Quantization q;
  q.axis = per_channel ? axis : 0;
  for (uint32_t c = 0; c < (per_channel ? out : 1); ++c) {
    q.scales.push_back(scale * (per_channel ? random_.uniform(0.5F, 2.0F) : 1.0F));
    q.zero_points.push_back(is_signed_ ? 0 : static_cast<int32_t>(random_.within(90, 160)));
  }
  std::vector<int32_t> biases(out);
  std::generate(biases.begin(), biases.end(),
                [&] { return static_cast<int32_t>(random_.within(-3000, 3000)); });
  std::vector<float> bias_scales = q.scales;
  for (float& s : bias_scales) {
    s *= x.scale;
  }
  const uint32_t w =
      builder_.weights("weights", is_signed_ ? ElementType::kInt8 : ElementType::kUint8, weights,
                       std::move(q), std::move(codes));
  const uint32_t b = builder_.integers("bias", {out}, biases, std::move(bias_scales));
  const bool no_bias = op.kind == GraphOpKind::kFullyConnected && random_.within(0, 4) == 0;
  op.inputs = {x.tensor, w, no_bias ? GraphOp::kAbsent : b};
  // Sums of `taps` products of codes of deviation 74 spread over about 50 steps of the output.
  const float to = x.scale * scale * std::sqrt(static_cast<float>(taps)) * 110.0F;
  const bool at_end = op.activation != Activation::kNone && random_.within(0, 1) == 1;
  const int32_t zero = at_end ? (is_signed_ ? -128 : 0) : any_zero();
  return emit(std::move(op), activation(std::move(shape), to * random_.uniform(0.7F, 1.5F), zero));
}

RandomGraph::Value RandomGraph::pool(const Value& x) {
  GraphOp op;
  op.kind = GraphOpKind::kAveragePool2d;
  op.inputs = {x.tensor};
  op.kernel_rows = pick(1, std::min(4U, x.shape[1]));
  op.kernel_columns = pick(1, std::min(4U, x.shape[2]));
  op.stride_rows = pick(1, 2);
  op.stride_columns = pick(1, 2);
  op.padding = random_.within(0, 1) == 1 ? Padding::kSame : Padding::kValid;
  const std::vector<uint32_t> shape = {
      1, outputs(op.padding, x.shape[1], op.kernel_rows, op.stride_rows),
      outputs(op.padding, x.shape[2], op.kernel_columns, op.stride_columns), x.shape[3]};
  return emit(std::move(op), activation(shape, x.scale, x.zero_point));
}

RandomGraph::Value RandomGraph::mean(const Value& x) {
  GraphOp op;
  op.kind = GraphOpKind::kMean;
  const std::vector<std::vector<int32_t>> axes = {{1, 2}, {2, 1}, {-3, -2}};
  op.inputs = {x.tensor, builder_.integers("axes", {2}, axes[pick(0, 2)])};
  const bool keep = random_.within(0, 1) == 1;
  const std::vector<uint32_t> shape =
      keep ? std::vector<uint32_t>{1, 1, 1, x.shape[3]} : std::vector<uint32_t>{1, x.shape[3]};
  return emit(std::move(op), activation(shape, x.scale * random_.uniform(0.4F, 1.0F), any_zero()));
}

RandomGraph::Value RandomGraph::pad(const Value& x) {
  GraphOp op;
  op.kind = GraphOpKind::kPad;
  std::vector<int32_t> pads(8, 0);
  std::vector<uint32_t> shape = x.shape;
  for (size_t i = 2; i < 6; ++i) {
    pads[i] = static_cast<int32_t>(random_.within(0, 2));
    shape[i / 2] += static_cast<uint32_t>(pads[i]);
  }
  op.inputs = {x.tensor, builder_.integers("pads", {4, 2}, pads)};
  return emit(std::move(op), activation(std::move(shape), x.scale, x.zero_point));
}

RandomGraph::Value RandomGraph::add(const Value& a, const Value& b) {
  GraphOp op;
  op.kind = GraphOpKind::kAdd;
  op.inputs = {a.tensor, b.tensor};
  op.activation = any_activation();
  return emit(
      std::move(op),
      activation(a.shape, std::max(a.scale, b.scale) * random_.uniform(1.0F, 2.0F), any_zero()));
}

RandomGraph::Value RandomGraph::quantize(const Value& x) {
  GraphOp op;
  op.kind = GraphOpKind::kQuantize;
  op.inputs = {x.tensor};
  return emit(std::move(op),
              activation(x.shape, x.scale * random_.uniform(0.7F, 1.6F), any_zero()));
}

RandomGraph::Value RandomGraph::flatten(const Value& x) {
  GraphOp op;
  op.kind = GraphOpKind::kReshape;
  const uint32_t n = product(x.shape);
  op.inputs = {x.tensor, builder_.integers("shape", {2}, {1, static_cast<int32_t>(n)})};
  return emit(std::move(op), activation({1, n}, x.scale, x.zero_point));
}

}  // namespace vouch
