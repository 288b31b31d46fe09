#include "model/value_bits.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "circuit/operators/linear_maps.h"
#include "circuit/random_circuit.h"
#include "model/plain_network.h"
#include "picture/split_mix.h"

namespace vouch {
namespace {

// One operator on `input`, whose output's table holds all values.
Circuit one_op(Op op, const Tensor& input, const Shape& stated) {
  Circuit c;
  c.shift = 8;
  c.tables = {ActivationTable::clamp(24, 0, 255)};
  const std::vector<Shape> inputs(op.inputs.size(), input.shape);
  const Shape shape = output_shape(op, inputs, stated).value();
  c.tensors = {input, {shape, 0, 0}};
  c.ops.push_back(std::move(op));
  EXPECT_TRUE(validate(c).ok());
  return c;
}

unsigned bits_of(int64_t lowest, int64_t highest) {
  unsigned bits = 0;
  while (lowest < -(int64_t{1} << bits) || highest >= int64_t{1} << bits) {
    ++bits;
  }
  return bits;
}

// The bits of V of operator `op` over all inputs of extreme codes, 0 or 255 at each element.
unsigned extreme_bits(const Circuit& c, const Weights& weights, size_t op) {
  int64_t lowest = 0;
  int64_t highest = 0;
  const uint64_t elements = c.input().shape.elements();
  for (unsigned mask = 0; mask < 1U << elements; ++mask) {
    std::vector<uint8_t> codes;
    for (unsigned i = 0; i < elements; ++i) {
      codes.push_back((mask >> i & 1U) != 0 ? 255 : 0);
    }
    const ClampCount count = run_plain(c, weights, codes).clamps[op];
    lowest = std::min(lowest, count.lowest);
    highest = std::max(highest, count.highest);
  }
  return bits_of(lowest, highest);
}

OpWeights random_op_weights(const Circuit& c, size_t op, SplitMix64& random) {
  const WeightCounts counts = weight_counts(c, op);
  const int64_t size = int64_t{1} << random.within(4, 18);
  OpWeights w;
  for (uint64_t i = 0; i < counts.weights; ++i) {
    w.weights.push_back(random.within(-size, size));
  }
  for (uint64_t i = 0; i < counts.biases; ++i) {
    w.biases.push_back(random.within(-64 * size, 64 * size));
  }
  return w;
}

TEST(ValueBits, AreWhatExtremeInputsNeed) {
  SplitMix64 random(3);
  const Tensor input{{1, 1, 3, 3}, 90, 0};
  for (int trial = 0; trial < 60; ++trial) {
    const bool pads = trial % 2 == 1;
    Window window{2, 3};
    if (pads) {
      window.pad_top = window.pad_left = 1;
    }
    const std::array ops{
        Op{OpKind::kConv2d, {0}, window, {}}, Op{OpKind::kDepthwiseConv2d, {0}, window, {}},
        Op{OpKind::kLinearMap, {0}, {}, average_pool_terms(window, input.shape).value().terms}};
    const size_t k = static_cast<size_t>(trial) % 3;
    const Shape pooled = average_pool_terms(window, input.shape).value().output;
    const Circuit c = one_op(ops[k], input, k == 0 ? Shape{3} : k == 1 ? Shape{1} : pooled);
    const OpWeights w = random_op_weights(c, 0, random);
    // Without pads every window is whole and the bound is met exactly; with them it still holds.
    const unsigned needed = value_bits_needed(c, 0, w);
    EXPECT_GE(needed, extreme_bits(c, {w}, 0));
    if (!pads) {
      EXPECT_EQ(needed, extreme_bits(c, {w}, 0)) << trial;
    }
  }
}

TEST(ValueBits, BoundEveryLinearMap) {
  std::mt19937_64 shapes(4);
  SplitMix64 random(4);
  const Tensor input{{2, 1, 2, 2}, 100, 0};
  for (int trial = 0; trial < 60; ++trial) {
    const Shape out{1 + static_cast<uint32_t>(shapes() % 3), 1, 2, 3};
    Op op = sum_of({0, 0});
    op.terms = random_terms({input.shape, input.shape}, out, shapes);
    const Circuit c = one_op(std::move(op), input, out);
    const OpWeights w = random_op_weights(c, 0, random);
    EXPECT_GE(value_bits_needed(c, 0, w), extreme_bits(c, {w}, 0)) << trial;
  }
}

// One output that reads an element three times less: V is in 256·[−3·255, 0].
TEST(ValueBits, CoefficientsCount) {
  Op op = sum_of({0});
  op.terms[0].maps[2] = {{{0, 0, 0, 0, 3, -1}}};
  const Circuit c = one_op(op, {{}, 0, 0}, {});
  EXPECT_EQ(value_bits_needed(c, 0, {{256}, {0}}), 10U);  // −765
  EXPECT_EQ(value_bits_needed(c, 0, {{256}, {-256 * 259}}), 10U);
  EXPECT_EQ(value_bits_needed(c, 0, {{256}, {-256 * 260}}), 11U);
  EXPECT_EQ(extreme_bits(c, {{{256}, {-256 * 259}}}, 0), 10U);
  EXPECT_EQ(extreme_bits(c, {{{256}, {-256 * 260}}}, 0), 11U);
  // No number of coefficients wraps around.
  const AxisRun run{0, 0, 0, 0, 4096, INT16_MIN};
  op.terms[0].maps = {AxisMap{{run}}, AxisMap{{run}}, AxisMap{{run}}};
  EXPECT_EQ(value_bits_needed(one_op(op, {{}, 0, 0}, {}), 0, {{1}, {0}}), 64U);
}

// The product of a tensor of codes and of another with a table of its own.
TEST(ValueBits, OfProductsAreWhatExtremeInputsNeed) {
  SplitMix64 random(5);
  for (int trial = 0; trial < 40; ++trial) {
    const auto zero = static_cast<uint8_t>(random.within(0, 255));
    Op flip = sum_of({0});
    flip.terms[0].maps[2] = slice_axis(2, 1, -1);
    Circuit c = one_op(std::move(flip), {{1, 1, 1, 2}, zero, 0}, {1, 1, 1, 2});
    const auto lo = static_cast<uint8_t>(random.within(0, 100));
    const auto hi = static_cast<uint8_t>(random.within(101, 255));
    c.tables.push_back(ActivationTable::clamp(24, lo, hi));
    c.tensors[1].zero_point = static_cast<uint8_t>(random.within(lo, hi));
    c.tensors[1].table = 1;
    c.tensors.push_back(c.tensors[1]);
    c.tensors[2].table = 0;
    c.ops.push_back({OpKind::kProduct, {0, 1}, {}, {}});
    ASSERT_TRUE(validate(c).ok());
    const OpWeights w = random_op_weights(c, 1, random);
    if (value_bits_needed(c, 1, w) > ActivationTable::kMaxBits) {
      continue;  // no table would hold them
    }
    // V = 300·(X − z) + 128 goes to both ends of the table if X − z has both signs.
    const Weights weights{{{300 * 256}, {128 * 256}}, w};
    EXPECT_GE(value_bits_needed(c, 1, w), extreme_bits(c, weights, 1));
    if (zero > 0 && zero < 255) {
      EXPECT_EQ(value_bits_needed(c, 1, w), extreme_bits(c, weights, 1)) << trial;
    }
  }
}

TEST(ValueBits, SumsCountEveryInput) {
  const Circuit c = one_op(sum_of({0, 0}), {{}, 0, 0}, {});
  // V = (256·255 + 256·255 + 0)/256 = 510 < 2^9; one more step of bias reaches 2^9.
  EXPECT_EQ(value_bits_needed(c, 0, {{256, 256}, {0}}), 9U);
  EXPECT_EQ(value_bits_needed(c, 0, {{256, 256}, {256}}), 9U);
  EXPECT_EQ(value_bits_needed(c, 0, {{256, 256}, {512}}), 10U);
  EXPECT_EQ(value_bits_needed(c, 0, {{-256, -256}, {-512}}), 9U);
  EXPECT_EQ(value_bits_needed(c, 0, {{-256, -256}, {-513}}), 10U);
  EXPECT_EQ(value_bits_needed(c, 0, {{int64_t{1} << 39, 0}, {0}}), 39U);
  EXPECT_EQ(value_bits_needed(c, 0, {{(int64_t{1} << 47) - 1, 0}, {0}}), 64U);
}

}  // namespace
}  // namespace vouch
