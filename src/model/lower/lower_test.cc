// Tables of functions, steps, ranges of codes.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "model/lower/calibrate.h"
#include "model/lower/decompose.h"
#include "model/lower/function_table.h"
#include "network/float_elements.h"
#include "network/float_executor.h"
#include "network/network_builder.h"
#include "network/validate.h"

namespace vouch {
namespace {

Layer unary(uint32_t x, Unary function, float a = 0, float b = 0) {
  Layer layer;
  layer.kind = LayerKind::kUnary;
  layer.inputs = {x};
  layer.function = function;
  layer.a = a;
  layer.b = b;
  return layer;
}

TEST(FunctionTable, HoldsTheCodeOfEveryValue) {
  const CodeScale codes{0.02F, 40, false};
  for (const Functions& functions :
       {Functions{{Unary::kTanh, 0, 0}}, Functions{{Unary::kSigmoid, 0, 0}},
        Functions{{Unary::kGelu, 0, 0}}, Functions{{Unary::kHardSwish, 0, 0}},
        Functions{{Unary::kNegative, 0, 0}, {Unary::kExp, 0, 0}},
        Functions{{Unary::kLeakyRelu, 0.1F, 0}}}) {
    const double unit = 1.0 / 64;
    const auto table = function_table(functions, unit, codes, 12);
    ASSERT_TRUE(table.ok()) << table.error().message;
    for (int64_t V = -4096; V < 4096; ++V) {
      auto x = static_cast<float>(static_cast<double>(V) * unit);
      for (const Function& f : functions) {
        x = apply_unary(f.function, f.a, f.b, x);
      }
      const double code =
          std::clamp(std::nearbyint(double{x} / double{codes.scale}) + 40, 0.0, 255.0);
      ASSERT_EQ(table.value().at(V), code) << V;
    }
  }
}

TEST(FunctionTable, WhatIsNoNumberTakesTheNextThatIs) {
  const auto table = function_table({{Unary::kSqrt, 0, 0}}, 0.25, {0.1F, 0, false}, 10);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table.value().at(-1000), 0);
  EXPECT_EQ(table.value().at(16), 20);
  const auto log = function_table({{Unary::kLog, 0, 0}}, 1, {0.1F, 50, false}, 10);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(log.value().at(0), 0);
  EXPECT_EQ(log.value().at(1), 50);
  EXPECT_EQ(log.value().at(-1024), 0);
}

TEST(FunctionTable, TooManyStepsAreRefused) {
  EXPECT_FALSE(function_table({{Unary::kSin, 0, 0}}, 0.01, {0.01F, 128, false}, 17).ok());
}

TEST(FunctionTable, ClampsAreBoundsOfCodes) {
  const Functions functions{{Unary::kRelu, 0, 0}, {Unary::kClip, -1, 6}};
  ASSERT_TRUE(is_clamp(functions));
  EXPECT_EQ(clamp_bounds(functions, {0.1F, 10, false}), (CodeBounds{10, 70}));
  EXPECT_FALSE(is_clamp({{Unary::kRelu, 0, 0}, {Unary::kTanh, 0, 0}}));
}

TEST(Steps, FunctionsJoinWhatComputesTheirArgument) {
  NetworkBuilder b;
  const uint32_t x = b.input({1, 4});
  const uint32_t y = b.add(LayerKind::kAdd, {x, x});
  const uint32_t z = b.add(unary(b.add(unary(y, Unary::kRelu)), Unary::kTanh));
  b.network.outputs = {z};
  const auto steps = steps_of(b.network);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].output, z);
  EXPECT_EQ(steps[0].functions.size(), 2U);
}

TEST(Steps, ButNotWhereSomethingElseReadsIt) {
  NetworkBuilder b;
  const uint32_t x = b.input({1, 4});
  const uint32_t y = b.add(LayerKind::kAdd, {x, x});
  const uint32_t z = b.add(unary(y, Unary::kRelu));
  b.network.outputs = {z, y};
  EXPECT_EQ(steps_of(b.network).size(), 2U);
  b.network.outputs = {b.add(LayerKind::kAdd, {z, y})};
  EXPECT_EQ(steps_of(b.network).size(), 3U);
}

TEST(Steps, NorWhereTheFileRounds) {
  NetworkBuilder b;
  const uint32_t x = b.input({1, 4});
  Layer add;
  add.kind = LayerKind::kAdd;
  add.inputs = {x, x};
  add.coefficients = {1, 1};
  const uint32_t y = b.add(std::move(add), CodeScale{0.5F, 3, false});
  b.network.outputs = {b.add(unary(y, Unary::kRelu))};
  EXPECT_EQ(steps_of(b.network).size(), 2U);
}

TEST(Codes, MinMaxCoversAllThatWasSeen) {
  const std::vector<float> values{-1, 0, 2, 4};
  const CodeScale codes = choose_codes(values, RangeChoice::kMinMax);
  EXPECT_NEAR(codes.scale, 5.0 / 255, 1e-6);
  EXPECT_EQ(codes.zero_point, 51);
}

TEST(Codes, ZeroIsAlwaysACode) {
  const CodeScale codes = choose_codes(std::vector<float>{3, 5}, RangeChoice::kMinMax);
  EXPECT_EQ(codes.zero_point, 0);
  EXPECT_NEAR(codes.scale, 5.0 / 255, 1e-6);
  EXPECT_EQ(choose_codes(std::vector<float>{0, 0}, RangeChoice::kMinMax).scale, 1.0F);
}

// Twenty thousand small numbers, and one that is not.
std::vector<float> with_outlier() {
  std::mt19937 random(1);
  std::vector<float> values = random_reals(random, 20000);
  values[77] = 1000;
  return values;
}

