// An operator's public half: all that a verifier needs to know about it.
//
// Operator t contributes entries (k, d) to the bilinear sumcheck
//
//     Ã(r) = Σ_t Σ_{k,d} Ŵ_t[k,d]·X̂_t[k,d] + Σ_t bias_t(r)
//
// where Ŵ_t is a linear functional of the committed weights and X̂_t one of its input tensors' X −
// z. Its entries form a brick, as (1, K, kernel rows, kernel columns), of the bilinear index space.
// At the sumcheck's final point ρ, Σ eq(ρ, entry)·Ŵ_t and Σ eq(ρ, entry)·X̂_t are again functionals
// of the columns, sums of terms of rank one over the bricks' axes.
//
// A product of two tensors contributes w_t·Σ Ŵ_t·X̂_t instead, where Ŵ_t is its second input's X −
// z.
#pragma once

#include <optional>

#include "circuit/circuit.h"
#include "circuit/functional.h"

namespace vouch {

/// What an operator's functionals depend on. `output` is eq(r, ·) on the brick of its output
/// tensor, axes (channel, batch, row, column); `entries` is eq(ρ, ·) on its brick of entries, the
/// block's own factor in axis 0.
struct OperatorPoint {
  const BrickEq& output;
  const BrickEq& entries;
};

/// One vector of coefficients an axis of a brick.
using Axes = std::array<std::vector<Scalar>, 4>;

/// A functional of input number `input` of the operator, over X − z on its brick.
struct ActivationTerm {
  size_t input = 0;
  Axes axes;  ///< (channel, batch, row, column)
};

/// One operator of a circuit with the shapes around it.
struct OperatorShape {
  OpKind kind;
  Window window;
  std::vector<Shape> inputs;
  Shape output;
  std::vector<MapTerm> terms{};
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
  /// The output's shape, or why there is none. `stated` counts only where the operator has a
  /// choice. Inputs are valid shapes, window and terms are within validate()'s bounds.
  [[nodiscard]] virtual Result<Shape> output_shape(const Op& op, const std::vector<Shape>& inputs,
                                                   const Shape& stated) const = 0;
  /// Extents of the committed weights (c_out or 1, K, kernel rows, kernel columns).
  [[nodiscard]] virtual Extents weight_extents(const OperatorShape& shape) const = 0;
  /// Number of committed biases: output channels, or 1.
  [[nodiscard]] virtual uint32_t bias_count(const OperatorShape& shape) const = 0;
  /// Extents of the entries.
  [[nodiscard]] virtual Extents entry_extents(const OperatorShape& shape) const = 0;

  /// Σ_entries eq(ρ, entry)·Ŵ as a term over the weights' brick; none for a product.
  [[nodiscard]] virtual std::optional<Axes> weight_term(const OperatorShape& shape,
                                                        const OperatorPoint& at) const = 0;
  /// The same of a product, whose Ŵ is its second input: a term over that input's brick.
  [[nodiscard]] virtual std::optional<ActivationTerm> factor_term(
      const OperatorShape& /*shape*/, const OperatorPoint& /*at*/) const {
    return std::nullopt;
  }
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
const Operator& linear_map();
const Operator& product();

}  // namespace vouch
