// Every operator's functionals at random points (r, ρ), coefficient by coefficient, against the
// sums that circuit/circuit.h defines; and the identity that the bilinear sumcheck rests on.
#include "circuit/operators/operator.h"

#include <gtest/gtest.h>

#include "circuit/operators/operator_definition.h"
#include "circuit/operators/window.h"
#include "circuit/random_circuit.h"
#include "poly/random_point.h"

namespace vouch {
namespace {

// Those whose A is a sum of products of a weight and an activation.
constexpr OpKind kLinearKinds[] = {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kLinearMap};

// The operator between other bricks, at random points r of the outputs and ρ of the entries.
class Setting {
 public:
  Setting(OperatorShape operator_shape, SecretRandom& random)
      : shape(std::move(operator_shape)),
        outputs(
            {{3, 1, 3, 5},
             {shape.output.channels, shape.output.batch, shape.output.rows, shape.output.columns},
             {2, 1, 1, 3}}),
        entries({{1, 2, 2, 3}, operator_of(shape.kind).entry_extents(shape), {1, 1, 1, 2}}),
        r(random_point(random, outputs.bits())),
        rho(random_point(random, entries.bits())),
        output_eq(brick_eq(outputs.bricks()[1], r)),
        entry_eq(brick_eq(entries.bricks()[1], rho)) {}

  // eq(r, ·) at an output, and its factors of the channel and of the position.
  [[nodiscard]] Scalar eq(const Position& p) const {
    return eq_at(r, outputs.bricks()[1].slot(p.channel, p.batch, p.row, p.column));
  }
  [[nodiscard]] Scalar eq_channel(uint32_t c) const {
    const Brick& b = outputs.bricks()[1];
    return eq_at(std::span(r).subspan(b.height), (b.offset >> b.height) + c);
  }
  [[nodiscard]] Scalar eq_position(const Position& p) const {
    const Brick& b = outputs.bricks()[1];
    return eq_at(std::span(r).first(b.height), b.slot(0, p.batch, p.row, p.column) - b.offset);
  }
  // eq(ρ, ·) at an entry (0, k, dy, dx).
  [[nodiscard]] Scalar eq_entry(const Position& e) const {
    return eq_at(rho, entries.bricks()[1].slot(0, e.batch, e.row, e.column));
  }
  [[nodiscard]] OperatorPoint at() const { return {output_eq, entry_eq}; }
  [[nodiscard]] const Operator& op() const { return operator_of(shape.kind); }

