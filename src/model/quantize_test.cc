#include "model/quantize.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "circuit/operators/linear_maps.h"
#include "circuit/random_circuit.h"
#include "model/plain_network.h"
#include "picture/split_mix.h"

namespace vouch {
namespace {

TEST(Fold, ConvolutionWeightsAndBiases) {
  ConvolutionTaps taps;
  taps.taps = {3, -5, 7, 0};
  taps.scales = {0.5F, 0.25F};
  taps.biases = {10, -20};
  const Requantization to = {0.125F, 0.75F, 9, 10};
  const auto folded = fold_convolution(taps, 2, to);
  ASSERT_TRUE(folded.ok());
  // 2^10·0.125·0.5/0.75 = 85.33…, 2^10·0.125·0.25/0.75 = 42.66…
  EXPECT_EQ(folded.value().weights, (std::vector<int64_t>{256, -427, 299, 0}));
  const int64_t offset = 512 + 9 * 1024;
  EXPECT_EQ(folded.value().biases, (std::vector<int64_t>{853 + offset, -853 + offset}));
}

TEST(Fold, LinearMaps) {
  const std::vector<MapWeight> sum = {{0.3F}, {0.6F}};
  const auto folded = fold_linear_map(sum, 0.6F, 1, 8);
  ASSERT_TRUE(folded.ok());
  EXPECT_EQ(folded.value().weights, (std::vector<int64_t>{128, 256}));
  EXPECT_EQ(folded.value().biases, std::vector<int64_t>{128 + 256});
  const std::vector<MapWeight> pool = {{0.5F, 6}, {0.5F, 3}};
  const auto means = fold_linear_map(pool, 0.25F, 0, 8);
  ASSERT_TRUE(means.ok());
  EXPECT_EQ(means.value().weights, (std::vector<int64_t>{85, 171}));  // 512/6, 512/3
  EXPECT_EQ(means.value().biases, std::vector<int64_t>{128});
  const std::vector<MapWeight> large = {{1.0F}, {0x1p27F}};
  EXPECT_FALSE(fold_linear_map(large, 1.0F, 0, 20).ok());
  const std::vector<MapWeight> divided = {{0x1p27F, 2}};
  EXPECT_TRUE(fold_linear_map(divided, 1.0F, 0, 20).ok());  // 2^46
}

TEST(Fold, RefusesWeightsThatAreTooLarge) {
  ConvolutionTaps taps;
  taps.taps = {1};
  taps.scales = {0x1p30F};
  EXPECT_FALSE(fold_convolution(taps, 1, {1.0F, 1.0F, 0, 20}).ok());
  taps.scales = {0x1p26F};
  EXPECT_TRUE(fold_convolution(taps, 1, {1.0F, 1.0F, 0, 20}).ok());  // 2^46
  taps.taps = {2};
  EXPECT_FALSE(fold_convolution(taps, 1, {1.0F, 1.0F, 0, 20}).ok());  // 2^47
  taps.taps = {0};
  taps.biases = {2147483647};
  EXPECT_FALSE(fold_convolution(taps, 1, {1.0F, 1.0F, 0, 20}).ok());
}

TEST(ActivationRange, Clamps) {
  const auto range = [](Activation a, float scale, uint8_t zero) {
    const CodeRange r = activation_range(a, scale, zero);
    return std::pair<int, int>{r.lo, r.hi};
  };
  EXPECT_EQ(range(Activation::kNone, 1.0F, 7), std::pair(0, 255));
  EXPECT_EQ(range(Activation::kRelu, 1.0F, 7), std::pair(7, 255));
  EXPECT_EQ(range(Activation::kRelu6, 0.1F, 7), std::pair(7, 67));
  EXPECT_EQ(range(Activation::kRelu6, 0.01F, 7), std::pair(7, 255));
  EXPECT_EQ(range(Activation::kRelu6, 4.0F, 0), std::pair(0, 2));  // 1.5 away from zero
  EXPECT_EQ(range(Activation::kRelu6, 1e-45F, 0), std::pair(0, 255));
  EXPECT_EQ(range(Activation::kReluN1To1, 0.1F, 100), std::pair(90, 110));
  EXPECT_EQ(range(Activation::kReluN1To1, 0.1F, 4), std::pair(0, 14));
  EXPECT_EQ(range(Activation::kReluN1To1, 1e-45F, 4), std::pair(0, 255));
}

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
