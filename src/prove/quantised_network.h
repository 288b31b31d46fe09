// A network, its circuit, and what the circuit's runs mean in real numbers.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "model/lower/calibrate.h"
#include "model/lower/network_lowering.h"
#include "prove/executor.h"
#include "prove/input_meaning.h"

namespace vouch {

/// Of one tensor, row-major: its values in a run, and how far each may be from exact arithmetic's.
struct QuantisedOutput {
  uint32_t tensor =
      0;  ///< of the network; the output itself, or what is ranked outside the circuit
  std::vector<float> values;
  std::vector<double> bounds;
};

/// What the circuit's input stands for that the network's inputs were lowered to.
[[nodiscard]] std::vector<InputMeaning> input_meanings(const Network& network,
                                                       std::span<const Port> inputs);

class QuantisedNetwork {
 public:
  /// Gives codes to what has none by the samples, and lowers. The network has passed validate.
  /// Error: as calibrate and lower_network; a circuit that is not valid.
  [[nodiscard]] static Result<QuantisedNetwork> make(Network network,
                                                     std::span<const Sample> samples,
                                                     RangeChoice choice, uint8_t shift);

  [[nodiscard]] Result<InputCodes> codes_of(const Sample& inputs) const;
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
