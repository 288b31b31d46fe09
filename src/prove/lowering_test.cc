// Random networks of every kind of layer, lowered and run as circuits, against the float executor:
// every output is within the bound that follows from the steps of the codes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "model/lower/decompose.h"
#include "model/resize_axis.h"
#include "network/float_executor.h"
#include "network/network_builder.h"
#include "network/validate.h"
#include "prove/quantised_network.h"
#include "prove/random_layers.h"

namespace vouch {
namespace {

using Random = std::mt19937;

// Values of a network's output in the circuit and in floats, and the bound of their difference.
void expect_within_bounds(Network network, Random& random, const std::string& what) {
  decompose(network);
  ASSERT_TRUE(validate(network).ok()) << what << validate(network).error().message;
  Sample sample;
  for (const uint32_t input : network.inputs) {
    sample.push_back(random_reals(random, element_count(network.tensors[input].shape)));
  }
  const auto executor = FloatExecutor::prepare(network);
  ASSERT_TRUE(executor.ok()) << what << executor.error().message;
  const auto expected = executor.value().run(sample);
  ASSERT_TRUE(expected.ok());
  const auto quantised =
      QuantisedNetwork::make(network, std::vector<Sample>{sample}, RangeChoice::kMinMax, 20);
  ASSERT_TRUE(quantised.ok()) << what << quantised.error().message;
  const auto got = quantised.value().run(sample);
  ASSERT_TRUE(got.ok()) << what << got.error().message;
  for (size_t i = 0; i < got.value().size(); ++i) {
    const QuantisedOutput& output = got.value()[i];
    ASSERT_EQ(output.values.size(), expected.value()[i].size()) << what;
    for (size_t e = 0; e < output.values.size(); ++e) {
      const double wanted = expected.value()[i][e];
      EXPECT_LE(std::abs(double{output.values[e]} - wanted),
                output.bounds[e] + 1e-5 * std::abs(wanted) + 1e-6)
          << what << " output " << i << "[" << e << "]: " << output.values[e] << ", " << wanted;
    }
  }
}

class Lowering : public testing::TestWithParam<size_t> {};

// The layer alone, and between a function and a pad.
TEST_P(Lowering, IsWithinItsBound) {
  const auto& [name, make] = layer_makers()[GetParam()];
  for (uint32_t seed = 0; seed < 25; ++seed) {
    Random random(1000 * static_cast<uint32_t>(GetParam()) + seed);
    NetworkBuilder b;
    const bool batch = GetParam() < kWindowMakers && seed % 5 == 0;
    uint32_t x =
        b.input({batch ? 2U : 1U, pick(random, 1, 4), pick(random, 5, 7), pick(random, 5, 7)});
    if (seed % 2 == 1 && !batch) {
      x = layer_maker("Unary")(b, random, x);
    }
    if (seed % 3 == 2 && !batch) {
      x = layer_maker("Pad")(b, random, x);
    }
    uint32_t y = make(b, random, x);
    if (seed % 4 == 3) {
      y = layer_maker("Unary")(b, random, y);
    }
    b.network.outputs = {y};
    expect_within_bounds(b.network, random, name + " " + std::to_string(seed) + ": ");
    if (HasFatalFailure()) {
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Lowering, testing::Range<size_t>(0, 29),
                         [](const auto& test) { return layer_makers()[test.param].first; });

TEST(LoweredNetworks, ChainsOfMovesAreWithinTheirBounds) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    NetworkBuilder b;
    uint32_t x = b.input({1, pick(random, 1, 4), pick(random, 1, 5), pick(random, 1, 6)});
    std::string what = std::to_string(seed) + " ";
    for (int k = 0; k < 4; ++k) {
      const size_t maker = kWindowMakers + random() % (layer_makers().size() - kWindowMakers);
      what += layer_makers()[maker].first + " ";
      x = layer_makers()[maker].second(b, random, x);
    }
    b.network.outputs = {x};
    expect_within_bounds(b.network, random, what);
  }
}

// Ratios that are no powers of two along two axes: the operator's one weight is divided by both
// axes' denominators, and must not vanish.
TEST(LoweredNetworks, LinearResizesOfAnyRatioAreClose) {
  for (const auto& [from, to] : {std::pair{16U, 24U}, {5U, 12U}, {4U, 7U}, {18U, 10U}, {8U, 5U}}) {
    Random random(from);
    NetworkBuilder b;
    Layer layer = layer_of(LayerKind::kResize, {b.input({1, 2, from, from})});
    Sampling linear;
    linear.interpolation = Interpolation::kLinear;
    linear.coordinates = "half_pixel";
    const ResizeAxis axis = resize_axis(linear, {from, to, static_cast<double>(to) / from});
    layer.resize = {{}, {}, axis, axis};
    b.network.outputs = {b.add(std::move(layer))};
    Network& network = b.network;
    decompose(network);
    ASSERT_TRUE(validate(network).ok()) << validate(network).error().message;
    const std::vector<Sample> samples{{random_reals(random, size_t{2} * from * from)}};
    const auto expected = FloatExecutor::prepare(network).value().run(samples[0]).value()[0];
    const auto made = QuantisedNetwork::make(network, samples, RangeChoice::kMinMax, 18);
    ASSERT_TRUE(made.ok()) << made.error().message;
    const auto got = made.value().run(samples[0]).value()[0].values;
    const auto [lowest, highest] = std::minmax_element(expected.begin(), expected.end());
    const double step = (*highest - *lowest) / 255;
    for (size_t i = 0; i < got.size(); ++i) {
      ASSERT_LE(std::abs(double{got[i]} - expected[i]), 3 * step) << from << " to " << to;
    }
  }
}

// Files hold [row][column][channel]: so must an input that no window reads, whichever axes it has.
TEST(LoweredNetworks, InputsWithoutWindowsLieAsTheirFilesDo) {
  const auto shape_of_input = [](Dimensions shape) {
    Random random(1);
    NetworkBuilder b;
    Layer flat = layer_of(LayerKind::kReshape, {b.input(std::move(shape))});
    b.network.outputs = {b.add(std::move(flat), std::nullopt, {1, 60})};
    decompose(b.network);
    const std::vector<Sample> samples{{random_reals(random, 60)}};
    const auto made = QuantisedNetwork::make(b.network, samples, RangeChoice::kMinMax, 18);
    return made.value().lowered().circuit.input().shape;
  };
  EXPECT_EQ(shape_of_input({1, 1, 10, 6}), (Shape{1, 1, 10, 6}));
  EXPECT_EQ(shape_of_input({1, 10, 6}), (Shape{1, 1, 10, 6}));
  EXPECT_EQ(shape_of_input({1, 10, 6, 1}), (Shape{1, 1, 10, 6}));
  EXPECT_EQ(shape_of_input({1, 5, 6, 2}), (Shape{2, 1, 5, 6}));
  EXPECT_EQ(shape_of_input({1, 3, 5, 4}), (Shape{3, 1, 5, 4}));
  EXPECT_EQ(shape_of_input({1, 60}), (Shape{60, 1, 1, 1}));
}

TEST(LoweredNetworks, SeveralInputsAndOutputs) {
  Random random(3);
  NetworkBuilder b;
  const uint32_t x = b.input({1, 2, 5, 4});
  const uint32_t y = b.input({2, 1, 4});
  const uint32_t z = b.input({3});
  const uint32_t sum = b.add(LayerKind::kAdd, {x, y});
  const uint32_t product = b.add(LayerKind::kMultiply, {sum, y});
  Layer relu = layer_of(LayerKind::kUnary, {z});
  relu.function = Unary::kRelu;
  b.network.outputs = {product, b.add(std::move(relu)), layer_maker("Transpose")(b, random, sum)};
  expect_within_bounds(b.network, random, "");
}

TEST(LoweredNetworks, NegativeZerosAreZeros) {
  Random random(4);
  NetworkBuilder b;
  const uint32_t x = b.input({1, 3});
  const uint32_t zeros = b.constant({3}, std::vector<float>{-0.0F, 0.0F, 1.0F});
  b.network.outputs = {b.add(LayerKind::kAdd, {b.add(LayerKind::kMultiply, {x, zeros}), zeros})};
  expect_within_bounds(b.network, random, "");
}

// What a circuit has no room for is refused, whatever its size.
TEST(LoweredNetworks, WhatIsTooLargeIsRefused) {
  const auto refused = [](NetworkBuilder& b, uint32_t y) {
    b.network.outputs = {y};
    Network& network = b.network;
    for (NetworkTensor& tensor : network.tensors) {
      if (!tensor.constant) tensor.codes = CodeScale{0.1F, 100, false};
    }
    const auto made = QuantisedNetwork::make(network, {}, RangeChoice::kMinMax, 20);
    EXPECT_FALSE(made.ok());
    EXPECT_TRUE(made.ok() || made.error().message.find("; ") != std::string::npos)
        << made.error().message;
    return made.ok() ? "" : made.error().message;
  };
  Random random(1);
  {
    NetworkBuilder b;
    refused(b, layer_maker("Unary")(b, random, b.input({1, 70000})));
  }
  {
    NetworkBuilder b;
    refused(b, layer_maker("Unary")(b, random, b.input({1, 3, 5000, 5000})));
  }
  {
    NetworkBuilder b;
    Layer layer = layer_of(LayerKind::kPad, {b.input({1, 3, 8, 8})});
    layer.begin = {0, 0, 100000, 0};
    layer.end = {0, 0, 0, 0};
    refused(b, b.add(std::move(layer)));
  }
  {
    NetworkBuilder b;
    Layer layer = layer_of(LayerKind::kAveragePool, {b.input({1, 1, 4000, 1})});
    layer.window.kernel_rows = 3000;
    refused(b, b.add(std::move(layer)));
  }
  {
    NetworkBuilder b;
    Layer layer = layer_of(LayerKind::kMaxPool, {b.input({1, 1, 400, 400})});
    layer.window.kernel_rows = 400;
    layer.window.kernel_columns = 400;
    refused(b, b.add(std::move(layer)));
  }
  {
    NetworkBuilder b;
    const uint32_t x = b.input({1, 4});
    refused(b, b.add(LayerKind::kDivide, {x, b.constant({1}, std::vector<float>{0})}));
  }
  {
    NetworkBuilder b;
    uint32_t x = b.input({1, 4});
    for (int k = 0; k < 520; ++k) {
      x = b.add(LayerKind::kAdd, {x, x});
    }
    EXPECT_NE(refused(b, x).find("512"), std::string::npos);
  }
  {
    NetworkBuilder b;
    Layer layer = layer_of(LayerKind::kGather, {b.input({1, 100})});
    layer.axes = {1};
    layer.indices.assign(70000, 3);
    refused(b, b.add(std::move(layer)));
  }
}

}  // namespace
}  // namespace vouch
