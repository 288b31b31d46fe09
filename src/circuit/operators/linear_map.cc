// Linear map: A[c,p] = Σ_n w_{k(n)}·Σ K^n_c[c,i]·K^n_y[y,j]·K^n_x[x,l]·X'_n[(i, j, l) in the axes'
// order]
// + b, batches one by one. One entry a weight:
//
//     Ŵ[k] = w_k        X̂[k] = Σ_{n: k(n)=k} Σ_c Σ_p eq(r;c)·eq(r;p)·(K^n X'_n)[c,p]
//
// The adjoint of each K acts on its own axis, so every term is of rank one.
#include <algorithm>

#include "circuit/operators/operator.h"

namespace vouch {
namespace {

constexpr size_t kMaxInputs = 64;

uint32_t extent(const Shape& shape, size_t axis) {
  return axis == 0 ? shape.channels : axis == 1 ? shape.rows : shape.columns;
}

// Both ends of a run lie inside; so does what is between.
bool inside(uint16_t first, int16_t step, uint16_t count, uint32_t extent) {
  const int64_t last = int64_t{first} + int64_t{step} * (count - 1);
  return first < extent && last >= 0 && last < extent;
}

Result<void> check_axis(const AxisMap& map, uint32_t out, uint32_t in) {
  if (map.runs.empty() && out != in) {
    return Error{"a linear map's axis without runs has the same extent on both sides"};
  }
  for (const AxisRun& run : map.runs) {
    if (run.count == 0 || run.coefficient == 0) {
      return Error{"a linear map's run is empty"};
    }
    if (!inside(run.out, run.out_step, run.count, out) ||
        !inside(run.in, run.in_step, run.count, in)) {
      return Error{"a linear map's run leaves its tensors"};
    }
  }
  return {};
}

Result<void> check_term(const MapTerm& term, const std::vector<Shape>& inputs, const Shape& out) {
  if (term.input >= inputs.size()) {
    return Error{"a linear map's term reads an input that there is not"};
  }
  std::array<uint8_t, 3> axes = term.axes;
  std::sort(axes.begin(), axes.end());
  if (axes != std::array<uint8_t, 3>{0, 1, 2}) {
    return Error{"a linear map's term reads each axis once"};
  }
  for (size_t a = 0; a < 3; ++a) {
    VOUCH_TRY(check_axis(term.maps[a], extent(out, a), extent(inputs[term.input], term.axes[a])));
  }
  return {};
}

// Weights are numbered from 0 on, in the order in which terms first name them.
Result<void> check_weights(const std::vector<MapTerm>& terms) {
  uint32_t known = 0;
  for (const MapTerm& term : terms) {
    if (term.weight > known) {
      return Error{"a linear map's weights are numbered in order of first use"};
    }
    known = std::max<uint32_t>(known, term.weight + 1U);
  }
  return {};
}

// The adjoint: out[i] = Σ_o K[o][i]·x[o].
std::vector<Scalar> adjoint(const AxisMap& map, const std::vector<Scalar>& x, uint32_t in) {
  if (map.runs.empty()) {
    return x;
  }
  std::vector<Scalar> out(in);
  for (const AxisRun& run : map.runs) {
    const Scalar coefficient = Scalar::from_i64(run.coefficient);
    for (int64_t k = 0; k < run.count; ++k) {
      const Scalar& from = x[static_cast<size_t>(run.out + k * run.out_step)];
      out[static_cast<size_t>(run.in + k * run.in_step)] +=
          run.coefficient == 1 ? from : coefficient * from;
    }
  }
  return out;
}

constexpr std::array<size_t, 3> kBrickAxis{0, 2, 3};  // of channels, rows, columns

class LinearMap final : public Operator {
 public:
  [[nodiscard]] const char* name() const override { return "linear map"; }

  [[nodiscard]] Result<Shape> output_shape(const Op& op, const std::vector<Shape>& inputs,
                                           const Shape& stated) const override {
    if (inputs.empty() || inputs.size() > kMaxInputs) {
      return Error{"a linear map reads 1 to 64 tensors"};
    }
    for (const Shape& input : inputs) {
      if (input.batch != inputs[0].batch) {
        return Error{"a linear map's inputs have one batch"};
      }
    }
    Shape out = stated;
    out.batch = inputs[0].batch;
    for (const MapTerm& term : op.terms) {
      VOUCH_TRY(check_term(term, inputs, out));
    }
    VOUCH_TRY(check_weights(op.terms));
    return out;
  }

  [[nodiscard]] Extents weight_extents(const OperatorShape& shape) const override {
    return entry_extents(shape);
  }

  [[nodiscard]] uint32_t bias_count(const OperatorShape& /*shape*/) const override { return 1; }

  [[nodiscard]] Extents entry_extents(const OperatorShape& shape) const override {
    uint32_t weights = 0;
    for (const MapTerm& term : shape.terms) {
      weights = std::max<uint32_t>(weights, term.weight + 1U);
    }
    return {1, 1, 1, weights};
  }

  [[nodiscard]] std::optional<Axes> weight_term(const OperatorShape& /*shape*/,
                                                const OperatorPoint& at) const override {
    return at.entries.axes;
  }

  [[nodiscard]] std::vector<ActivationTerm> activation_terms(
      const OperatorShape& shape, const OperatorPoint& at) const override {
    std::vector<ActivationTerm> terms;
    for (const MapTerm& term : shape.terms) {
      const Shape& in = shape.inputs[term.input];
      ActivationTerm out;
      out.input = term.input;
      out.axes[1] = at.output.axes[1];
      for (size_t a = 0; a < 3; ++a) {
        out.axes[kBrickAxis[term.axes[a]]] =
            adjoint(term.maps[a], at.output.axes[kBrickAxis[a]], extent(in, term.axes[a]));
      }
      const Scalar entry = at.entries.axes[0][0] * at.entries.axes[3][term.weight];
      for (Scalar& x : out.axes[0]) {
        x *= entry;
      }
      terms.push_back(std::move(out));
    }
    return terms;
  }
};

}  // namespace

const Operator& linear_map() {
  static const LinearMap instance;
  return instance;
}

}  // namespace vouch
