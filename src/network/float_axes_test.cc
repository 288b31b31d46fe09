#include "network/float_axes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "network/network_checks.h"

namespace vouch {
namespace {

TEST(FloatReduce, IsTheDefinition) {
  std::mt19937 random(4);
  const Dimensions extents = {2, 3, 4, 2};
  const std::vector<float> x = random_reals(random, element_count(extents));
  for (const std::vector<uint32_t>& axes : std::vector<std::vector<uint32_t>>{
           {}, {0}, {1}, {3}, {2, 3}, {3, 1}, {0, 2}, {0, 1, 2, 3}}) {
    for (const LayerKind kind : {LayerKind::kReduceMean, LayerKind::kReduceSum,
                                 LayerKind::kReduceMax, LayerKind::kReduceMin}) {
      for (const bool keeps : {true, false}) {
        std::map<Index, std::vector<double>> collected;
        each_index(extents, [&](const Index& index) {
          Index to = index;
          for (const uint32_t axis : axes) {
            to[axis] = 0;
          }
          collected[to].push_back(element(x, extents, index));
        });
        std::vector<float> expected;
        for (const auto& [index, values] : collected) {
          double sum = 0;
          for (const double v : values) {
            sum += v;
          }
          const double result =
              kind == LayerKind::kReduceMean  ? sum / static_cast<double>(values.size())
              : kind == LayerKind::kReduceSum ? sum
              : kind == LayerKind::kReduceMax ? *std::max_element(values.begin(), values.end())
                                              : *std::min_element(values.begin(), values.end());
          expected.push_back(static_cast<float>(result));
        }
        NetworkBuilder builder;
        Layer layer;
        layer.kind = kind;
        layer.axes = axes;
        layer.inputs = {builder.input(extents)};
        builder.add(layer, std::nullopt, Dimensions(keeps ? 4 : 4 - axes.size(), 1));
        expect_near(run_last(builder, {x}), expected, 1e-5F);
      }
    }
  }
}

// The middle axis of [2, 3, 2] has the lines 1 3 2, 0 0 0, 1000 0 1000, −1 5 5.
const std::vector<float> kLines = {1, 0, 3, 0, 2, 0, 1000, -1, 0, 5, 1000, 5};

std::vector<float> along_middle(Layer layer, const Dimensions& y) {
  NetworkBuilder builder;
  layer.axes = {1};
  layer.inputs = {builder.input({2, 3, 2})};
  builder.add(layer, std::nullopt, y);
  EXPECT_EQ(builder.network.tensors.back().shape, y);
  return run_last(builder, {kLines});
}

TEST(FloatAlongAxis, Softmax) {
  Layer layer;
  layer.kind = LayerKind::kSoftmax;
  const float third = 1.0F / 3;
  expect_near(along_middle(layer, {2, 3, 2}),
              {0.0900306F, third, 0.6652410F, third, 0.2447285F, third, 0.5F, 0.0012378F, 0,
               0.4993811F, 0.5F, 0.4993811F},
              1e-6F);
  layer.kind = LayerKind::kLogSoftmax;
  const std::vector<float> logarithms = along_middle(layer, {2, 3, 2});
  EXPECT_NEAR(logarithms[0], -2.4076059F, 1e-6F);
  EXPECT_NEAR(logarithms[1], -1.0986123F, 1e-6F);
  EXPECT_NEAR(logarithms[8], -1000.6931F, 1e-3F);
}

TEST(FloatAlongAxis, ArgMaxIsTheFirstOfEquals) {
  Layer layer;
  layer.kind = LayerKind::kArgMax;
  EXPECT_EQ(along_middle(layer, {2, 2}), (std::vector<float>{1, 0, 0, 1}));
  EXPECT_EQ(along_middle(layer, {2, 1, 2}), (std::vector<float>{1, 0, 0, 1}));
  layer.last_of_equals = true;
  EXPECT_EQ(along_middle(layer, {2, 2}), (std::vector<float>{1, 2, 2, 2}));
}

TEST(FloatAlongAxis, ArgMaxOfSeveralAndOfTheSmallest) {
  Layer layer;
  layer.kind = LayerKind::kArgMax;
  layer.count = 2;
  EXPECT_EQ(along_middle(layer, {2, 2, 2}), (std::vector<float>{1, 0, 2, 1, 0, 1, 2, 2}));
  layer.smallest = true;
  EXPECT_EQ(along_middle(layer, {2, 2, 2}), (std::vector<float>{0, 0, 2, 1, 1, 0, 0, 1}));
}

TEST(FloatAlongAxis, TopKIsSorted) {
  Layer layer;
  layer.kind = LayerKind::kTopK;
  layer.count = 2;
  EXPECT_EQ(along_middle(layer, {2, 2, 2}), (std::vector<float>{3, 0, 2, 0, 1000, 5, 1000, 5}));
  layer.smallest = true;
  EXPECT_EQ(along_middle(layer, {2, 2, 2}), (std::vector<float>{1, 0, 2, 0, 0, -1, 1000, 5}));
}

TEST(FloatResize, SumsTapsAlongEveryAxis) {
  NetworkBuilder builder;
  Layer layer;
  layer.kind = LayerKind::kResize;
  layer.inputs = {builder.input({1, 2, 3})};
  layer.resize.resize(3);
  layer.resize[1].outputs = {{{0, 1}}, {{0, 0.5F}, {1, 0.5F}}, {{1, 1}}, {{1, 1}}};  // 2 to 4
  layer.resize[2].outputs = {{{0, 0.25F}, {1, 0.75F}}, {{2, 1}}};                    // 3 to 2
  builder.add(layer);
  EXPECT_EQ(builder.network.tensors.back().shape, (Dimensions{1, 4, 2}));
  EXPECT_EQ(run_last(builder, {{0, 4, 8, 10, 20, 30}}),
            (std::vector<float>{3, 8, 10.25F, 19, 17.5F, 30, 17.5F, 30}));
}

}  // namespace
}  // namespace vouch
