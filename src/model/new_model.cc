#include "model/new_model.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "model/float_layers.h"
#include "model/graph_builder.h"
#include "model/tflite/writer.h"
#include "picture/new_picture.h"
#include "picture/resample.h"
#include "picture/split_mix.h"

namespace vouch {
namespace {

constexpr uint32_t kPictures = 8;           // to calibrate with
constexpr float kLeastDeviation = 0.3F;     // of a channel, in the typical one's
constexpr unsigned kCalibrationSize = 224;  // at most: statistics hardly change above it
constexpr std::pair<float, int32_t> kRelu6Range = {6.0F / 255.0F, 0};  // scale, zero-point
constexpr float kLogitDeviation = 2.0F;
constexpr float kLogitHeadroom = 2.0F;  // other pictures go further than those of the calibration
constexpr size_t kMaxSamples = 4096;    // of a channel, for a quantile

// An activation tensor: in the file, and what it is for the calibration pictures.
struct Stage {
  uint32_t tensor = 0;
  float scale = 1.0F;
  uint32_t extent = 0;  // rows and columns in the network, whose calibration may be smaller
  FloatTensor x;
};

struct Convolution {
  std::string name;
  uint32_t channels = 0;
  uint32_t kernel = 1;
  uint32_t stride = 1;
  bool depthwise = false;
  bool relu6 = false;
  bool logits = false;
};

// The multiple of 8 nearest to width·channels, but not more than 10 % below it, and at least 8.
uint32_t scaled_channels(uint32_t channels, double width) {
  const double wanted = channels * width;
  auto rounded = std::max(8U, static_cast<uint32_t>(wanted + 4) / 8 * 8);
  if (rounded < 0.9 * wanted) {
    rounded += 8;
  }
  return rounded;
}

std::vector<float> channel_values(const FloatTensor& x, size_t channel) {
  std::vector<float> values;
  values.reserve(x.pictures * x.area());
  for (size_t n = 0; n < x.pictures; ++n) {
    const auto plane = x.plane(n, channel);
    values.insert(values.end(), plane.begin(), plane.end());
  }
  return values;
}

float deviation(const std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float v : values) {
    sum += v;
    squares += double{v} * v;
  }
  const auto n = static_cast<double>(values.size());
  const double variance = squares / n - (sum / n) * (sum / n);
  return static_cast<float>(std::sqrt(std::max(variance, 1e-12)));
}

float mean(const std::vector<float>& values) {
  double sum = 0;
  for (const float v : values) {
    sum += v;
  }
  return static_cast<float>(sum / static_cast<double>(values.size()));
}

// The value that a share of `values` lies below.
float quantile(const std::vector<float>& values, float share) {
  const size_t step = values.size() / kMaxSamples + 1;
  std::vector<float> samples;
  for (size_t i = 0; i < values.size(); i += step) {
    samples.push_back(values[i]);
  }
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<float>(samples.size() - 1));
  std::nth_element(samples.begin(), samples.begin() + at, samples.end());
  return samples[static_cast<size_t>(at)];
}

// Codes 0…255 for `headroom` times the values' range, which holds 0: scale and zero-point.
std::pair<float, int32_t> code_range(const std::vector<float>& values, float headroom = 1.0F) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const float lowest = headroom * std::min(*low, -1e-3F);
  const float highest = headroom * std::max(*high, 1e-3F);
  const float scale = (highest - lowest) / 255.0F;
  return {scale, std::clamp(static_cast<int32_t>(std::lround(-lowest / scale)), 0, 255)};
}

class MobileNetV2 {
 public:
  MobileNetV2(double width, unsigned size, uint64_t seed, unsigned classes)
      : width_(width), size_(size), classes_(classes), random_(seed) {}

  Bytes build() {
    const uint32_t input =
        builder_.activation("input", ElementType::kUint8, {1, size_, size_, 3}, 0.0078125F, 128);
    Stage x = {input, 0.0078125F, size_, calibration_pictures()};
    x = convolve(x, {"Conv/Relu6", scaled_channels(32, width_), 3, 2, false, true});
    x = blocks(std::move(x));
    const uint32_t last = width_ > 1 ? scaled_channels(1280, width_) : 1280;
    x = convolve(x, {"Conv_1/Relu6", last, 1, 1, false, true});
    x = average(x);
    x = convolve(x, {"Logits", classes_, 1, 1, false, false, true});
    const uint32_t output = finish(x.tensor);
    return write_tflite(builder_.take(input, output), "MobileNetV2 with random weights");
  }

 private:
  FloatTensor calibration_pictures() {
    const uint32_t size = std::min(size_, kCalibrationSize);
    FloatTensor x(kPictures, 3, size, size);
    auto to = x.values.begin();
    for (uint32_t n = 0; n < kPictures; ++n) {
      const Picture picture = new_picture(random_.next(), size, size);
      for (const uint8_t code : picture_codes(picture, 3)) {
        *to++ = (static_cast<float>(code) - 128.0F) * 0.0078125F;
      }
    }
    return x;
  }

