// Product of two tensors: A[c,p] = w·X'_0[c,p]·X'_1[c,p] + b, the second repeated along axes where
// its extent is 1. One entry an element e of the second input:
//
//     Ŵ[e] = X'_1[e]        X̂[e] = Σ_{(c,p) that read e} eq(r;c)·eq(r;p)·X'_0[c,p]
//
// and w·Σ_e Ŵ[e]·X̂[e] is the operator's share of Ã(r).
#include "circuit/operators/operator.h"

namespace vouch {
namespace {

Extents extents_of(const Shape& shape) {
  return {shape.channels, shape.batch, shape.rows, shape.columns};
}

class Product final : public Operator {
 public:
  [[nodiscard]] const char* name() const override { return "product"; }

  [[nodiscard]] Result<Shape> output_shape(const Op& /*op*/, const std::vector<Shape>& inputs,
                                           const Shape& /*stated*/) const override {
    if (inputs.size() != 2) {
      return Error{"a product reads two tensors"};
    }
    const Extents first = extents_of(inputs[0]);
    const Extents second = extents_of(inputs[1]);
    for (size_t axis = 0; axis < 4; ++axis) {
      const bool repeated = second[axis] == 1 && axis != 1;
      if (second[axis] != first[axis] && !repeated) {
        return Error{"a product's second input is as long as the first along each axis, or 1"};
      }
    }
    return inputs[0];
  }

  [[nodiscard]] Extents weight_extents(const OperatorShape& /*shape*/) const override {
    return {1, 1, 1, 1};
  }

  [[nodiscard]] uint32_t bias_count(const OperatorShape& /*shape*/) const override { return 1; }

  [[nodiscard]] Extents entry_extents(const OperatorShape& shape) const override {
    return extents_of(shape.inputs[1]);
  }

  [[nodiscard]] std::optional<Axes> weight_term(const OperatorShape& /*shape*/,
                                                const OperatorPoint& /*at*/) const override {
    return std::nullopt;
  }

  [[nodiscard]] std::optional<ActivationTerm> factor_term(const OperatorShape& /*shape*/,
                                                          const OperatorPoint& at) const override {
    return ActivationTerm{1, at.entries.axes};
  }

  [[nodiscard]] std::vector<ActivationTerm> activation_terms(
      const OperatorShape& /*shape*/, const OperatorPoint& at) const override {
    ActivationTerm term{0, at.output.axes};
    for (size_t axis = 0; axis < 4; ++axis) {
      const std::vector<Scalar>& entries = at.entries.axes[axis];
      for (size_t i = 0; i < term.axes[axis].size(); ++i) {
        term.axes[axis][i] *= entries[entries.size() == 1 ? 0 : i];
      }
    }
    return {term};
  }
};

}  // namespace

const Operator& product() {
  static const Product instance;
  return instance;
}

}  // namespace vouch