TEST(Codes, PercentileLeavesOutliersOut) {
  EXPECT_NEAR(choose_codes(with_outlier(), RangeChoice::kPercentile).scale, 4.0 / 255, 1e-3);
  EXPECT_NEAR(choose_codes(with_outlier(), RangeChoice::kMinMax).scale, 1002.0 / 255, 1e-3);
}

TEST(Codes, LeastErrorIsNotWorseThanMinMax) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> values;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(normal(random));
  }
  const auto error = [&](const CodeScale& codes) {
    std::vector<float> rounded = values;
    round_to_codes(codes, rounded);
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      sum += (double{rounded[i]} - double{values[i]}) * (double{rounded[i]} - double{values[i]});
    }
    return sum;
  };
  const CodeScale least = choose_codes(values, RangeChoice::kLeastError);
  const CodeScale all = choose_codes(values, RangeChoice::kMinMax);
  EXPECT_LT(least.scale, all.scale);
  EXPECT_LT(error(least), error(all));
}

// Of a network's outputs nothing is cut off, and few samples are not believed.
TEST(Calibration, OutputsKeepRoom) {
  NetworkBuilder b;
  const uint32_t x = b.input({1, 4});
  const uint32_t sum = b.add(LayerKind::kAdd, {x, x});
  const uint32_t tanh = b.add(unary(x, Unary::kTanh));
  Layer softmax;
  softmax.kind = LayerKind::kSoftmax;
  softmax.inputs = {sum};
  softmax.axes = {1};
  b.network.outputs = {b.add(std::move(softmax)), tanh};
  const auto scale_of = [&](size_t samples, RangeChoice choice, uint32_t tensor) {
    Network network = b.network;
    const std::vector<Sample> same(samples, Sample{{0, 1, 2, 3}});
    EXPECT_TRUE(calibrate(network, steps_of(network), same, choice).ok());
    return network.tensors[tensor].codes->scale;
  };
  EXPECT_FLOAT_EQ(scale_of(1, RangeChoice::kLeastError, sum), 2 * 6.0F / 255);
  EXPECT_FLOAT_EQ(scale_of(3, RangeChoice::kLeastError, sum), 1.5F * 6.0F / 255);
  EXPECT_NEAR(scale_of(999, RangeChoice::kLeastError, sum), 1.002 * 6 / 255, 1e-6);
  EXPECT_FLOAT_EQ(scale_of(1, RangeChoice::kMinMax, sum), 6.0F / 255);
  EXPECT_LE(scale_of(1, RangeChoice::kLeastError, tanh), 1.0F / 255);  // it ends by itself
}

TEST(Calibration, NeedsFiniteSamplesOfTheInputsShape) {
  NetworkBuilder b;
  const uint32_t x = b.input({1, 4});
  b.network.outputs = {b.add(unary(x, Unary::kTanh))};
  const auto steps = steps_of(b.network);
  ASSERT_TRUE(needs_calibration(b.network, steps));
  EXPECT_FALSE(calibrate(b.network, steps, {}).ok());
  EXPECT_FALSE(calibrate(b.network, steps, std::vector<Sample>{{{1, 2, 3}}}).ok());
  EXPECT_FALSE(calibrate(b.network, steps, std::vector<Sample>{{{1, 2, 3, NAN}}}).ok());
  ASSERT_TRUE(calibrate(b.network, steps, std::vector<Sample>{{{1, 2, 3, 4}}}).ok());
  EXPECT_FALSE(needs_calibration(b.network, steps));
}

TEST(Calibration, WhatPassesElementsOnKeepsTheirCodes) {
  NetworkBuilder b;
  const uint32_t x = b.input({1, 4});
  Layer slice;
  slice.kind = LayerKind::kSlice;
  slice.inputs = {x};
  slice.first = {0, 1};
  slice.step = {1, 1};
  const uint32_t y = b.add(std::move(slice), std::nullopt, {1, 2});
  b.network.outputs = {y};
  ASSERT_TRUE(calibrate(b.network, steps_of(b.network), std::vector<Sample>{{{9, 1, 2, 9}}}).ok());
  EXPECT_EQ(b.network.tensors[y].codes, b.network.tensors[x].codes);
}

TEST(Decomposition, ComputesTheSame) {
  std::mt19937 random(7);
  NetworkBuilder b;
  const uint32_t x = b.input({2, 3, 4});
  const uint32_t y = b.input({4, 5});
  const uint32_t product = b.add(LayerKind::kMatMul, {x, y});
  const uint32_t c = b.constant({3, 1}, std::vector<float>{1, 2, 3});
  const uint32_t sum = b.add(LayerKind::kAdd, {product, product, c});
  const uint32_t one = b.add(unary(b.add(unary(y, Unary::kAbs)), Unary::kExp));
  const uint32_t rows = b.add(LayerKind::kDivide, {y, one});
  b.network.outputs = {sum, rows};
  Network simpler = b.network;
  decompose(simpler);
  ASSERT_TRUE(validate(simpler).ok()) << validate(simpler).error().message;
  for (const Layer& layer : simpler.layers) {
    EXPECT_NE(layer.kind, LayerKind::kDivide);
    EXPECT_NE(layer.kind, LayerKind::kMatMul);
  }
  const std::vector<std::vector<float>> inputs{random_reals(random, 24), random_reals(random, 20)};
  const auto before = FloatExecutor::prepare(b.network).value().run(inputs).value();
  const auto after = FloatExecutor::prepare(simpler).value().run(inputs).value();
  for (size_t i = 0; i < before.size(); ++i) {
    for (size_t e = 0; e < before[i].size(); ++e) {
      EXPECT_NEAR(before[i][e], after[i][e], 1e-4);
    }
  }
}

}  // namespace
}  // namespace vouch
