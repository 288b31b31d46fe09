// Runs a network in float32.
//
// Where the file quantises an activation, what its layer makes is rounded to the codes, so that a
// quantised network does here what it does in its framework, but for roundings of exact ties; or
// only cut to their range, to see what the rounding does.
// Results do not depend on the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <variant>
#include <vector>

#include "base/result.h"
#include "network/float_matrix.h"
#include "network/float_windows.h"
#include "network/network.h"

namespace vouch {

/// What becomes of an activation that the file quantises.
enum class FloatRounding : uint8_t {
  kToCodes,   ///< rounded to the codes, and cut to their range: as the framework does
  kToRanges,  ///< cut to the codes' range, not rounded: the network in exact arithmetic
};

class FloatExecutor {
 public:
  using Values = std::vector<float>;  ///< of one tensor, row-major

  /// Is told every activation, inputs included, as soon as it is there: index and values.
  using Observer = std::function<void(uint32_t tensor, std::span<const float> values)>;

  /// At most: multiply-adds of one run, terms of one sum, numbers held at once (activations, and
  /// the constants that layers name; what is prepared may take some times as much).
  static constexpr uint64_t kMaxWork = uint64_t{1} << 40;
  static constexpr uint64_t kMaxDepth = uint64_t{1} << 20;
  static constexpr uint64_t kMaxHeld = uint64_t{1} << 30;

  /// Checks the network (validate) and arranges its weights. The network must outlive the executor
  /// and not change. Error: what validate says, or the layer that exceeds a limit.
  [[nodiscard]] static Result<FloatExecutor> prepare(
      const Network& network, FloatRounding rounding = FloatRounding::kToCodes);

  /// inputs[i]: values of network.inputs[i]. Returns those of network.outputs. Error: another
  /// number of inputs, or of values. An activation's memory is freed behind its last reader.
  [[nodiscard]] Result<std::vector<Values>> run(std::span<const Values> inputs,
                                                const Observer& observer = {}) const;

 private:
  struct Product {
    PanelMatrix matrix;
    Values bias;
  };
  using Prepared = std::variant<std::monostate, FloatConvolution, Product>;

  FloatExecutor(const Network& network, FloatRounding rounding)
      : network_(&network), rounding_(rounding) {}
  void prepare_layer(const Layer& layer);
  void find_last_readers();
  [[nodiscard]] const Dimensions& extents(uint32_t tensor) const;
  [[nodiscard]] Values constant(uint32_t tensor) const;
  void run_layer(size_t index, const std::vector<Values>& values, float* y) const;
  void multiply_activations(const Layer& layer, const float* a, const float* b, float* y) const;

  const Network* network_;
  FloatRounding rounding_;
  std::vector<Prepared> prepared_;   // by layer
  std::vector<Values> constants_;    // by tensor: those that layers read as they are
  std::vector<size_t> last_reader_;  // by tensor: a layer; one past the last of outputs
};

}  // namespace vouch
