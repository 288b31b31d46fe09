#include "model/quantize.h"

#include <gtest/gtest.h>

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

TEST(Fold, SumsAndPools) {
  const std::vector<float> scales = {0.3F, 0.6F};
  const auto sum = fold_weighted_sum(scales, 0.6F, 1, 8);
  ASSERT_TRUE(sum.ok());
  EXPECT_EQ(sum.value().weights, (std::vector<int64_t>{128, 256}));
  EXPECT_EQ(sum.value().biases, std::vector<int64_t>{128 + 256});
  const std::vector<PoolClass> classes = {{2, 3}, {1, 3}};
  const auto pool = fold_average_pool(classes, {0.5F, 0.25F, 0, 8});
  ASSERT_TRUE(pool.ok());
  EXPECT_EQ(pool.value().weights, (std::vector<int64_t>{85, 171}));  // 512/6, 512/3
  EXPECT_EQ(pool.value().biases, std::vector<int64_t>{128});
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

// One operator on a 3 × 3 input of two channels; every choice of extreme codes (lo or hi at each
// element) is run, and the least value_bits that holds all V is the one that was promised.
Circuit one_op(OpKind kind, const Window& window, const Tensor& input) {
  Circuit c;
  c.shift = 8;
  c.value_bits = 24;
  c.tensors.push_back(input);
  Op op;
  op.kind = kind;
  op.window = window;
  op.inputs = kind == OpKind::kWeightedSum ? std::vector<uint32_t>{0, 0} : std::vector<uint32_t>{0};
  const uint32_t out = kind == OpKind::kConv2d ? 3 : input.shape.channels;
  const Shape shape = output_shape(kind, window, {input.shape}, out).value();
  c.ops.push_back(op);
  c.tensors.push_back({shape, 0, 0, 255});
  return c;
}

unsigned bits_of(int64_t lowest, int64_t highest) {
  unsigned bits = 0;
  while (lowest < -(int64_t{1} << bits) || highest >= int64_t{1} << bits) {
    ++bits;
  }
  return bits;
}

TEST(ValueBits, AreWhatExtremeInputsNeed) {
  SplitMix64 random(3);
  for (const OpKind kind : {OpKind::kConv2d, OpKind::kDepthwiseConv2d, OpKind::kAveragePool2d}) {
    for (int trial = 0; trial < 20; ++trial) {
      const Tensor input{{1, 1, 3, 3}, 90, 40, 200};
      Window window{2, 3, 1, 1, 0, 0, 0, 0};
      if (trial % 2 == 1) {
        window.pad_top = window.pad_left = 1;
      }
      const Circuit c = one_op(kind, window, input);
      const WeightCounts counts = weight_counts(c, 0);
      OpWeights w;
      const int64_t size = int64_t{1} << random.within(4, 18);
      for (uint64_t i = 0; i < counts.weights; ++i) {
        w.weights.push_back(random.within(-size, size));
      }
      for (uint64_t i = 0; i < counts.biases; ++i) {
        w.biases.push_back(random.within(-64 * size, 64 * size));
      }
      int64_t lowest = 0;
      int64_t highest = 0;
      for (unsigned mask = 0; mask < 512; ++mask) {
        std::vector<uint8_t> codes;
        for (unsigned i = 0; i < 9; ++i) {
          codes.push_back((mask >> i & 1U) != 0 ? input.hi : input.lo);
        }
        const ClampCount count = run_plain(c, {w}, codes).clamps[0];
        lowest = std::min(lowest, count.lowest);
        highest = std::max(highest, count.highest);
      }
      // Without pads every window is whole and the bound is met exactly; with them it still holds.
      const unsigned needed = value_bits_needed(c, 0, w);
      EXPECT_GE(needed, bits_of(lowest, highest));
      if (trial % 2 == 0) {
        EXPECT_EQ(needed, bits_of(lowest, highest)) << static_cast<int>(kind) << " " << trial;
      }
    }
  }
}

TEST(ValueBits, SumsCountEveryInput) {
  const Tensor input{{1, 1, 1, 1}, 0, 0, 255};
  const Circuit c = one_op(OpKind::kWeightedSum, {}, input);
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
