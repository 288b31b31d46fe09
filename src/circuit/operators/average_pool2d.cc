// Average pooling, pads not counted: A[c,p] = w_{q(p)}·Σ_d X'[c, σp+d] + b, where q(p) is the class
// of window p: how many of its rows and columns lie inside. One entry a class q = (rows, columns):
//
//     Ŵ[q] = w_q        X̂[q] = Σ_c eq(r;c) Σ_{p: q(p)=q} eq(r;p) Σ_d X'[c, σp+d]
//
// q splits into rows and columns, so X̂[q] is still of rank one.
#include <algorithm>

#include "circuit/operators/operator.h"
#include "circuit/operators/window.h"

namespace vouch {
namespace {

// Distinct counts of taps inside, in order of first appearance.
std::vector<uint32_t> counts_inside(const AxisWindow& axis, uint32_t positions) {
  std::vector<uint32_t> counts;
  for (uint32_t y = 0; y < positions; ++y) {
    const uint32_t n = axis.inside(y);
    if (std::find(counts.begin(), counts.end(), n) == counts.end()) {
      counts.push_back(n);
    }
  }
  return counts;
}

// eq of the outputs whose window has `count` taps inside, spread over the input axis.
std::vector<Scalar> spread_class(const AxisWindow& axis, uint32_t count,
                                 const std::vector<Scalar>& outputs) {
  std::vector<Scalar> of_class(outputs.size());
  for (uint32_t y = 0; y < outputs.size(); ++y) {
    if (axis.inside(y) == count) {
      of_class[y] = outputs[y];
    }
  }
  return spread(axis, std::vector<Scalar>(axis.kernel, Scalar::one()), of_class);
}

class AveragePool2d final : public Operator {
 public:
  [[nodiscard]] const char* name() const override { return "average pool"; }

  [[nodiscard]] Result<Shape> output_shape(const Window& window, const std::vector<Shape>& inputs,
                                           uint32_t /*out_channels*/) const override {
    if (inputs.size() != 1) {
      return Error{"an average pool reads one tensor"};
    }
    if (window.pad_top >= window.kernel_rows || window.pad_bottom >= window.kernel_rows ||
        window.pad_left >= window.kernel_columns || window.pad_right >= window.kernel_columns) {
      return Error{"an average pool's windows hold at least one element each"};
    }
    return slide(window, inputs[0]);
  }

  [[nodiscard]] Extents weight_extents(const OperatorShape& shape) const override {
    return entry_extents(shape);
  }

  [[nodiscard]] uint32_t bias_count(const OperatorShape& /*shape*/) const override { return 1; }

  [[nodiscard]] Extents entry_extents(const OperatorShape& shape) const override {
    const auto classes = pool_classes(shape.window, shape.inputs[0], shape.output);
    return {1, 1, 1, static_cast<uint32_t>(classes.size())};
  }

  [[nodiscard]] std::array<std::vector<Scalar>, 4> weight_term(
      const OperatorShape& /*shape*/, const OperatorPoint& at) const override {
    return at.entries.axes;
  }

  [[nodiscard]] std::vector<ActivationTerm> activation_terms(
      const OperatorShape& shape, const OperatorPoint& at) const override {
    const auto classes = pool_classes(shape.window, shape.inputs[0], shape.output);
    const AxisWindow rows = row_axis(shape.window, shape.inputs[0]);
    const AxisWindow columns = column_axis(shape.window, shape.inputs[0]);
    std::vector<ActivationTerm> terms;
    for (size_t q = 0; q < classes.size(); ++q) {
      ActivationTerm term;
      term.axes[0] = at.output.axes[0];
      for (Scalar& x : term.axes[0]) {
        x *= at.entries.axes[0][0] * at.entries.axes[3][q];
      }
      term.axes[1] = at.output.axes[1];
      term.axes[2] = spread_class(rows, classes[q].rows, at.output.axes[2]);
      term.axes[3] = spread_class(columns, classes[q].columns, at.output.axes[3]);
      terms.push_back(std::move(term));
    }
    return terms;
  }
};

}  // namespace

std::vector<PoolClass> pool_classes(const Window& window, const Shape& input, const Shape& output) {
  std::vector<PoolClass> classes;
  const auto columns = counts_inside(column_axis(window, input), output.columns);
  for (const uint32_t r : counts_inside(row_axis(window, input), output.rows)) {
    for (const uint32_t c : columns) {
      classes.push_back({r, c});
    }
  }
  return classes;
}

const Operator& average_pool2d() {
  static const AveragePool2d instance;
  return instance;
}

}  // namespace vouch
