#include "model/lower/circuit_maker.h"

#include <gtest/gtest.h>

#include "circuit/operators/linear_maps.h"

namespace vouch {
namespace {

Result<OpWeights> folded(uint8_t shift, const Shape& input, const RealOperator& op,
                         const CodeScale& output) {
  CircuitMaker maker(shift);
  maker.input(input, 0);
  VOUCH_ASSIGN([[maybe_unused]] const uint32_t tensor, maker.add(op, {output, {}}));
  return maker.take_weights()[0];
}

RealOperator sum(const std::vector<RealWeight>& weights) {
  RealOperator op;
  op.op = sum_of(std::vector<uint32_t>(weights.size(), 0));
  op.weights = weights;
  op.biases = {{}};
  return op;
}

// W = round(2^s·M·w), b = round(2^s·M·bias) + 2^(s−1) + z·2^s, each rounded once.
TEST(Fold, ConvolutionWeightsAndBiases) {
  RealOperator op;
  op.op.kind = OpKind::kConv2d;
  op.op.inputs = {0};
  op.op.window = Window{1, 1};
  op.stated = {2};
  op.weights = {{{3, 0.5F}, 0.125F}, {{-5, 0.5F}, 0.125F}, {{7, 0.25F}, 0.125F}, {{0, 0.25F}, 1}};
  op.biases = {{10, 0.0625F}, {-20, 0.03125F}};
  const auto weights = folded(10, {2}, op, {0.75F, 9, false});
  ASSERT_TRUE(weights.ok()) << weights.error().message;
  // 2^10·0.125·0.5/0.75 = 85.33…, 2^10·0.125·0.25/0.75 = 42.66…
  EXPECT_EQ(weights.value().weights, (std::vector<int64_t>{256, -427, 299, 0}));
  const int64_t offset = 512 + 9 * 1024;
  EXPECT_EQ(weights.value().biases, (std::vector<int64_t>{853 + offset, -853 + offset}));
}

TEST(Fold, LinearMaps) {
  const auto added = folded(8, {}, sum({{{1, 1}, 0.3F}, {{1, 1}, 0.6F}}), {0.6F, 1, false});
  ASSERT_TRUE(added.ok()) << added.error().message;
  EXPECT_EQ(added.value().weights, (std::vector<int64_t>{128, 256}));
  EXPECT_EQ(added.value().biases, std::vector<int64_t>{128 + 256});
  const auto means = folded(8, {}, sum({{{1, 1}, 0.5F, 6}, {{1, 1}, 0.5F, 3}}), {0.25F, 0, false});
  ASSERT_TRUE(means.ok());
  EXPECT_EQ(means.value().weights, (std::vector<int64_t>{85, 171}));  // 512/6, 512/3
  EXPECT_EQ(means.value().biases, std::vector<int64_t>{128});
}

TEST(Fold, RefusesWhatIsTooLarge) {
  const auto with = [](float scale, uint32_t divisor) {
    return folded(20, {}, sum({{{1, 1}, scale, divisor}}), {1.0F, 0, false});
  };
  EXPECT_TRUE(with(0x1p15F, 1).ok());  // V < 2^15·2^8
  EXPECT_FALSE(with(0x1p17F, 1).ok());
  EXPECT_TRUE(with(0x1p17F, 4).ok());
  EXPECT_FALSE(with(0x1p27F, 1).ok());
  EXPECT_FALSE(with(INFINITY, 1).ok());
}

}  // namespace
}  // namespace vouch
