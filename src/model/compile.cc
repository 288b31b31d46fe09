#include "model/compile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <sstream>
#include <utility>

#include "model/file_text.h"
#include "model/lower/decompose.h"
#include "model/read_model.h"
#include "network/endings.h"
#include "network/picture_input.h"
#include "network/shapes.h"
#include "network/simplify.h"

namespace vouch {
namespace {

void note_large_tables(const Circuit& circuit, std::vector<std::string>& notes) {
  unsigned most = kUsualTableBits;
  for (const ActivationTable& table : circuit.tables) {
    most = std::max<unsigned>(most, table.bits);
  }
  uint32_t rows = kUsualWindows;
  for (const WindowTable& table : circuit.windows) {
    rows = std::max(rows, std::bit_ceil(table.rows()));
  }
  if (rows > kUsualWindows) {
    notes.push_back("tables of up to " + std::to_string(rows) + " windows instead of " +
                    std::to_string(kUsualWindows) +
                    ": this public number is a bound on the weights");
  }
  if (most > kUsualTableBits) {
    notes.push_back("tables of ±2^" + std::to_string(most) +
                    " values instead of ±2^17: this public number is a bound on the weights");
  }
}

bool is_picture(const Shape& shape, uint32_t channels) {
  return shape.channels == channels && shape.rows > 1 && shape.columns > 1;
}

Result<void> set_preparation(const CompileOptions& options, Circuit& circuit) {
  const Shape& shape = circuit.input().shape;
  const bool colour = is_picture(shape, 3);
  const bool grey = is_picture(shape, 1);
  if (options.input == InputKind::kPicture && !colour && !grey) {
    return Error{"the network's input has " + std::to_string(shape.channels) +
                 " channels and a picture 1 or 3: say --input codes"};
  }
  const bool guess = colour || (grey && shape.rows == shape.columns);
  if (options.input == InputKind::kPicture || (options.input == InputKind::kAuto && guess)) {
    circuit.preparation = {shape.rows, shape.columns, options.crop_permille};
  } else {
    circuit.preparation = {0, 0, 0};
  }
  return {};
}

// A float network's input is codes without samples where those are pixels.
void give_pixels_codes(const CompileOptions& options, Network& network) {
  const std::optional<PictureInput> picture = picture_input(network);
  NetworkTensor& input = network.tensors[network.inputs[0]];
  if (!picture || input.codes || options.input == InputKind::kCodes) {
    return;
  }
  const Shape shape{picture->channels, 1, picture->rows, picture->columns};
  if (options.input == InputKind::kPicture || is_picture(shape, 3) ||
      (is_picture(shape, 1) && shape.rows == shape.columns)) {
    input.codes = CodeScale{options.usual_pixel_scale(), options.pixel_zero, false};
  }
}

// Samples that the input's codes do not hold would be cut off, and all that follows calibrated for
// other inputs than those to come.
Result<void> fit_pixels(const CompileOptions& options, std::span<const Sample> samples,
                        Network& network) {
  NetworkTensor& input = network.tensors[network.inputs[0]];
  if (network.inputs.size() != 1 || !input.codes) {
    return {};
  }
  float lowest = 0;
  float highest = 0;
  bool whole = true;
  for (const Sample& sample : samples) {
    for (const float x : sample.empty() ? std::vector<float>() : sample[0]) {
      lowest = std::min(lowest, x);
      highest = std::max(highest, x);
      whole = whole && x == std::nearbyint(x);
    }
  }
  const auto holds = [&](const CodeScale& codes) {
    return lowest >= codes.scale * (-0.5F - codes.zero_point) &&
           highest <= codes.scale * (255.5F - codes.zero_point);
  };
  if (!options.pixel_scale && !holds(*input.codes) && whole) {
    input.codes->scale = 1;
  }
  if (!holds(*input.codes)) {
    std::ostringstream said;
    said << "the samples of '" << input.name << "' reach from " << lowest << " to " << highest
         << ", but pixels stand for " << input.codes->scale * -input.codes->zero_point << " to "
         << input.codes->scale * (255 - input.codes->zero_point)
         << ": say with --pixel-scale and --pixel-zero what a pixel stands for, or that the input "
            "is none with --input codes";
    return Error{said.str()};
  }
  return {};
}

void note_samples(size_t samples, std::vector<std::string>& notes) {
  constexpr size_t kFew = 30;
  notes.push_back("a float model, quantised to 8-bit activations by " + std::to_string(samples) +
                  " samples");
  if (samples < kFew) {
    notes.push_back(
        "few samples: other inputs may reach beyond the ranges that these do, and are "
        "cut off there; give " +
        std::to_string(kFew) + " or more, and look at `vouch evaluate`");
  }
}

// How several inputs, or outputs, share the circuit's tensor. Outputs told from the same are one.
void add_port_notes(const Network& network, const std::string& what, std::vector<Port> ports,
                    std::vector<std::string>& notes) {
  std::set<uint32_t> told;
  std::erase_if(ports, [&](const Port& port) { return !told.insert(port.tensor).second; });
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

// Codes that only samples could give are none of the framework's.
Result<void> check_quantised(const Network& network, const std::vector<Step>& steps) {
  if (!needs_calibration(network, steps)) {
    return {};
  }
  for (const Step& step : steps) {
    if (!only_ranks(step.layer->kind) && !network.tensors[step.output].codes) {
      return Error{title(*step.layer) + ": what it computes, '" +
                   network.tensors[step.output].name +
                   "', is not quantised, and exact rounding is for models whose file quantises "
                   "every layer; quantise it, or compile it with --rounding fast"};
    }
  }
  return Error{
      "the network's input is not quantised, and exact rounding is for models whose file quantises "
      "it; quantise it, or compile it with --rounding fast"};
}

Result<LoweredNetwork> lower(Network& network, const CompileOptions& options,
                             std::vector<std::string>& notes) {
  decompose(network);
  const std::vector<Step> steps = steps_of(network);
  give_pixels_codes(options, network);
  if (options.rounding == Rounding::kExact) {
    VOUCH_TRY(check_quantised(network, steps));
    return lower_network_exactly(network, steps);
  }
  if (needs_calibration(network, steps)) {
    std::vector<Sample> samples;
    if (options.samples) {
      VOUCH_ASSIGN(samples, options.samples(network));
    }
    VOUCH_TRY(fit_pixels(options, samples, network));
    VOUCH_TRY(calibrate(network, steps, samples, options.range));
    note_samples(samples.size(), notes);
  }
  return lower_network(network, steps, options.shift);
}

Result<void> check_options(const CompileOptions& options) {
  if (options.shift < 4 || options.shift > 24) {
    return Error{"shift must be 4…24: give another --shift"};
  }
  if (options.crop_permille < 1 || options.crop_permille > 1000) {
    return Error{"crop_permille must be 1…1000: give another --crop"};
  }
  return {};
}

}  // namespace

Result<CompiledModel> compile_model(ByteSpan file, const CompileOptions& options) {
  VOUCH_TRY(check_options(options));
  CompiledModel model;
  VOUCH_ASSIGN(model.network, read_model(file));
  Network& network = model.network;
  simplify(network);
  model.source = network.source;
  model.notes = network.notes;
  VOUCH_ASSIGN(LoweredNetwork lowered, lower(network, options, model.notes));
  model.notes.insert(model.notes.end(), lowered.notes.begin(), lowered.notes.end());
  add_port_notes(network, "input", lowered.inputs, model.notes);
  add_port_notes(network, "output", lowered.outputs, model.notes);
  model.circuit = std::move(lowered.circuit);
  model.weights = std::move(lowered.weights);
  model.layer_names = std::move(lowered.names);
  model.means = std::move(lowered.means);
  model.inputs = std::move(lowered.inputs);
  model.outputs = std::move(lowered.outputs);
  model.computed = std::move(lowered.computed);
  note_large_tables(model.circuit, model.notes);
  VOUCH_TRY(set_preparation(options, model.circuit));
  if (const Result<void> valid = validate(model.circuit); !valid.ok()) {
    return Error{with_remedy("the network's circuit: " + valid.error().message,
                             "make the model or its input smaller")};
  }
  return model;
}

}  // namespace vouch
