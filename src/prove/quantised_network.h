// A network, its circuit, and what the circuit's runs mean in real numbers.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "model/lower/calibrate.h"
#include "model/lower/network_lowering.h"
#include "prove/executor.h"

namespace vouch {

/// Of one tensor, row-major: its values in a run, and how far each may be from exact arithmetic's.
struct QuantisedOutput {
  uint32_t tensor =
      0;  ///< of the network; the output itself, or what is ranked outside the circuit
  std::vector<float> values;
  std::vector<double> bounds;
};

/// Codes of a circuit's input, and by how many codes each is off.
struct InputCodes {
  std::vector<uint8_t> codes;
  std::vector<double> off;
};

/// The inputs' values rounded to codes. Error: another number of inputs or of their elements.
[[nodiscard]] Result<InputCodes> input_codes(const Circuit& circuit, std::span<const Port> inputs,
                                             const Sample& values);

/// What the codes of a circuit's input stand for: values of each of the network's inputs.
[[nodiscard]] Sample input_reals(std::span<const Port> inputs, std::span<const uint8_t> codes);

class QuantisedNetwork {
 public:
  /// Gives codes to what has none by the samples, and lowers. The network has passed validate.
  /// Error: as calibrate and lower_network; a circuit that is not valid.
  [[nodiscard]] static Result<QuantisedNetwork> make(Network network,
                                                     std::span<const Sample> samples,
                                                     RangeChoice choice, uint8_t shift);

  /// Runs the circuit on real inputs, rounded to codes.
  [[nodiscard]] Result<std::vector<QuantisedOutput>> run(const Sample& inputs) const;

  [[nodiscard]] const Network& network() const { return network_; }
  [[nodiscard]] const LoweredNetwork& lowered() const { return *lowered_; }

 private:
  Network network_;
  std::shared_ptr<const LoweredNetwork> lowered_;
  std::shared_ptr<const Executor> executor_;  // refers to the weights
};

}  // namespace vouch
