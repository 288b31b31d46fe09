#include "network/float_executor.h"

#include <cmath>
#include <map>

#include "base/parallel.h"
#include "network/constants.h"
#include "network/network_checks.h"

namespace vouch {
namespace {

std::vector<float> multiply(const std::vector<float>& a, const Dimensions& left,
                            const std::vector<float>& b, const Dimensions& right,
                            const Dimensions& out) {
  std::vector<float> y;
  each_index(out, [&](const Index& index) {
    double sum = 0;
    for (uint32_t k = 0; k < left.back(); ++k) {
      Index l = index;
      l.back() = k;
      Index r = index;
      if (r.size() == 1) {
        r.insert(r.begin(), 0);
      }
      r[r.size() - 2] = k;
      sum += double{element(a, left, l)} * element(b, right, r);
    }
    y.push_back(static_cast<float>(sum));
  });
  return y;
}

TEST(FloatMatMul, ByAConstantIsTheDefinition) {
  std::mt19937 random(5);
  for (const Dimensions& left : std::vector<Dimensions>{{7}, {1, 7}, {3, 7}, {40, 7}, {2, 9, 7}}) {
    for (const uint32_t columns : {1U, 4U, 13U, 80U}) {
      for (const bool biased : {false, true}) {
        NetworkBuilder builder;
        const std::vector<float> x = random_reals(random, element_count(left));
        const std::vector<float> w = random_reals(random, size_t{7} * columns);
        const std::vector<float> bias = random_reals(random, columns);
        std::vector<uint32_t> inputs = {builder.input(left), builder.constant({7, columns}, w)};
        if (biased) {
          inputs.push_back(builder.constant({columns}, bias));
        }
        Dimensions out = left;
        out.back() = columns;
        builder.add(LayerKind::kMatMul, inputs);
        ASSERT_EQ(builder.network.tensors.back().shape, out);
        std::vector<float> expected = multiply(x, left, w, {7, columns}, out);
        for (size_t i = 0; biased && i < expected.size(); ++i) {
          expected[i] += bias[i % columns];
        }
        expect_near(run_last(builder, {x}), expected, 1e-5F);
      }
    }
  }
}

TEST(FloatMatMul, OfActivationsBroadcastsBatches) {
  std::mt19937 random(6);
  struct Case {
    Dimensions left, right, out;
  };
  for (const Case& c : std::vector<Case>{{{3, 5}, {5, 2}, {3, 2}},
                                         {{2, 3, 5}, {2, 5, 18}, {2, 3, 18}},
                                         {{4, 1, 3, 5}, {2, 5, 2}, {4, 2, 3, 2}},
                                         {{3, 5}, {2, 2, 5, 1}, {2, 2, 3, 1}}}) {
    NetworkBuilder builder;
    const std::vector<float> a = random_reals(random, element_count(c.left));
    const std::vector<float> b = random_reals(random, element_count(c.right));
    builder.add(LayerKind::kMatMul, {builder.input(c.left), builder.input(c.right)});
    ASSERT_EQ(builder.network.tensors.back().shape, c.out);
    expect_near(run_last(builder, {a, b}), multiply(a, c.left, b, c.right, c.out), 1e-5F);
  }
}

TEST(RealsOf, ScalesAlongAnAxis) {
  EXPECT_EQ(reals_of({{}, {1, -2, 3, 4, 5, 6}, {0.5F, 2}, 1}, {1, 2, 3}),
            (std::vector<float>{0.5F, -1, 1.5F, 8, 10, 12}));
  EXPECT_EQ(reals_of({{}, {1, -2}, {0.25F}, 0}, {2}), (std::vector<float>{0.25F, -0.5F}));
  EXPECT_EQ(reals_of({{3, 4}, {}, {}, 0}, {2}), (std::vector<float>{3, 4}));
  // 2^30 + 1 is no float: the product is rounded once.
  EXPECT_EQ(reals_of({{}, {(1 << 30) + 64}, {3}, 0}, {1})[0],
            static_cast<float>(3.0 * ((1 << 30) + 64)));
}

// A quantised layer as its framework defines it: codes in, codes out.
TEST(FloatExecutor, RoundsWhatTheFileQuantises) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({1, 2}, CodeScale{0.5F, 10, false});
  const uint32_t w = builder.constant({2, 2}, Constant{{}, {3, -1, 2, 7}, {0.1F}, 0});
  Layer layer;
  layer.kind = LayerKind::kMatMul;
  layer.inputs = {x, w};
  builder.add(layer, CodeScale{0.2F, 100, true});
  // The input becomes codes 13 and 6: 1.5 and −2. The sums 0.05 and −1.55 are 0.25 and −7.75 steps.
  const std::vector<float> y = run_last(builder, {{1.6F, -1.9F}});
  expect_near(y, {0, -1.6F}, 1e-6F);
}

TEST(FloatExecutor, ObservesEveryActivationOnceAndKeepsOutputs) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({2});
  const uint32_t unused = builder.input({1});
  const uint32_t sum = builder.add(LayerKind::kAdd, {x, x});
  const uint32_t product = builder.add(LayerKind::kMultiply, {sum, x});
  const uint32_t dead = builder.add(LayerKind::kIdentity, {product});
  const uint32_t c = builder.constant({1}, std::vector<float>{9});
  builder.network.outputs = {product, sum, x, c, product};
  const Result<FloatExecutor> executor = FloatExecutor::prepare(builder.network);
  ASSERT_TRUE(executor.ok());
  std::map<uint32_t, std::vector<float>> seen;
  const std::vector<std::vector<float>> inputs = {{1, 3}, {0}};
  const auto outputs =
      executor.value().run(inputs, [&](uint32_t tensor, std::span<const float> values) {
        EXPECT_TRUE(seen.emplace(tensor, std::vector<float>(values.begin(), values.end())).second);
      });
  ASSERT_TRUE(outputs.ok());
  EXPECT_EQ(outputs.value(),
            (std::vector<std::vector<float>>{{2, 18}, {2, 6}, {1, 3}, {9}, {2, 18}}));
  EXPECT_EQ(seen,
            (std::map<uint32_t, std::vector<float>>{
                {x, {1, 3}}, {unused, {0}}, {sum, {2, 6}}, {product, {2, 18}}, {dead, {2, 18}}}));
}

