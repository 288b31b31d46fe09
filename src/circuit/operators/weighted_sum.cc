// Weighted sum of tensors of one shape: A[c,p] = Σ_n w_n·X'_n[c, p − pad] + b. One entry an input:
//
//     Ŵ[n] = w_n        X̂[n] = Σ_c Σ_p eq(r;c)·eq(r;p)·X'_n[c, p − pad]
#include "circuit/operators/operator.h"
#include "circuit/operators/window.h"

namespace vouch {
namespace {

constexpr size_t kMaxInputs = 16;

class WeightedSum final : public Operator {
 public:
  [[nodiscard]] const char* name() const override { return "weighted sum"; }

  [[nodiscard]] Result<Shape> output_shape(const Window& window, const std::vector<Shape>& inputs,
                                           uint32_t /*out_channels*/) const override {
    const bool pads =
        (window.pad_top | window.pad_bottom | window.pad_left | window.pad_right) != 0;
    if (window.kernel_rows != 1 || window.kernel_columns != 1 || window.stride_rows != 1 ||
        window.stride_columns != 1) {
      return Error{"a weighted sum has no window"};
    }
    if (inputs.empty() || inputs.size() > kMaxInputs || (pads && inputs.size() != 1)) {
      return Error{"a weighted sum reads 1 to 16 tensors, and just one if it pads"};
    }
    for (const Shape& input : inputs) {
      if (!(input == inputs[0])) {
        return Error{"a weighted sum's inputs have one shape"};
      }
    }
    return slide(window, inputs[0]);
  }

  [[nodiscard]] Extents weight_extents(const OperatorShape& shape) const override {
    return entry_extents(shape);
  }

  [[nodiscard]] uint32_t bias_count(const OperatorShape& /*shape*/) const override { return 1; }

  [[nodiscard]] Extents entry_extents(const OperatorShape& shape) const override {
    return {1, 1, 1, static_cast<uint32_t>(shape.inputs.size())};
  }

  [[nodiscard]] std::array<std::vector<Scalar>, 4> weight_term(
      const OperatorShape& /*shape*/, const OperatorPoint& at) const override {
    return at.entries.axes;
  }

  [[nodiscard]] std::vector<ActivationTerm> activation_terms(
      const OperatorShape& shape, const OperatorPoint& at) const override {
    const std::vector<Scalar> one{Scalar::one()};
    std::vector<ActivationTerm> terms;
    for (size_t n = 0; n < shape.inputs.size(); ++n) {
      ActivationTerm term;
      term.input = n;
      term.axes[0] = at.output.axes[0];
      for (Scalar& x : term.axes[0]) {
        x *= at.entries.axes[0][0] * at.entries.axes[3][n];
      }
      term.axes[1] = at.output.axes[1];
      term.axes[2] = spread(row_axis(shape.window, shape.inputs[n]), one, at.output.axes[2]);
      term.axes[3] = spread(column_axis(shape.window, shape.inputs[n]), one, at.output.axes[3]);
      terms.push_back(std::move(term));
    }
    return terms;
  }
};

}  // namespace

const Operator& weighted_sum() {
  static const WeightedSum instance;
  return instance;
}

}  // namespace vouch
