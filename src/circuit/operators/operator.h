// An operator's public half: all that a verifier needs to know about it.
//
// Operator t contributes entries (k, d) to the bilinear sumcheck
//
//     Ã(r) = Σ_t Σ_{k,d} Ŵ_t[k,d]·X̂_t[k,d] + Σ_t bias_t(r)
//
// where Ŵ_t is a linear functional of the committed weights and X̂_t one of its input tensors' X −
// z. Its entries form a brick (1, K, kernel rows, kernel columns) of the bilinear index space. At
// the sumcheck's final point ρ, Σ eq(ρ, entry)·Ŵ_t and Σ eq(ρ, entry)·X̂_t are again functionals of
// the columns, of rank one over the bricks' axes.
#pragma once

#include "circuit/circuit.h"
#include "circuit/functional.h"

namespace vouch {

/// What an operator's functionals depend on. `output` is eq(r, ·) on the brick of its output
/// tensor, axes (channel, batch, row, column); `entries` is eq(ρ, ·) on its brick of entries, axes
/// (1, K, kernel row, kernel column), the block's own factor in axes[0][0].
struct OperatorPoint {
  const BrickEq& output;
  const BrickEq& entries;
};

/// A functional of input number `input` of the operator, over X − z on its brick.
struct ActivationTerm {
  size_t input = 0;
  std::array<std::vector<Scalar>, 4> axes;  ///< (channel, batch, row, column)
};

/// One operator of a circuit with the shapes around it.
struct OperatorShape {
  OpKind kind;
  Window window;
  std::vector<Shape> inputs;
  Shape output;
};
[[nodiscard]] OperatorShape operator_shape(const Circuit& circuit, size_t op);

class Operator {
 public:
  Operator() = default;
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;
  virtual ~Operator() = default;

  /// Name as in docs and errors.
  [[nodiscard]] virtual const char* name() const = 0;
  /// The output's shape, or why there is none. `out_channels` counts only where the operator has a
  /// choice. Inputs are valid shapes, the window is within validate()'s bounds.
  [[nodiscard]] virtual Result<Shape> output_shape(const Window& window,
                                                   const std::vector<Shape>& inputs,
                                                   uint32_t out_channels) const = 0;
  /// Extents of the committed weights (c_out or 1, K, kernel rows, kernel columns).
  [[nodiscard]] virtual Extents weight_extents(const OperatorShape& shape) const = 0;
  /// Number of committed biases: output channels, or 1.
  [[nodiscard]] virtual uint32_t bias_count(const OperatorShape& shape) const = 0;
  /// Extents of the entries, the first is 1.
  [[nodiscard]] virtual Extents entry_extents(const OperatorShape& shape) const = 0;

  /// Σ_entries eq(ρ, entry)·Ŵ as a term over the weights' brick.
  [[nodiscard]] virtual std::array<std::vector<Scalar>, 4> weight_term(
      const OperatorShape& shape, const OperatorPoint& at) const = 0;
  /// Σ_entries eq(ρ, entry)·X̂ as terms over the inputs' bricks.
  [[nodiscard]] virtual std::vector<ActivationTerm> activation_terms(
      const OperatorShape& shape, const OperatorPoint& at) const = 0;
  /// The biases' share of Ã(r) as coefficients of the committed biases.
  [[nodiscard]] std::vector<Scalar> bias_term(const OperatorShape& shape,
                                              const BrickEq& output) const;
};

/// The registry. `kind` is one of OpKind's.
[[nodiscard]] const Operator& operator_of(OpKind kind);
/// True if `kind` is a byte that stands for an operator.
[[nodiscard]] bool is_op_kind(uint8_t kind);

const Operator& conv2d();
const Operator& depthwise_conv2d();
const Operator& weighted_sum();
const Operator& average_pool2d();

}  // namespace vouch
