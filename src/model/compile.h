// From a model file to the circuit that everybody sees and the weights that nobody but its owner
// does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "circuit/circuit.h"
#include "model/lower/calibrate.h"
#include "model/lower/network_lowering.h"

namespace vouch {

/// What the network's input is.
enum class InputKind : uint8_t {
  kAuto,     ///< a picture if it has 3 channels, or 1 channel and as many rows as columns (≥ 2)
  kPicture,  ///< the pixels' values 0…255 are its codes
  kCodes,    ///< a tensor of codes
};

struct CompileOptions {
  /// kExact: quantised models only, to the codes that their framework computes, byte for byte; of
  /// the options below only crop_permille and input have a meaning.
  Rounding rounding = Rounding::kFast;
  /// s: weights are multiples of 2^−s; 4…24. Remainders are looked up in a table of 2^s rows, which
  /// every proof pays for; what a finer s adds to the accuracy is beyond measuring.
  uint8_t shift = 18;
  /// The centre square of a picture that is kept, in 1/1000 of its short side; 1…1000.
  uint16_t crop_permille = 875;
  InputKind input = InputKind::kAuto;
  /// Where the input is a picture and the file gives it no codes: pixel p stands for
  /// pixel_scale·(p − pixel_zero). Without a scale it is 1/255, or 1 if the samples are whole
  /// numbers that 0…1 does not hold.
  std::optional<float> pixel_scale;
  uint8_t pixel_zero = 0;
  [[nodiscard]] float usual_pixel_scale() const { return pixel_scale.value_or(1.0F / 255); }
  /// Asked for samples where the network has activations without codes. May be empty.
  std::function<Result<std::vector<Sample>>(const Network& network)> samples;
  RangeChoice range = RangeChoice::kLeastError;
};

struct CompiledModel {
  Circuit circuit;                       ///< public; validate(circuit) holds
  Weights weights;                       ///< secret; |W|, |b| < 2^47; exact: 2^51, 2^61
  std::vector<std::string> layer_names;  ///< one an operator of the circuit
  std::vector<std::string> notes;        ///< what the user should know, a sentence each
  std::string source;                    ///< what the model was read from
  Network network;                       ///< what was read, every activation with codes
  std::vector<OperatorMeaning> means;    ///< one an operator of the circuit
  std::vector<Port> inputs;              ///< where the network's inputs lie in the circuit's
  std::vector<Port> outputs;
  std::vector<Computed> computed;
};

/// Reads, quantises (where the file has not done so) and folds a .tflite or .onnx model; hostile
/// bytes are fine. Every value that any input can produce fits the circuit's tables: they have 17
/// bits, or more, up to 24, where these weights need it, which a note then says (with exact
/// rounding 2^13 rows, or more). Error: what in the
/// model is not supported, and where.
[[nodiscard]] Result<CompiledModel> compile_model(ByteSpan file, const CompileOptions& options);

}  // namespace vouch
