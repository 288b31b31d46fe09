// The two halves of every operator against each other and against the definition: dense vectors
// (prove/operators/) and functionals at a point (circuit/operators/).
#include "prove/operators/operator_folds.h"

#include <gtest/gtest.h>

#include "circuit/columns.h"
#include "circuit/operators/operator_definition.h"
#include "poly/random_point.h"
#include "prove/random_network.h"
#include "prove/random_weights.h"

namespace vouch {
namespace {

constexpr OpKind kAllKinds[] = {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kWeightedSum,
                                OpKind::kAveragePool2d};

// An operator with random weights up to 47 bits and random codes.
class Setting {
 public:
  Setting(OperatorShape operator_shape, std::mt19937_64& integers, SecretRandom& random)
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
    fold_weights(shape, brick(), output_eq, W, out);
    return out;
  }
  [[nodiscard]] std::vector<Scalar> X_hat() const {
    std::vector<FoldInput> inputs;
    for (size_t n = 0; n < codes.size(); ++n) {
      inputs.push_back({codes[n], zero_points[n]});
    }
    std::vector<Scalar> out(brick().slots());
    fold_activations(shape, brick(), output_eq, inputs, out);
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
      body(Setting(random_operator(GetParam(), integers), integers, random));
    }
  }
};

TEST_P(Folds, AgreeWithTheFunctionals) {
  for_each_setting([](const Setting& s) {
    const Operator& op = operator_of(s.shape.kind);
    const OperatorPoint at{s.output_eq, s.entry_eq};
    EXPECT_EQ(s.at_rho(s.W_hat()), form_at(op.weight_term(s.shape, at),
                                           [&](size_t i) { return Scalar::from_i64(s.W[i]); }));
    Scalar X;
    for (const ActivationTerm& term : op.activation_terms(s.shape, at)) {
      X += form_at(term.axes, [&](size_t i) { return s.shifted(term.input, i); });
    }
    EXPECT_EQ(s.at_rho(s.X_hat()), X);
  });
}

TEST_P(Folds, AgreeWithTheDefinition) {
  for_each_setting([](const Setting& s) {
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
      for (const ProductOfSum& product : products_of(s.shape, p)) {
        const Position& e = product.entry;
        X_hat[s.brick().slot(0, e.batch, e.row, e.column) - s.brick().offset] +=
            at * s.shifted(product.input, flat_index(s.shape.inputs[0], product.element));
      }
    }
    EXPECT_EQ(s.X_hat(), X_hat);
  });
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
    fold_weights(shape, entries, output, weights[op].weights, W);
    fold_activations(shape, entries, output, inputs, X);
    Scalar sum;
    for (size_t i = 0; i < W.size(); ++i) {
      sum += W[i] * X[i];
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
    const Network n = random_network(seed);
    expect_identity(n.circuit, n.weights, random_input(n.circuit, seed));
  }
}

}  // namespace
}  // namespace vouch