TEST(FloatExecutor, RoundsToCodesOrCutsToTheirRange) {
  NetworkBuilder builder;
  const uint32_t sum = builder.add(LayerKind::kIdentity, {builder.input({3})});
  builder.network.tensors[sum].codes = CodeScale{1, 0, false};
  builder.network.outputs = {sum};
  const std::vector<std::vector<float>> inputs = {{1.25F, -1, 300}};
  const auto rounded = FloatExecutor::prepare(builder.network).value().run(inputs).value();
  EXPECT_EQ(rounded[0], (std::vector<float>{1, 0, 255}));
  const auto cut =
      FloatExecutor::prepare(builder.network, FloatRounding::kToRanges).value().run(inputs).value();
  EXPECT_EQ(cut[0], (std::vector<float>{1.25F, 0, 255}));
}

TEST(FloatExecutor, RefusesInputsOfOtherSizes) {
  NetworkBuilder builder;
  builder.network.outputs = {builder.add(LayerKind::kIdentity, {builder.input({2, 2})})};
  const Result<FloatExecutor> executor = FloatExecutor::prepare(builder.network);
  ASSERT_TRUE(executor.ok());
  const std::vector<std::vector<float>> short_one = {{1, 2, 3}};
  const auto refused = executor.value().run(short_one);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "input 't0' is [2, 2], and not of 3 values; give it as many");
  EXPECT_FALSE(executor.value().run({}).ok());
}

TEST(FloatExecutor, RefusesWorkWithoutEnd) {
  NetworkBuilder builder;
  Layer layer;
  layer.kind = LayerKind::kAveragePool;
  layer.type_name = "AveragePool";
  layer.name = "pool";
  layer.count_pads = true;
  layer.window.kernel_rows = layer.window.kernel_columns = 1 << 14;
  layer.window.pad_top = layer.window.pad_left = 1 << 14;
  layer.inputs = {builder.input({1, 1, 200, 200})};
  builder.add(layer);
  const Result<FloatExecutor> executor = FloatExecutor::prepare(builder.network);
  ASSERT_FALSE(executor.ok());
  EXPECT_EQ(executor.error().message,
            "AveragePool 'pool': until here the network takes more than 2^40 multiplications; make "
            "its input smaller");
}

TEST(FloatExecutor, RefusesMemoryWithoutEnd) {
  // Copies of 2^26 numbers: a chain of them is freed on the way, a sum of them all is not.
  const auto copies = [](size_t n, bool kept) {
    NetworkBuilder builder;
    std::vector<uint32_t> made = {builder.input({1U << 26})};
    for (size_t i = 0; i < n; ++i) {
      made.push_back(builder.add(LayerKind::kUnary, {kept ? made[0] : made.back()}));
    }
    builder.network.outputs = {made.back()};
    if (kept) {
      builder.network.outputs = made;
    }
    return FloatExecutor::prepare(builder.network);
  };
  EXPECT_TRUE(copies(100, false).ok());
  EXPECT_TRUE(copies(15, true).ok());
  const Result<FloatExecutor> refused = copies(16, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            ": here the network holds more than 2^30 numbers at once; make its input smaller");
}

TEST(FloatExecutor, RefusesSumsWithoutEnd) {
  NetworkBuilder builder;
  builder.add(LayerKind::kMatMul, {builder.input({1, 1U << 21}), builder.input({1U << 21, 1})});
  const Result<FloatExecutor> refused = FloatExecutor::prepare(builder.network);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, ": sums of more than 2^20 products; split it");
}

TEST(FloatExecutor, TellsWhatValidateFinds) {
  NetworkBuilder builder;
  builder.add(LayerKind::kIdentity, {builder.input({2})});
  builder.network.layers[0].inputs[0] = 7;
  EXPECT_FALSE(FloatExecutor::prepare(builder.network).ok());
}

TEST(FloatExecutor, DoesNotDependOnThreads) {
  std::mt19937 random(7);
  NetworkBuilder builder;
  Layer layer;
  layer.kind = LayerKind::kConvolution;
  layer.window.kernel_rows = layer.window.kernel_columns = 3;
  layer.inputs = {builder.input({1, 8, 20, 20}),
                  builder.constant({70, 8, 3, 3}, random_reals(random, size_t{70} * 72))};
  builder.add(layer);
  const std::vector<float> x = random_reals(random, 3200);
  const std::vector<float> several = run_last(builder, {x});
  set_thread_count(1);
  const std::vector<float> one = run_last(builder, {x});
  set_thread_count(0);
  EXPECT_EQ(several, one);
}

}  // namespace
}  // namespace vouch