  OperatorShape shape;
  Layout outputs;
  Layout entries;
  std::vector<Scalar> r;
  std::vector<Scalar> rho;
  BrickEq output_eq;
  BrickEq entry_eq;
};

// All coefficients of a rank-one term, in element order.
std::vector<Scalar> expand(const Axes& axes) {
  std::vector<Scalar> out;
  for (const Scalar& o : axes[0]) {
    for (const Scalar& a : axes[1]) {
      for (const Scalar& b : axes[2]) {
        for (const Scalar& c : axes[3]) {
          out.push_back(o * a * b * c);
        }
      }
    }
  }
  return out;
}

size_t elements(const Extents& e) { return size_t{e[0]} * e[1] * e[2] * e[3]; }

// Σ_entries eq(ρ, entry)·Ŵ, as coefficients of W.
void expect_weight_term(const Setting& s) {
  const Axes term = s.op().weight_term(s.shape, s.at()).value();
  const Extents extents = s.op().weight_extents(s.shape);
  for (size_t axis = 0; axis < 4; ++axis) {
    ASSERT_EQ(term[axis].size(), extents[axis]);
  }
  // Weights that no output reads (taps that always fall outside) still have their place: entries
  // are taken from the weights' own extents there.
  std::vector<Scalar> expected(elements(extents));
  for (uint32_t c = 0; c < extents[0]; ++c) {
    for (uint32_t k = 0; k < extents[1]; ++k) {
      for (uint32_t dy = 0; dy < extents[2]; ++dy) {
        for (uint32_t dx = 0; dx < extents[3]; ++dx) {
          const size_t w = ((size_t{c} * extents[1] + k) * extents[2] + dy) * extents[3] + dx;
          const uint32_t entry_k = s.shape.kind == OpKind::kDepthwiseConv2d
                                       ? c / (s.shape.output.channels / s.shape.inputs[0].channels)
                                       : k;
          expected[w] = s.eq_entry({0, entry_k, dy, dx});
          if (channel_in_weights(s.shape.kind)) {
            expected[w] *= s.eq_channel(c);
          }
        }
      }
    }
  }
  EXPECT_EQ(expand(term), expected);
}

// Σ_entries eq(ρ, entry)·X̂, as coefficients of X' of every input.
void expect_activation_terms(const Setting& s) {
  std::vector<std::vector<Scalar>> expected;
  for (const Shape& input : s.shape.inputs) {
    expected.emplace_back(input.elements());
  }
  std::vector<std::vector<Scalar>> got = expected;
  for (const Position& p : positions_of(s.shape.output)) {
    if (!represents_entries(s.shape, p.channel)) {
      continue;
    }
    const Scalar at = channel_in_weights(s.shape.kind) ? s.eq_position(p) : s.eq(p);
    for (const ProductOfSum& product : products_of(s.shape, p)) {
      expected[product.input][flat_index(s.shape.inputs[product.input], product.element)] +=
          at * s.eq_entry(product.entry) * Scalar::from_i64(product.coefficient);
    }
  }
  for (const ActivationTerm& term : s.op().activation_terms(s.shape, s.at())) {
    ASSERT_LT(term.input, got.size());
    const auto coefficients = expand(term.axes);
    ASSERT_EQ(coefficients.size(), got[term.input].size());
    for (size_t i = 0; i < coefficients.size(); ++i) {
      got[term.input][i] += coefficients[i];
    }
  }
  EXPECT_EQ(got, expected);
}

// The biases' share of Ã(r), as coefficients of b.
void expect_bias_term(const Setting& s) {
  std::vector<Scalar> expected(s.op().bias_count(s.shape));
  for (const Position& p : positions_of(s.shape.output)) {
    expected[expected.size() == 1 ? 0 : p.channel] += s.eq(p);
  }
  EXPECT_EQ(s.op().bias_term(s.shape, s.output_eq), expected);
}

// Ã(r) = Σ_entries Ŵ·X̂ + bias, with A, Ŵ and X̂ from the definition: what the sumcheck's summands
// are is right, whatever the functionals' closed forms.
void expect_identity(const Setting& s, SecretRandom& random) {
  const auto W = random_point(random, elements(s.op().weight_extents(s.shape)));
  const auto b = random_point(random, s.op().bias_count(s.shape));
  std::vector<std::vector<Scalar>> X;
  for (const Shape& input : s.shape.inputs) {
    X.push_back(random_point(random, input.elements()));
  }
  const Brick& brick = s.entries.bricks()[1];
  std::vector<Scalar> W_hat(brick.slots());
  std::vector<Scalar> X_hat(brick.slots());
  const auto slot = [&](const Position& e) {
    return brick.slot(0, e.batch, e.row, e.column) - brick.offset;
  };
  Scalar left;
  Scalar right;
  for (const Position& p : positions_of(s.shape.output)) {
    Scalar A = b[b.size() == 1 ? 0 : p.channel];
    right += s.eq(p) * A;
    const Scalar at = channel_in_weights(s.shape.kind) ? s.eq_position(p) : s.eq(p);
    for (const ProductOfSum& product : products_of(s.shape, p)) {
      const Scalar x =
          X[product.input][flat_index(s.shape.inputs[product.input], product.element)] *
          Scalar::from_i64(product.coefficient);
      A += W[product.weight] * x;
      if (represents_entries(s.shape, p.channel)) {
        X_hat[slot(product.entry)] += at * x;
      }
    }
    left += s.eq(p) * A;
  }
  // Ŵ of the convolutions from all output channels, of the others the weight itself; where no
  // output reads an entry, X̂ is 0 there.
  std::vector<std::vector<bool>> seen(s.shape.output.channels, std::vector<bool>(W.size()));
  for (const Position& p : positions_of(s.shape.output)) {
    for (const ProductOfSum& product : products_of(s.shape, p)) {
      const uint32_t c = channel_in_weights(s.shape.kind) ? p.channel : 0;
      if (!seen[c][product.weight]) {
        seen[c][product.weight] = true;
        W_hat[slot(product.entry)] +=
            (channel_in_weights(s.shape.kind) ? s.eq_channel(c) : Scalar::one()) *
            W[product.weight];
      }
    }
  }
  for (size_t i = 0; i < W_hat.size(); ++i) {
    right += W_hat[i] * X_hat[i];
  }
  EXPECT_EQ(left, right);
}

class Operators : public ::testing::TestWithParam<OpKind> {};

TEST_P(Operators, FunctionalsEqualTheDefinition) {
  std::mt19937_64 shapes(7);
  SecretRandom random = test_random(1);
  for (int i = 0; i < 40; ++i) {
    const OperatorShape shape = random_operator(GetParam(), shapes);
    SCOPED_TRACE(i);
    const Setting s(shape, random);
    expect_weight_term(s);
    expect_activation_terms(s);
    expect_bias_term(s);
    expect_identity(s, random);
    if (HasFailure()) {
      return;
    }
  }
}

std::string name_of(const ::testing::TestParamInfo<OpKind>& kind) {
  std::string name = operator_of(kind.param).name();
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Operators, ::testing::ValuesIn(kLinearKinds), name_of);

// Windows one position after another: how many outputs there are.
TEST(Windows, OutputsAreCounted) {
  std::mt19937_64 shapes(8);
  for (int i = 0; i < 60; ++i) {
    const OperatorShape s = random_operator(OpKind::kConv2d, shapes);
    const auto count = [&](int64_t extent, int64_t before, int64_t after, int64_t kernel,
                           int64_t stride, int64_t dilation) {
      const int64_t span = dilation * (kernel - 1) + 1;
      if (s.window.transposed) {
        return stride * (extent - 1) + span - before - after;
      }
      int64_t n = 0;
      for (int64_t start = 0; start + span <= extent + before + after; start += stride) {
        ++n;
      }
      return n;
    };
    const Window& w = s.window;
    EXPECT_EQ(s.output.rows, count(s.inputs[0].rows, w.pad_top, w.pad_bottom, w.kernel_rows,
                                   w.stride_rows, w.dilation_rows));
    EXPECT_EQ(s.output.columns, count(s.inputs[0].columns, w.pad_left, w.pad_right,
                                      w.kernel_columns, w.stride_columns, w.dilation_columns));
    EXPECT_EQ(s.output.batch, s.inputs[0].batch);
  }
}

// Σ_p eq(r;p)·X'_0[p]·X'_1[p] = Σ_e Ŵ[e]·X̂[e], and both factors at ρ.
TEST(Product, FunctionalsEqualTheDefinition) {
  std::mt19937_64 shapes(11);
  SecretRandom random = test_random(2);
  for (int i = 0; i < 40; ++i) {
    SCOPED_TRACE(i);
    const Setting s(random_operator(OpKind::kProduct, shapes), random);
    const auto& inputs = s.shape.inputs;
    std::vector<Scalar> second(inputs[1].elements());
    std::vector<Scalar> first(inputs[0].elements());
    const auto X = random_point(random, first.size());
    const auto Y = random_point(random, second.size());
    const Brick& brick = s.entries.bricks()[1];
    std::vector<Scalar> X_hat(brick.slots());
    Scalar sum;
    for (const Position& p : positions_of(s.shape.output)) {
      const Position e = second_of(s.shape, p);
      first[flat_index(inputs[0], p)] =
          s.eq(p) * eq_at(s.rho, brick.slot(e.channel, e.batch, e.row, e.column));
      const Scalar x = s.eq(p) * X[flat_index(inputs[0], p)];
      X_hat[brick.slot(e.channel, e.batch, e.row, e.column) - brick.offset] += x;
      sum += x * Y[flat_index(inputs[1], e)];
    }
    Scalar by_entry;
    for (const Position& e : positions_of(inputs[1])) {
      const uint64_t slot = brick.slot(e.channel, e.batch, e.row, e.column);
      second[flat_index(inputs[1], e)] = eq_at(s.rho, slot);
      by_entry += X_hat[slot - brick.offset] * Y[flat_index(inputs[1], e)];
    }
    EXPECT_EQ(by_entry, sum);
    const ActivationTerm factor = s.op().factor_term(s.shape, s.at()).value();
    EXPECT_EQ(factor.input, 1U);
    EXPECT_EQ(expand(factor.axes), second);
    const auto terms = s.op().activation_terms(s.shape, s.at());
    ASSERT_EQ(terms.size(), 1U);
    EXPECT_EQ(terms[0].input, 0U);
    EXPECT_EQ(expand(terms[0].axes), first);
    EXPECT_FALSE(s.op().weight_term(s.shape, s.at()).has_value());
    expect_bias_term(s);
  }
}

TEST(AxisWindow, Reads) {
  const AxisWindow w{3, 2, 1, 2, 4};  // padded: _0123__, windows at −1, 1, 3
  EXPECT_EQ(w.positions(), 3U);
  EXPECT_EQ(w.reads(0, 0), std::nullopt);
  EXPECT_EQ(w.reads(0, 2), 1U);
  EXPECT_EQ(w.reads(1, 2), 3U);
  EXPECT_EQ(w.reads(2, 0), 3U);
  EXPECT_EQ(w.reads(2, 1), std::nullopt);
  EXPECT_EQ((AxisWindow{5, 1, 0, 0, 4}).positions(), std::nullopt);
  EXPECT_EQ((AxisWindow{5, 1, 1, 0, 4}).positions(), 1U);
  const AxisWindow dilated{2, 1, 0, 0, 5, 3};
  EXPECT_EQ(dilated.positions(), 2U);
  EXPECT_EQ(dilated.reads(1, 1), 4U);
  const AxisWindow up{3, 2, 1, 0, 3, 1, true};  // input i writes 2i − 1, 2i, 2i + 1
  EXPECT_EQ(up.positions(), 6U);
  EXPECT_EQ(up.reads(0, 0), std::nullopt);
  EXPECT_EQ(up.reads(0, 1), 0U);
  EXPECT_EQ(up.reads(1, 0), 1U);
  EXPECT_EQ(up.reads(1, 2), 0U);
  EXPECT_EQ(up.reads(5, 2), 2U);
  EXPECT_EQ(up.reads(5, 0), std::nullopt);
}

TEST(OperatorKinds, BytesThatStandForOne) {
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(is_op_kind(static_cast<uint8_t>(byte)), byte <= 3) << byte;
  }
}

}  // namespace
}  // namespace vouch
