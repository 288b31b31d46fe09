#include "model/compile.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "model/lower.h"
#include "model/lower/decompose.h"
#include "model/lower/network_lowering.h"
#include "model/onnx/reader.h"
#include "model/quantize.h"
#include "model/tflite/reader.h"
#include "network/shapes.h"
#include "network/simplify.h"

namespace vouch {
namespace {

constexpr uint64_t kMaxWeights = uint64_t{1} << 28;
constexpr uint64_t kMaxSharing = 16;  // weights for each byte of the file

// w − z_w in the circuit's order. The file's is [out][row][column][in] for a convolution (a fully
// connected layer that reads a whole picture included) and [row][column][out] for a depthwise one.
std::vector<int16_t> arrange_taps(const GraphTensor& weights, const Op& op, uint32_t out_channels,
                                  uint32_t in_channels) {
  const bool is_signed = weights.type == ElementType::kInt8;
  const Quantization& q = weights.quantization;
  const size_t area = size_t{op.window.kernel_rows} * op.window.kernel_columns;
  const bool depthwise = op.kind == OpKind::kDepthwiseConv2d;
  const size_t channels_read = depthwise ? 1 : in_channels;
  std::vector<int16_t> taps;
  taps.reserve(weights.data.size());
  for (size_t o = 0; o < out_channels; ++o) {
    const int32_t zero = q.zero_points[q.zero_points.size() == 1 ? 0 : o];
    for (size_t i = 0; i < channels_read; ++i) {
      for (size_t d = 0; d < area; ++d) {
        const size_t at = depthwise ? d * out_channels + o : (o * area + d) * in_channels + i;
        const uint8_t byte = weights.data[at];
        const int32_t code = is_signed ? static_cast<int8_t>(byte) : int32_t{byte};
        taps.push_back(static_cast<int16_t>(code - zero));
      }
    }
  }
  return taps;
}

std::vector<int32_t> read_biases(const GraphTensor& bias) {
  std::vector<int32_t> biases;
  ByteReader reader(bias.data);
  for (uint64_t i = 0; i < bias.elements(); ++i) {
    biases.push_back(static_cast<int32_t>(reader.u32()));
  }
  return biases;
}

Result<OpWeights> fold(const Circuit& circuit, size_t index, const FoldPlan& plan) {
  const Op& op = circuit.ops[index];
  const Tensor& input = circuit.tensors[op.inputs[0]];
  const Tensor& output = circuit.tensors[index + 1];
  const Requantization to = {plan.input_scale, plan.output_scale, output.zero_point, circuit.shift};
  if (op.kind == OpKind::kLinearMap) {
    return fold_linear_map(plan.multipliers, plan.output_scale, output.zero_point, circuit.shift);
  }
  const uint32_t channels = output.shape.channels;
  ConvolutionTaps taps;
  taps.taps = arrange_taps(*plan.weights, op, channels, input.shape.channels);
  taps.scales = plan.weights->quantization.scales;
  if (plan.bias != nullptr) {
    taps.biases = read_biases(*plan.bias);
  }
  return fold_convolution(taps, channels, to);
}

Error in_layer(const FoldPlan& plan, const std::string& what) {
  return Error{"layer '" + plan.name + "': " + what};
}

// Folds every operator and makes the tables large enough for all that they are of.
Result<void> fold_all(const LoweredGraph& lowered, CompiledModel& model) {
  Circuit& circuit = model.circuit;
  unsigned most = kUsualTableBits;
  for (size_t i = 0; i < circuit.ops.size(); ++i) {
    const FoldPlan& plan = lowered.plans[i];
    Result<OpWeights> folded = fold(circuit, i, plan);
    if (!folded) {
      return in_layer(plan, folded.error().message);
    }
    model.weights.push_back(std::move(folded).value());
    const unsigned needed = value_bits_needed(circuit, i, model.weights.back());
    if (needed > ActivationTable::kMaxBits) {
      return in_layer(plan, "its values can leave ±2^24 steps of its output's scale");
    }
    most = std::max(most, needed);
    ActivationTable& table = circuit.tables[circuit.tensors[i + 1].table];
    table.bits = static_cast<uint8_t>(std::max<unsigned>(table.bits, needed));
  }
  if (most > kUsualTableBits) {
    model.notes.push_back("tables of ±2^" + std::to_string(most) +
                          " values instead of ±2^17: this public number is a bound on the weights");
  }
  return {};
}

Result<void> set_preparation(const CompileOptions& options, Circuit& circuit) {
  const Shape& shape = circuit.input().shape;
  const bool colour = shape.channels == 3 && shape.rows > 1 && shape.columns > 1;
  const bool grey = shape.channels == 1 && shape.rows > 1 && shape.columns > 1;
  if (options.input == InputKind::kPicture && !colour && !grey) {
    return Error{"the network's input has " + std::to_string(shape.channels) +
                 " channels; a picture has 1 or 3"};
  }
  const bool guess = colour || (grey && shape.rows == shape.columns);
  if (options.input == InputKind::kPicture || (options.input == InputKind::kAuto && guess)) {
    circuit.preparation = {shape.rows, shape.columns, options.crop_permille};
  } else {
    circuit.preparation = {0, 0, 0};
  }
  return {};
}

// [batch, channel, row, column] of colours, or of a grey square.
bool is_picture(const Dimensions& shape) {
  return shape.size() == 4 && shape[2] > 1 && shape[3] > 1 &&
         (shape[1] == 3 || (shape[1] == 1 && shape[2] == shape[3]));
}

// How several inputs, or outputs, share the circuit's tensor.
void add_port_notes(const Network& network, const std::string& what, const std::vector<Port>& ports,
                    std::vector<std::string>& notes) {
  for (const Port& port : ports) {
    if (ports.size() == 1) {
      return;
    }
    const NetworkTensor& tensor = network.tensors[port.tensor];
    const uint64_t n = element_count(tensor.shape);
    std::ostringstream scale;
    scale.precision(9);
    scale << port.codes.scale;
    notes.push_back(what + " '" + tensor.name + "' " + text(tensor.shape) + ", row-major, is " +
                    std::to_string(port.first) + "…" + std::to_string(port.first + n - 1) +
                    " of the circuit's " + what + ": " + scale.str() + "·(code − " +
                    std::to_string(port.codes.zero_point) + ")");
  }
}

Result<void> check_options(const CompileOptions& options) {
  if (options.shift < 4 || options.shift > 24) {
    return Error{"shift must be 4…24"};
  }
  if (options.crop_permille < 1 || options.crop_permille > 1000) {
    return Error{"crop_permille must be 1…1000"};
  }
  return {};
}

}  // namespace

Result<CompiledModel> compile_tflite(ByteSpan file, const CompileOptions& options) {
  VOUCH_TRY(check_options(options));
  VOUCH_ASSIGN(const Graph graph, read_tflite(file));
  VOUCH_ASSIGN(LoweredGraph lowered, lower(graph));
  CompiledModel model;
  model.source = graph.source;
  model.notes = std::move(lowered.notes);
  model.circuit = std::move(lowered.circuit);
  model.circuit.shift = options.shift;
  VOUCH_TRY(set_preparation(options, model.circuit));
  VOUCH_TRY(validate(model.circuit));
  // Layers may share their weights' bytes in the file: a small hostile one could name any number.
  const uint64_t most = std::min<uint64_t>(kMaxWeights, kMaxSharing * file.size());
  uint64_t weights = 0;
  for (size_t i = 0; i < model.circuit.ops.size(); ++i) {
    weights += weight_counts(model.circuit, i).weights;
    if (weights > most) {
      return Error{"the network has more than 2^28 weights, or 16 times as many as its file"};
    }
    model.layer_names.push_back(lowered.plans[i].name);
  }
  VOUCH_TRY(fold_all(lowered, model));
  return model;
}

Result<CompiledModel> compile_onnx(ByteSpan file, const CompileOptions& options,
                                   const OnnxOptions& onnx) {
  VOUCH_TRY(check_options(options));
  VOUCH_ASSIGN(Network network, read_onnx(file));
  simplify(network);
  decompose(network);
  const std::vector<Step> steps = steps_of(network);
  NetworkTensor& input = network.tensors[network.inputs[0]];
  if (!input.codes && options.input != InputKind::kCodes &&
      (options.input == InputKind::kPicture || is_picture(input.shape))) {
    input.codes = CodeScale{onnx.pixel_scale, onnx.pixel_zero, false};
  }
  CompiledModel model;
  model.source = network.source;
  model.notes = network.notes;
  if (needs_calibration(network, steps)) {
    std::vector<Sample> samples;
    if (onnx.samples) {
      VOUCH_ASSIGN(samples, onnx.samples(network));
    }
    VOUCH_TRY(calibrate(network, steps, samples, onnx.range));
    model.notes.push_back("a float model, quantised to 8-bit activations by " +
                          std::to_string(samples.size()) + " samples");
  }
  VOUCH_ASSIGN(LoweredNetwork lowered, lower_network(network, steps, options.shift));
  model.notes.insert(model.notes.end(), lowered.notes.begin(), lowered.notes.end());
  add_port_notes(network, "input", lowered.inputs, model.notes);
  add_port_notes(network, "output", lowered.outputs, model.notes);
  model.circuit = std::move(lowered.circuit);
  model.weights = std::move(lowered.weights);
  model.layer_names = std::move(lowered.names);
  VOUCH_TRY(set_preparation(options, model.circuit));
  VOUCH_TRY(validate(model.circuit));
  return model;
}

}  // namespace vouch
