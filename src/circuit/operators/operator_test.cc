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

constexpr OpKind kAllKinds[] = {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kWeightedSum,
                                OpKind::kAveragePool2d};

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

using Axes = std::array<std::vector<Scalar>, 4>;

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
  const Axes term = s.op().weight_term(s.shape, s.at());
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
  std::vector<std::vector<Scalar>> expected(s.shape.inputs.size(),
                                            std::vector<Scalar>(s.shape.inputs[0].elements()));
  for (const Position& p : positions_of(s.shape.output)) {
    if (!represents_entries(s.shape, p.channel)) {
      continue;
    }
    const Scalar at = channel_in_weights(s.shape.kind) ? s.eq_position(p) : s.eq(p);
    for (const ProductOfSum& product : products_of(s.shape, p)) {
      expected[product.input][flat_index(s.shape.inputs[product.input], product.element)] +=
          at * s.eq_entry(product.entry);
    }
  }
  std::vector<std::vector<Scalar>> got(expected.size(), std::vector<Scalar>(expected[0].size()));
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
      const Scalar& x = X[product.input][flat_index(s.shape.inputs[0], product.element)];
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

TEST_P(Operators, OutputShapeCountsTheWindowsThatFit) {
  std::mt19937_64 shapes(8);
  for (int i = 0; i < 60; ++i) {
    const OperatorShape s = random_operator(GetParam(), shapes);
    const auto count = [](uint32_t extent, uint32_t before, uint32_t after, uint32_t kernel,
                          uint32_t stride) {
      uint32_t n = 0;
      for (uint32_t start = 0; start + kernel <= extent + before + after; start += stride) {
        ++n;
      }
      return n;
    };
    const Window& w = s.window;
    EXPECT_EQ(s.output.rows,
              count(s.inputs[0].rows, w.pad_top, w.pad_bottom, w.kernel_rows, w.stride_rows));
    EXPECT_EQ(s.output.columns, count(s.inputs[0].columns, w.pad_left, w.pad_right,
                                      w.kernel_columns, w.stride_columns));
    EXPECT_EQ(s.output.batch, s.inputs[0].batch);
  }
}

std::string name_of(const ::testing::TestParamInfo<OpKind>& kind) {
  std::string name = operator_of(kind.param).name();
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Operators, ::testing::ValuesIn(kAllKinds), name_of);

TEST(PoolClasses, InOrderOfFirstAppearance) {
  std::mt19937_64 shapes(9);
  bool several = false;
  for (int i = 0; i < 60; ++i) {
    const OperatorShape s = random_operator(OpKind::kAveragePool2d, shapes);
    const auto expected = classes_by_counting(s);
    const auto classes = pool_classes(s.window, s.inputs[0], s.output);
    ASSERT_EQ(classes.size(), expected.size());
    for (size_t q = 0; q < classes.size(); ++q) {
      EXPECT_EQ(classes[q], (PoolClass{expected[q].first, expected[q].second}));
    }
    several = several || classes.size() > 2;
  }
  EXPECT_TRUE(several);
}

TEST(AxisWindow, ReadsAndInside) {
  const AxisWindow w{3, 2, 1, 2, 4};  // padded: _0123__, windows at −1, 1, 3
  EXPECT_EQ(w.positions(), 3U);
  EXPECT_EQ(w.reads(0, 0), std::nullopt);
  EXPECT_EQ(w.reads(0, 2), 1U);
  EXPECT_EQ(w.reads(1, 2), 3U);
  EXPECT_EQ(w.reads(2, 0), 3U);
  EXPECT_EQ(w.reads(2, 1), std::nullopt);
  EXPECT_EQ(w.inside(0), 2U);
  EXPECT_EQ(w.inside(1), 3U);
  EXPECT_EQ(w.inside(2), 1U);
  EXPECT_EQ((AxisWindow{5, 1, 0, 0, 4}).positions(), std::nullopt);
  EXPECT_EQ((AxisWindow{5, 1, 1, 0, 4}).positions(), 1U);
}

TEST(OperatorKinds, BytesThatStandForOne) {
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(is_op_kind(static_cast<uint8_t>(byte)), byte <= 3) << byte;
  }
}

}  // namespace
}  // namespace vouch