  Stage blocks(Stage x) {
    struct Group {
      uint32_t expansion, channels, repeats, stride;
    };
    constexpr Group kGroups[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                 {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    uint32_t index = 0;
    for (const Group& group : kGroups) {
      for (uint32_t i = 0; i < group.repeats; ++i) {
        std::string name = "expanded_conv";
        if (index > 0) {
          name.append("_").append(std::to_string(index));
        }
        name += '/';
        x = block(x, name, group.expansion, scaled_channels(group.channels, width_),
                  i == 0 ? group.stride : 1);
        ++index;
      }
    }
    return x;
  }

  Stage block(const Stage& input, const std::string& name, uint32_t expansion, uint32_t channels,
              uint32_t stride) {
    const uint32_t wide = input.x.channels * expansion;
    Stage x;
    if (expansion != 1) {
      x = convolve(input, {name + "expand/Relu6", wide, 1, 1, false, true});
    }
    x = convolve(expansion != 1 ? x : input,
                 {name + "depthwise/Relu6", wide, 3, stride, true, true});
    x = convolve(x, {name + "project", channels, 1, 1, false, false});
    return stride == 1 && channels == input.x.channels ? add(input, x, name + "add") : x;
  }

  Stage convolve(const Stage& input, const Convolution& spec);
  std::vector<float> random_weights(const Stage& input, const Convolution& spec);
  std::vector<float> biases(const FloatTensor& y, const Convolution& spec);
  Stage activation(const std::string& name, uint32_t extent, FloatTensor y,
                   std::pair<float, int32_t> quantization);
  Stage add(const Stage& a, const Stage& b, const std::string& name);
  Stage average(const Stage& input);
  uint32_t finish(uint32_t logits);

  double width_;
  uint32_t size_;
  uint32_t classes_;
  SplitMix64 random_;
  GraphBuilder builder_;
};

// Normally distributed, then scaled so that each channel's values have the deviation it is given;
// one that hardly varies is not blown up by more than the others. Logits, of which there is one
// value a picture, are all scaled alike.
std::vector<float> MobileNetV2::random_weights(const Stage& input, const Convolution& spec) {
  const size_t block = size_t{spec.kernel} * spec.kernel * (spec.depthwise ? 1 : input.x.channels);
  std::vector<float> weights(block * spec.channels);
  std::generate(weights.begin(), weights.end(), [&] { return random_.normal(); });
  const FloatTensor y =
      float_convolution(input.x, weights, spec.channels, spec.kernel, spec.stride, spec.depthwise);
  std::vector<float> deviations;
  for (size_t c = 0; c < spec.channels; ++c) {
    deviations.push_back(deviation(channel_values(y, c)));
  }
  const float typical = mean(deviations);
  for (size_t c = 0; c < spec.channels; ++c) {
    const float own = std::max(deviations[c], kLeastDeviation * typical);
    const float gain = spec.logits  ? kLogitDeviation / typical
                       : spec.relu6 ? random_.uniform(1.2F, 2.4F) / own
                                    : random_.uniform(0.7F, 1.3F) / own;
    for (size_t k = 0; k < block; ++k) {
      weights[spec.depthwise ? k * spec.channels + c : c * block + k] *= gain;
    }
  }
  return weights;
}

// A ReLU6 channel's bias leaves 31 to 40 % of its values below 0; others get mean about 0.
std::vector<float> MobileNetV2::biases(const FloatTensor& y, const Convolution& spec) {
  std::vector<float> biases;
  for (size_t c = 0; c < spec.channels; ++c) {
    const std::vector<float> values = channel_values(y, c);
    biases.push_back(spec.relu6 ? -quantile(values, random_.uniform(0.31F, 0.40F))
                                : random_.uniform(-0.3F, 0.3F) - mean(values));
  }
  return biases;
}

Stage MobileNetV2::convolve(const Stage& input, const Convolution& spec) {
  std::vector<float> weights = random_weights(input, spec);
  const auto [scale, zero] = code_range(weights);
  Bytes codes;
  for (float& w : weights) {
    const int32_t code = static_cast<int32_t>(std::lround(w / scale)) + zero;
    codes.push_back(static_cast<uint8_t>(std::clamp(code, 0, 255)));
    w = scale * static_cast<float>(codes.back() - zero);  // what the network will have
  }
  FloatTensor y =
      float_convolution(input.x, weights, spec.channels, spec.kernel, spec.stride, spec.depthwise);
  const float bias_scale = input.scale * scale;
  std::vector<int32_t> bias_codes;
  for (const float b : biases(y, spec)) {
    bias_codes.push_back(static_cast<int32_t>(std::lround(b / bias_scale)));
  }
  for (size_t n = 0; n < y.pictures; ++n) {
    for (size_t c = 0; c < y.channels; ++c) {
      for (float& value : y.plane(n, c)) {
        value += bias_scale * static_cast<float>(bias_codes[c]);
      }
    }
  }
  const uint32_t in = input.x.channels;
  const std::vector<uint32_t> shape =
      spec.depthwise ? std::vector<uint32_t>{1, spec.kernel, spec.kernel, spec.channels}
                     : std::vector<uint32_t>{spec.channels, spec.kernel, spec.kernel, in};
  GraphOp op;
  op.kind = spec.depthwise ? GraphOpKind::kDepthwiseConv2d : GraphOpKind::kConv2d;
  op.inputs = {input.tensor,
               builder_.weights(spec.name + "/weights", ElementType::kUint8, shape,
                                {{scale}, {zero}, 0}, std::move(codes)),
               builder_.integers(spec.name + "/bias", {spec.channels}, bias_codes, {bias_scale})};
  op.padding = Padding::kSame;
  op.stride_rows = op.stride_columns = spec.stride;
  op.depth_multiplier = spec.depthwise ? 1 : 0;
  op.activation = spec.relu6 ? Activation::kRelu6 : Activation::kNone;
  const uint32_t extent = (input.extent + spec.stride - 1) / spec.stride;
  const auto range =
      spec.relu6 ? kRelu6Range : code_range(y.values, spec.logits ? kLogitHeadroom : 1.0F);
  Stage output = activation(spec.name, extent, std::move(y), range);
  op.output = output.tensor;
  builder_.op(std::move(op));
  return output;
}

// Makes the tensor, and rounds its values to its codes.
Stage MobileNetV2::activation(const std::string& name, uint32_t extent, FloatTensor y,
                              std::pair<float, int32_t> quantization) {
  const auto [scale, zero] = quantization;
  for (float& value : y.values) {
    const float code =
        std::clamp(std::nearbyint(value / scale) + static_cast<float>(zero), 0.0F, 255.0F);
    value = scale * (code - static_cast<float>(zero));
  }
  Stage layer;
  layer.tensor =
      builder_.activation(name, ElementType::kUint8, {1, extent, extent, y.channels}, scale, zero);
  layer.scale = scale;
  layer.extent = extent;
  layer.x = std::move(y);
  return layer;
}

Stage MobileNetV2::add(const Stage& a, const Stage& b, const std::string& name) {
  FloatTensor sum = a.x;
  std::transform(sum.values.begin(), sum.values.end(), b.x.values.begin(), sum.values.begin(),
                 std::plus<>());
  const auto range = code_range(sum.values);
  Stage output = activation(name, a.extent, std::move(sum), range);
  GraphOp op;
  op.kind = GraphOpKind::kAdd;
  op.inputs = {a.tensor, b.tensor};
  op.output = output.tensor;
  builder_.op(std::move(op));
  return output;
}

Stage MobileNetV2::average(const Stage& input) {
  // TensorFlow Lite wants the quantisation of a pool's input and output to be the same.
  Stage output = activation("AvgPool", 1, float_average(input.x), kRelu6Range);
  GraphOp op;
  op.kind = GraphOpKind::kAveragePool2d;
  op.inputs = {input.tensor};
  op.output = output.tensor;
  op.kernel_rows = op.kernel_columns = input.extent;
  builder_.op(std::move(op));
  return output;
}

// RESHAPE to [1, classes] and SOFTMAX.
uint32_t MobileNetV2::finish(uint32_t logits) {
  const Quantization q = builder_.tensor(logits).quantization;
  GraphOp reshape;
  reshape.kind = GraphOpKind::kReshape;
  reshape.inputs = {logits,
                    builder_.integers("Squeeze/shape", {2}, {1, static_cast<int32_t>(classes_)})};
  reshape.output = builder_.activation("Squeeze", ElementType::kUint8, {1, classes_}, q.scales[0],
                                       q.zero_points[0]);
  GraphOp softmax;
  softmax.kind = GraphOpKind::kSoftmax;
  softmax.inputs = {reshape.output};
  softmax.output =
      builder_.activation("Softmax", ElementType::kUint8, {1, classes_}, 1.0F / 256.0F, 0);
  builder_.op(std::move(reshape));
  const uint32_t output = softmax.output;
  builder_.op(std::move(softmax));
  return output;
}

}  // namespace

Result<Bytes> new_mobilenet_v2(double width, unsigned size, uint64_t seed, unsigned classes) {
  if (!(width >= 0.1 && width <= 2.0)) {
    return Error{"the width must be 0.1…2"};
  }
  if (size < 32 || size > 512) {
    return Error{"the size must be 32…512"};
  }
  if (classes < 2 || classes > 10000) {
    return Error{"the number of classes must be 2…10000"};
  }
  return MobileNetV2(width, size, seed, classes).build();
}

}  // namespace vouch
