// Depthwise convolution with multiplier g = C_out/C_in: A[c,p] = Σ_d W[c,d]·X'[⌊c/g⌋, σp+d] + b[c].
// The channel stays in the sum:
//
//     Ŵ[k,d] = Σ_{c: ⌊c/g⌋=k} eq(r;c)·W[c,d]        X̂[k,d] = Σ_p eq(r;p)·X'[k, σp+d]
#include "circuit/operators/operator.h"
#include "circuit/operators/window.h"

namespace vouch {
namespace {

class DepthwiseConv2d final : public Operator {
 public:
  [[nodiscard]] const char* name() const override { return "depthwise convolution"; }

  [[nodiscard]] Result<Shape> output_shape(const Op& op, const std::vector<Shape>& inputs,
                                           const Shape& stated) const override {
    if (inputs.size() != 1) {
      return Error{"a depthwise convolution reads one tensor"};
    }
    if (stated.channels == 0 || stated.channels % inputs[0].channels != 0) {
      return Error{"a depthwise convolution's output channels are a multiple of its input's"};
    }
    VOUCH_ASSIGN(Shape out, slide(op.window, inputs[0]));
    out.channels = stated.channels;
    return out;
  }

  [[nodiscard]] Extents weight_extents(const OperatorShape& shape) const override {
    return {shape.output.channels, 1, shape.window.kernel_rows, shape.window.kernel_columns};
  }

  [[nodiscard]] uint32_t bias_count(const OperatorShape& shape) const override {
    return shape.output.channels;
  }

  [[nodiscard]] Extents entry_extents(const OperatorShape& shape) const override {
    return {1, shape.inputs[0].channels, shape.window.kernel_rows, shape.window.kernel_columns};
  }

  [[nodiscard]] std::optional<Axes> weight_term(const OperatorShape& shape,
                                                const OperatorPoint& at) const override {
    const uint32_t g = shape.output.channels / shape.inputs[0].channels;
    Axes axes{at.output.axes[0], {at.entries.axes[0][0]}, at.entries.axes[2], at.entries.axes[3]};
    for (size_t c = 0; c < axes[0].size(); ++c) {
      axes[0][c] *= at.entries.axes[1][c / g];
    }
    return axes;
  }

  [[nodiscard]] std::vector<ActivationTerm> activation_terms(
      const OperatorShape& shape, const OperatorPoint& at) const override {
    return conv2d().activation_terms(shape, at);
  }
};

}  // namespace

const Operator& depthwise_conv2d() {
  static const DepthwiseConv2d instance;
  return instance;
}

}  // namespace vouch
