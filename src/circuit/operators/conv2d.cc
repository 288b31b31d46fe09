// Convolution: A[c,p] = Σ_{k,d} W[c,k,d]·X'[k, σp+d] + b[c].
//
//     Ŵ[k,d] = Σ_c eq(r;c)·W[c,k,d]        X̂[k,d] = Σ_p eq(r;p)·X'[k, σp+d]
#include "circuit/operators/operator.h"
#include "circuit/operators/window.h"

namespace vouch {
namespace {

class Conv2d final : public Operator {
 public:
  [[nodiscard]] const char* name() const override { return "convolution"; }

  [[nodiscard]] Result<Shape> output_shape(const Op& op, const std::vector<Shape>& inputs,
                                           const Shape& stated) const override {
    if (inputs.size() != 1) {
      return Error{"a convolution reads one tensor"};
    }
    VOUCH_ASSIGN(Shape out, slide(op.window, inputs[0]));
    out.channels = stated.channels;
    return out;
  }

  [[nodiscard]] Extents weight_extents(const OperatorShape& shape) const override {
    return {shape.output.channels, shape.inputs[0].channels, shape.window.kernel_rows,
            shape.window.kernel_columns};
  }

  [[nodiscard]] uint32_t bias_count(const OperatorShape& shape) const override {
    return shape.output.channels;
  }

  [[nodiscard]] Extents entry_extents(const OperatorShape& shape) const override {
    return {1, shape.inputs[0].channels, shape.window.kernel_rows, shape.window.kernel_columns};
  }

  [[nodiscard]] std::optional<Axes> weight_term(const OperatorShape& /*shape*/,
                                                const OperatorPoint& at) const override {
    Axes axes{at.output.axes[0], at.entries.axes[1], at.entries.axes[2], at.entries.axes[3]};
    for (Scalar& x : axes[0]) {
      x *= at.entries.axes[0][0];
    }
    return axes;
  }

  [[nodiscard]] std::vector<ActivationTerm> activation_terms(
      const OperatorShape& shape, const OperatorPoint& at) const override {
    ActivationTerm term;
    term.axes[0] = at.entries.axes[1];
    for (Scalar& x : term.axes[0]) {
      x *= at.entries.axes[0][0];
    }
    term.axes[1] = at.output.axes[1];
    term.axes[2] =
        spread(row_axis(shape.window, shape.inputs[0]), at.entries.axes[2], at.output.axes[2]);
    term.axes[3] =
        spread(column_axis(shape.window, shape.inputs[0]), at.entries.axes[3], at.output.axes[3]);
    return {term};
  }
};

}  // namespace

const Operator& conv2d() {
  static const Conv2d instance;
  return instance;
}

}  // namespace vouch
