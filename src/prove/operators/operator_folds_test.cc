// The two halves of every operator against each other and against the definition: dense vectors
// (prove/operators/) and functionals at a point (circuit/operators/).
#include "prove/operators/operator_folds.h"

#include <gtest/gtest.h>

#include "circuit/columns.h"
#include "circuit/operators/linear_maps.h"
#include "circuit/operators/operator_definition.h"
#include "poly/random_point.h"
#include "prove/random_network.h"
#include "prove/random_weights.h"

namespace vouch {
namespace {

constexpr OpKind kAllKinds[] = {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kLinearMap,
                                OpKind::kProduct};

// An operator with random weights up to 47 bits and random codes.
class FoldSetting {
 public:
  FoldSetting(OperatorShape operator_shape, std::mt19937_64& integers, SecretRandom& random)
      : shape(std::move(operator_shape)),
        outputs(
            {{2, 1, 3, 3},
             {shape.output.channels, shape.output.batch, shape.output.rows, shape.output.columns}}),
        entries({{1, 1, 3, 2}, operator_of(shape.kind).entry_extents(shape)}),
        r(random_point(random, outputs.bits())),
        rho(random_point(random, entries.bits())),
        output_eq(brick_eq(outputs.bricks()[1], r)),
        entry_eq(brick_eq(entries.bricks()[1], rho)) {
    const Extents e = operator_of(shape.kind).weight_extents(shape);
    W.resize(size_t{e[0]} * e[1] * e[2] * e[3]);
    for (int64_t& w : W) {
      w = static_cast<int64_t>(integers() >> (64 - 47));
      w = integers() % 2 == 0 ? w : -w;
    }
    for (const Shape& input : shape.inputs) {
      codes.emplace_back(input.elements());
      for (uint8_t& x : codes.back()) {
        x = static_cast<uint8_t>(integers());
      }
      zero_points.push_back(static_cast<uint8_t>(integers()));
    }
  }

  [[nodiscard]] const Brick& brick() const { return entries.bricks()[1]; }
  [[nodiscard]] std::vector<Scalar> W_hat() const {
    std::vector<Scalar> out(brick().slots());
    fold_weights(shape, brick(), output_eq, W, inputs(), out);
    return out;
  }
  [[nodiscard]] std::vector<Scalar> X_hat() const {
    std::vector<Scalar> out(brick().slots());
    fold_activations(shape, brick(), output_eq, inputs(), out);
    return out;
  }
  [[nodiscard]] std::vector<FoldInput> inputs() const {
    std::vector<FoldInput> out;
    for (size_t n = 0; n < codes.size(); ++n) {
      out.push_back({codes[n], zero_points[n]});
    }
    return out;
  }
  // X − z
  [[nodiscard]] Scalar shifted(size_t input, size_t element) const {
    return Scalar::from_i64(int64_t{codes[input][element]} - zero_points[input]);
  }
  // Σ eq(ρ, slot)·dense[slot] over the brick's slots.
  [[nodiscard]] Scalar at_rho(const std::vector<Scalar>& dense) const {
    Scalar sum;
    for (size_t i = 0; i < dense.size(); ++i) {
      sum += dense[i] * eq_at(rho, brick().offset + i);
    }
    return sum;
  }

