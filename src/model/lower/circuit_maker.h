// Collects a circuit's operators, with their integer weights and tables.
//
// An operator computes a real number x, in units of δ: V = floor(x/δ + z + ½), A = 2^s·(x/δ + z +
// ½). Where what follows is a clamp, δ is the output's scale and z its zero-point, so that V is the
// code before it is cut. Before any other function δ is a fraction of the scale, z = 0, and the
// table holds the function.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/result.h"
#include "circuit/circuit.h"
#include "model/lower/function_table.h"

namespace vouch {

/// A real number: integer·scale, exactly.
struct Factor {
  int64_t integer = 0;
  float scale = 1.0F;  ///< finite, ≥ 0
  [[nodiscard]] float real() const { return static_cast<float>(integer) * scale; }
  [[nodiscard]] static Factor of(float real) {
    return {real < 0 ? -1 : real > 0 ? 1 : 0, std::abs(real)};  // of −0 too
  }
};

/// A weight: factor·scale/divisor, where `scale` is that of what it multiplies.
struct RealWeight {
  Factor factor;
  float scale = 1.0F;
  uint32_t divisor = 1;
};

/// What a framework computes where an operator stands, for circuits with exact rounding.
enum class Arithmetic : uint8_t {
  kReal,         ///< nothing that is known to the last bit
  kAccumulator,  ///< a sum of 8-bit weights times codes, and a bias of 32 bits, times a float32
  kWhole,        ///< sums and differences of codes that have the output's scale
  kAddition,     ///< of two activations, each with its scale
  kMean,         ///< TensorFlow Lite's MEAN, ONNX Runtime's GlobalAveragePool
  kPool,         ///< TensorFlow Lite's AVERAGE_POOL_2D
};

/// An operator with the real numbers that its weights and biases stand for, in the circuit's order.
struct RealOperator {
  Op op;
  Shape stated;  ///< as for output_shape
  std::vector<RealWeight> weights;
  std::vector<Factor> biases;
  std::string name;
  double inexact = 0;  ///< what its coefficients are off by changes a value by this at most
  Arithmetic arithmetic = Arithmetic::kReal;
  std::vector<float> channel_scales{};  ///< of kAccumulator: its weights' scale, one a bias
  std::vector<CodeScale> read{};        ///< of kAddition, kMean, kPool: the inputs' codes
  std::string obstacle{};               ///< as Layer's: nothing to kWhole
};

/// Tables are made for V in ±2^17, and larger where weights need it: so they say little of the
/// weights.
inline constexpr unsigned kUsualTableBits = 17;
/// Likewise the rows of tables of windows, at most, with exact rounding.
inline constexpr uint32_t kUsualWindows = uint32_t{1} << 13;

/// What becomes of an operator's values.
struct Target {
  CodeScale codes;
  Functions functions;
};

/// What an operator's integers stand for: V is the argument of `functions` in steps of `unit` (plus
/// the zero-point of `codes` if they only clamp), X their value in `codes`.
struct OperatorMeaning {
  double unit = 1;
  CodeScale codes;
  Functions functions;
  double inexact = 0;  ///< as RealOperator's
};

class CircuitMaker {
 public:
  /// Weights of all operators, at most.
  static constexpr uint64_t kMaxWeights = uint64_t{1} << 27;

  explicit CircuitMaker(uint8_t shift) { circuit_.shift = shift; }
  /// With exact rounding, as that framework rounds.
  explicit CircuitMaker(Framework framework) : framework_(framework) {
    circuit_.rounding = Rounding::kExact;
    circuit_.shift = Limbs::kMaxBits;
  }

  /// Tensor 0.
  void input(const Shape& shape, uint8_t zero_point) {
    circuit_.tensors = {{shape, zero_point, 0}};
  }
  /// Adds an operator; the index of the tensor that it writes. Error: shapes that do not fit,
  /// weights that are too large or not finite, more operators or tables than a circuit has.
  /// Of a circuit with exact rounding also: that it is not known, or cannot be had, to the last
  /// bit.
  Result<uint32_t> add(const RealOperator& from, const Target& target);
  /// Error if the circuit would have more weights than it may with so many more. To ask before they
  /// are made.
  [[nodiscard]] Result<void> expect_weights(uint64_t more) const;

  [[nodiscard]] const Shape& shape(uint32_t tensor) const { return circuit_.tensors[tensor].shape; }
  [[nodiscard]] size_t size() const { return circuit_.ops.size(); }

  [[nodiscard]] unsigned shift() const { return circuit_.shift; }
  Circuit take_circuit() { return std::move(circuit_); }
  Weights take_weights() { return std::move(weights_); }
  std::vector<std::string> take_names() { return std::move(names_); }
  std::vector<OperatorMeaning> take_means() { return std::move(means_); }

 private:
  Result<OpWeights> fold(const RealOperator& from, double unit, int64_t zero) const;
  Result<void> finish(const RealOperator& from, const Target& target);
  Result<void> add_clamp(const RealOperator& from, const Target& target);
  Result<void> add_function(const RealOperator& from, const Target& target);
  Result<double> choose_unit(const RealOperator& from, const Target& target);
  Result<void> add_exact(const RealOperator& from, const Target& target);
  Result<void> set_table(const ActivationTable& table);
  Result<void> set_windows(WindowTable table);

  Circuit circuit_;
  Framework framework_ = Framework::kOnnxRuntime;
  Weights weights_;
  std::vector<std::string> names_;
  std::vector<OperatorMeaning> means_;
  uint64_t weight_count_ = 0;
};

}  // namespace vouch