  OperatorShape shape;
  Layout outputs;
  Layout entries;
  std::vector<Scalar> r;
  std::vector<Scalar> rho;
  BrickEq output_eq;
  BrickEq entry_eq;
  std::vector<int64_t> W;
  std::vector<std::vector<uint8_t>> codes;
  std::vector<uint8_t> zero_points;
};

// ⟨term, values⟩ for values in element order.
template <class Value>
Scalar form_at(const std::array<std::vector<Scalar>, 4>& axes, const Value& value) {
  Scalar sum;
  size_t i = 0;
  for (const Scalar& o : axes[0]) {
    for (const Scalar& a : axes[1]) {
      for (const Scalar& b : axes[2]) {
        for (const Scalar& c : axes[3]) {
          sum += o * a * b * c * value(i++);
        }
      }
    }
  }
  return sum;
}

class Folds : public ::testing::TestWithParam<OpKind> {
 protected:
  // 40 random operators.
  template <class Body>
  void for_each_setting(const Body& body) {
    std::mt19937_64 integers(11);
    SecretRandom random = test_random(1);
    for (int i = 0; i < 40 && !HasFailure(); ++i) {
      SCOPED_TRACE(i);
      body(FoldSetting(random_operator(GetParam(), integers), integers, random));
    }
  }
};

// Σ eq(ρ, entry)·Ŵ by its functional, of the weights or, in a product, of the second input.
Scalar weights_at_rho(const FoldSetting& s) {
  const Operator& op = operator_of(s.shape.kind);
  const OperatorPoint at{s.output_eq, s.entry_eq};
  const std::optional<Axes> weights = op.weight_term(s.shape, at);
  const std::optional<ActivationTerm> factor = op.factor_term(s.shape, at);
  EXPECT_NE(weights.has_value(), factor.has_value());
  return weights ? form_at(*weights, [&](size_t i) { return Scalar::from_i64(s.W[i]); })
                 : form_at(factor->axes, [&](size_t i) { return s.shifted(factor->input, i); });
}

TEST_P(Folds, AgreeWithTheFunctionals) {
  for_each_setting([](const FoldSetting& s) {
    EXPECT_EQ(s.at_rho(s.W_hat()), weights_at_rho(s));
    Scalar X;
    for (const ActivationTerm& term :
         operator_of(s.shape.kind).activation_terms(s.shape, {s.output_eq, s.entry_eq})) {
      X += form_at(term.axes, [&](size_t i) { return s.shifted(term.input, i); });
    }
    EXPECT_EQ(s.at_rho(s.X_hat()), X);
  });
}

// Adds what one output contributes to X̂, times its part of eq(r, ·).
void add_output(const FoldSetting& s, const Position& p, const Scalar& eq,
                std::vector<Scalar>& X_hat) {
  const auto add = [&](const Position& e, const Scalar& x) {
    X_hat[s.brick().slot(e.channel, e.batch, e.row, e.column) - s.brick().offset] += eq * x;
  };
  if (s.shape.kind == OpKind::kProduct) {
    add(second_of(s.shape, p), s.shifted(0, flat_index(s.shape.inputs[0], p)));
    return;
  }
  for (const ProductOfSum& product : products_of(s.shape, p)) {
    add(product.entry,
        Scalar::from_i64(product.coefficient) *
            s.shifted(product.input, flat_index(s.shape.inputs[product.input], product.element)));
  }
}

TEST_P(Folds, AgreeWithTheDefinition) {
  for_each_setting([](const FoldSetting& s) {
    const Brick& out = s.outputs.bricks()[1];
    std::vector<Scalar> X_hat(s.brick().slots());
    for (const Position& p : positions_of(s.shape.output)) {
      if (!represents_entries(s.shape, p.channel)) {
        continue;
      }
      const uint64_t slot = out.slot(p.channel, p.batch, p.row, p.column);
      const Scalar at =
          channel_in_weights(s.shape.kind)
              ? eq_at(std::span(s.r).first(out.height), slot & ((uint64_t{1} << out.height) - 1))
              : eq_at(s.r, slot);
      add_output(s, p, at, X_hat);
    }
    EXPECT_EQ(s.X_hat(), X_hat);
  });
}

// Adds W[c,k,d], folded by channel, to a convolution's entries.
template <class At>
void add_kernels(const FoldSetting& s, const At& at) {
  const Brick& out = s.outputs.bricks()[1];
  const uint32_t K = s.shape.inputs[0].channels;
  const bool full = s.shape.kind == OpKind::kConv2d;
  size_t i = 0;
  for (uint32_t c = 0; c < s.shape.output.channels; ++c) {
    const Scalar eq = eq_at(std::span(s.r).subspan(out.height), out.slot(c, 0, 0, 0) >> out.height);
    const uint32_t first = full ? 0 : c / (s.shape.output.channels / K);
    for (uint32_t k = first; k < (full ? K : first + 1); ++k) {
      for (uint32_t dy = 0; dy < s.shape.window.kernel_rows; ++dy) {
        for (uint32_t dx = 0; dx < s.shape.window.kernel_columns; ++dx) {
          at({0, k, dy, dx}) += eq * Scalar::from_i64(s.W[i++]);
        }
      }
    }
  }
}

TEST_P(Folds, WeightsAgreeWithTheDefinition) {
  for_each_setting([](const FoldSetting& s) {
    std::vector<Scalar> W_hat(s.brick().slots());
    const auto at = [&](const Position& e) -> Scalar& {
      return W_hat[s.brick().slot(e.channel, e.batch, e.row, e.column) - s.brick().offset];
    };
    if (s.shape.kind == OpKind::kProduct) {
      for (const Position& e : positions_of(s.shape.inputs[1])) {
        at(e) = s.shifted(1, flat_index(s.shape.inputs[1], e));
      }
    } else if (s.shape.kind == OpKind::kLinearMap) {
      for (uint32_t k = 0; k < s.W.size(); ++k) {
        at({0, 0, 0, k}) = Scalar::from_i64(s.W[k]);
      }
    } else {
      add_kernels(s, at);
    }
    EXPECT_EQ(s.W_hat(), W_hat);
  });
}

// A slice that leaves the first channel out, and a second map of the same weight.
TEST(LinearMapFold, TakesTermsWhoseFirstChannelIsNotRead) {
  MapTerm slice;
  slice.maps[0] = slice_axis(2, 1, 1);
  MapTerm flip;
  flip.maps[0] = slice_axis(2, 2, -2);
  std::mt19937_64 integers(3);
  SecretRandom random = test_random(3);
  const FoldSetting s({OpKind::kLinearMap, {}, {{3, 2, 2, 3}}, {2, 2, 2, 3}, {slice, flip}},
                      integers, random);
  Scalar expected;
  for (const Position& p : positions_of(s.shape.output)) {
    const Brick& out = s.outputs.bricks()[1];
    const auto x = [&](uint32_t c) {
      return s.shifted(0, flat_index(s.shape.inputs[0], {c, p.batch, p.row, p.column}));
    };
    expected += eq_at(s.r, out.slot(p.channel, p.batch, p.row, p.column)) *
                (x(p.channel + 1) + x(2 - 2 * p.channel));
  }
  EXPECT_EQ(s.X_hat()[0], expected);
}

std::string name_of_kind(const ::testing::TestParamInfo<OpKind>& kind) {
  std::string name = operator_of(kind.param).name();
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Folds, ::testing::ValuesIn(kAllKinds), name_of_kind);

// Ã(r) = Σ Ŵ·X̂ + bias(r) with the executor's A = 2^s·V + R, operator by operator.
void expect_identity(const Circuit& circuit, const Weights& weights,
                     const std::vector<uint8_t>& input) {
  const auto run = Executor(circuit, weights).run(input, true);
  ASSERT_TRUE(run.ok()) << run.error().message;
  const Trace& trace = run.value();
  const Columns columns(circuit, 4);
  SecretRandom random = test_random(2);
  const auto r = random_point(random, columns.layout(Column::kX).bits());
  for (size_t op = 0; op < circuit.ops.size(); ++op) {
    const OperatorShape shape = operator_shape(circuit, op);
    const Brick& entries = columns.entries().bricks()[op];
    const Brick& brick = columns.layout(Column::kX).bricks()[op];
    const BrickEq output = brick_eq(brick, r);
    std::vector<FoldInput> inputs;
    for (const uint32_t tensor : circuit.ops[op].inputs) {
      inputs.push_back({trace.tensors[tensor].X, circuit.tensors[tensor].zero_point});
    }
    std::vector<Scalar> W(entries.slots());
    std::vector<Scalar> X(entries.slots());
    fold_weights(shape, entries, output, weights[op].weights, inputs, W);
    fold_activations(shape, entries, output, inputs, X);
    Scalar sum;
    for (size_t i = 0; i < W.size(); ++i) {
      sum += W[i] * X[i];
    }
    if (shape.kind == OpKind::kProduct) {
      sum *= Scalar::from_i64(weights[op].weights[0]);
    }
    const auto bias = operator_of(shape.kind).bias_term(shape, output);
    for (size_t i = 0; i < bias.size(); ++i) {
      sum += bias[i] * Scalar::from_i64(weights[op].biases[i]);
    }
    Scalar A;
    const TensorTrace& t = trace.tensors[op + 1];
    for (const Position& p : positions_of(shape.output)) {
      const size_t i = flat_index(shape.output, p);
      const int64_t value = (int64_t{t.V[i]} << circuit.shift) + t.R[i];
      A += eq_at(r, brick.slot(p.channel, p.batch, p.row, p.column)) * Scalar::from_i64(value);
    }
    EXPECT_EQ(sum, A) << op;
  }
}

TEST(Identity, OfRandomCircuits) {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const Circuit circuit = random_circuit(seed, 8);
    expect_identity(circuit, random_weights(circuit, seed), random_input(circuit, seed));
  }
}

TEST(Identity, OfRandomNetworks) {
  for (uint32_t seed = 0; seed < 4; ++seed) {
    const WeightedCircuit n = random_network(seed);
    expect_identity(n.circuit, n.weights, random_input(n.circuit, seed));
  }
}

}  // namespace
}  // namespace vouch
