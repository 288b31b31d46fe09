// Random networks of every kind of layer, lowered and run as circuits, against the float executor:
// every output is within the bound that follows from the steps of the codes.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "model/lower/decompose.h"
#include "network/float_executor.h"
#include "network/network_builder.h"
#include "network/validate.h"
#include "prove/quantised_network.h"

namespace vouch {
namespace {

using Random = std::mt19937;

uint32_t pick(Random& random, uint32_t lo, uint32_t hi) {
  return lo + static_cast<uint32_t>(random() % (hi - lo + 1));
}

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

Layer layer_of(LayerKind kind, std::vector<uint32_t> inputs) {
  Layer layer;
  layer.kind = kind;
  layer.inputs = std::move(inputs);
  layer.type_name = "Layer";
  return layer;
}

uint32_t constant(NetworkBuilder& b, Random& random, const Dimensions& shape) {
  return b.constant(shape, random_reals(random, element_count(shape)));
}

WindowShape random_window(Random& random, bool dilated = true) {
  WindowShape w;
  w.kernel_rows = pick(random, 1, 3);
  w.kernel_columns = pick(random, 1, 3);
  w.stride_rows = pick(random, 1, 2);
  w.stride_columns = pick(random, 1, 2);
  w.dilation_rows = dilated ? pick(random, 1, 2) : 1;
  w.dilation_columns = dilated ? pick(random, 1, 2) : 1;
  w.pad_top = static_cast<int32_t>(pick(random, 0, w.kernel_rows - 1));
  w.pad_bottom = static_cast<int32_t>(pick(random, 0, w.kernel_rows - 1));
  w.pad_left = static_cast<int32_t>(pick(random, 0, w.kernel_columns - 1));
  w.pad_right = static_cast<int32_t>(pick(random, 0, w.kernel_columns - 1));
  return w;
}

// Appends a layer that reads x to the network; its output.
using Maker = std::function<uint32_t(NetworkBuilder&, Random&, uint32_t x)>;

uint32_t convolution(NetworkBuilder& b, Random& random, uint32_t x, bool transposed) {
  const Dimensions shape = b.network.tensors[x].shape;
  Layer layer = layer_of(LayerKind::kConvolution, {x});
  layer.window = random_window(random);
  layer.transposed = transposed;
  if (transposed) {
    layer.window.pad_top = layer.window.pad_left = 0;
  }
  layer.groups = shape[1] % 2 == 0 && random() % 2 == 0 ? 2 : random() % 3 == 0 ? shape[1] : 1;
  const uint32_t out = layer.groups * pick(random, 1, 2);
  const Dimensions weights =
      transposed ? Dimensions{shape[1], out / layer.groups, layer.window.kernel_rows,
                              layer.window.kernel_columns}
                 : Dimensions{out, shape[1] / layer.groups, layer.window.kernel_rows,
                              layer.window.kernel_columns};
  layer.inputs.push_back(constant(b, random, weights));
  layer.inputs.push_back(constant(b, random, {out}));
  return b.add(std::move(layer));
}

uint32_t pool(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  Layer layer = layer_of(kind, {x});
  layer.window = random_window(random, kind == LayerKind::kMaxPool);
  layer.count_pads = kind == LayerKind::kAveragePool && random() % 2 == 0;
  return b.add(std::move(layer));
}

uint32_t matmul(NetworkBuilder& b, Random& random, uint32_t x) {
  const uint32_t k = b.network.tensors[x].shape.back();
  const uint32_t n = pick(random, 1, 4);
  return b.add(LayerKind::kMatMul, {x, constant(b, random, {k, n}), constant(b, random, {n})});
}

// A shape that broadcasts to x's.
Dimensions smaller(Random& random, Dimensions shape) {
  for (uint32_t& n : shape) {
    n = random() % 2 == 0 ? n : 1;
  }
  return shape;
}

uint32_t with_constant(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  const Dimensions shape = smaller(random, b.network.tensors[x].shape);
  std::vector<float> reals = random_reals(random, element_count(shape));
  for (float& v : reals) {
    v = kind == LayerKind::kDivide ? v + (v < 0 ? -0.5F : 0.5F) : v;
  }
  return b.add(kind, {x, b.constant(shape, std::move(reals))});
}

uint32_t with_itself(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  Layer slice = layer_of(LayerKind::kSlice, {x});
  Dimensions part = smaller(random, b.network.tensors[x].shape);
  slice.first.assign(part.size(), 0);
  slice.step.assign(part.size(), 1);
  const uint32_t y = b.add(std::move(slice), std::nullopt, part);
  return random() % 2 == 0 ? b.add(kind, {x, y}) : b.add(kind, {y, x});
}

uint32_t unary(NetworkBuilder& b, Random& random, uint32_t x) {
  static constexpr std::array kFunctions{
      Unary::kRelu,        Unary::kClip,     Unary::kLeakyRelu, Unary::kElu,  Unary::kSigmoid,
      Unary::kHardSigmoid, Unary::kTanh,     Unary::kHardSwish, Unary::kSilu, Unary::kGelu,
      Unary::kGeluTanh,    Unary::kSoftplus, Unary::kSoftsign,  Unary::kMish, Unary::kExp,
      Unary::kAbs,         Unary::kNegative, Unary::kErf,       Unary::kAtan, Unary::kSelu};
  Layer layer = layer_of(LayerKind::kUnary, {x});
  layer.function = kFunctions[random() % kFunctions.size()];
  const bool clips = layer.function == Unary::kClip;
  layer.a = clips ? -0.7F : layer.function == Unary::kSilu ? 1.0F : 0.3F;
  layer.b = clips ? 0.9F : 0.5F;
  return b.add(std::move(layer));
}

uint32_t reduction(NetworkBuilder& b, Random& random, uint32_t x, LayerKind kind) {
  Layer layer = layer_of(kind, {x});
  Dimensions kept;
  Dimensions dropped;
  const Dimensions shape = b.network.tensors[x].shape;
  for (uint32_t a = 0; a < shape.size(); ++a) {
    const bool reduced = a != 0 && random() % 2 == 0;
    if (reduced) {
      layer.axes.push_back(a);
    } else {
      dropped.push_back(shape[a]);
    }
    kept.push_back(reduced ? 1 : shape[a]);
  }
  return b.add(std::move(layer), std::nullopt, random() % 2 == 0 ? kept : dropped);
}

uint32_t reshape(NetworkBuilder& b, Random& random, uint32_t x) {
  uint64_t left = element_count(b.network.tensors[x].shape);
  Dimensions shape;
  while (shape.size() < 3) {
    uint32_t n = pick(random, 1, 6);
    n = left % n == 0 ? n : 1;
    shape.push_back(n);
    left /= n;
  }
  shape.push_back(static_cast<uint32_t>(left));
  return b.add(layer_of(LayerKind::kReshape, {x}), std::nullopt, shape);
}

uint32_t transpose(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kTranspose, {x});
  for (uint32_t a = 0; a < b.network.tensors[x].shape.size(); ++a) {
    layer.axes.push_back(a);
  }
  std::shuffle(layer.axes.begin(), layer.axes.end(), random);
  return b.add(std::move(layer));
}

uint32_t concat(NetworkBuilder& b, Random& random, uint32_t x) {
  const auto axis = pick(random, 0, static_cast<uint32_t>(b.network.tensors[x].shape.size()) - 1);
  const uint32_t y = unary(b, random, x);
  Layer layer = layer_of(LayerKind::kConcat, {x, y, x});
  layer.axes = {axis};
  return b.add(std::move(layer));
}

uint32_t slice(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kSlice, {x});
  Dimensions shape = b.network.tensors[x].shape;
  for (uint32_t& n : shape) {
    const bool backwards = random() % 3 == 0;
    layer.step.push_back(backwards ? -1 : int64_t{pick(random, 1, 2)});
    layer.first.push_back(backwards ? n - 1 : pick(random, 0, n - 1));
    n = backwards ? pick(random, 1, n)
                  : (n - 1 - static_cast<uint32_t>(layer.first.back())) /
                            static_cast<uint32_t>(layer.step.back()) +
                        1;
  }
  return b.add(std::move(layer), std::nullopt, shape);
}

uint32_t pad(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kPad, {x});
  layer.pad_mode = static_cast<PadMode>(random() % 3);
  layer.pad_value = random() % 2 == 0 ? 0.0F : 0.75F;
  if (layer.pad_mode != PadMode::kConstant) {
    layer.pad_value = 0;
  }
  for (const uint32_t n : b.network.tensors[x].shape) {
    const uint32_t most = std::min(2U, n - 1);
    layer.begin.push_back(pick(random, 0, most));
    layer.end.push_back(pick(random, 0, most));
  }
  return b.add(std::move(layer));
}

uint32_t gather(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kGather, {x});
  layer.axes = {pick(random, 0, static_cast<uint32_t>(b.network.tensors[x].shape.size()) - 1)};
  for (uint32_t k = 0; k < pick(random, 1, 5); ++k) {
    layer.indices.push_back(pick(random, 0, b.network.tensors[x].shape[layer.axes[0]] - 1));
  }
  return b.add(std::move(layer));
}

uint32_t expand(NetworkBuilder& b, Random& random, uint32_t x) {
  const Dimensions shape = b.network.tensors[x].shape;
  const uint32_t one = reduction(b, random, x, LayerKind::kReduceMean);
  const bool kept = b.network.tensors[one].shape.size() == shape.size();
  return b.add(layer_of(LayerKind::kExpand, {kept ? one : x}), std::nullopt, shape);
}

uint32_t resize(NetworkBuilder& b, Random& random, uint32_t x) {
  Layer layer = layer_of(LayerKind::kResize, {x});
  for (const uint32_t n : b.network.tensors[x].shape) {
    ResizeAxis& axis = layer.resize.emplace_back();
    if (n > 1 && random() % 2 == 0) {
      for (uint32_t o = 0; o < pick(random, 1, 5); ++o) {
        const float share = static_cast<float>(pick(random, 0, 9)) / 9;
        const uint32_t i = pick(random, 0, n - 2);
        axis.outputs.push_back({{i, share}, {i + 1, 1 - share}});
      }
    }
  }
  return b.add(std::move(layer));
}

uint32_t prelu(NetworkBuilder& b, Random& random, uint32_t x) {
  const Dimensions shape = smaller(random, b.network.tensors[x].shape);
  return b.add(LayerKind::kPRelu, {x, constant(b, random, shape)});
}

const std::vector<std::pair<std::string, Maker>>& makers() {
  static const auto kind_of = [](auto f, auto... arguments) -> Maker {
    return [=](NetworkBuilder& b, Random& random, uint32_t x) {
      return f(b, random, x, arguments...);
    };
  };
  static const std::vector<std::pair<std::string, Maker>> all{
      {"Convolution", kind_of(convolution, false)},
      {"Transposed", kind_of(convolution, true)},
      {"AveragePool", kind_of(pool, LayerKind::kAveragePool)},
      {"MaxPool", kind_of(pool, LayerKind::kMaxPool)},
      {"MatMul", matmul},
      {"AddConstant", kind_of(with_constant, LayerKind::kAdd)},
      {"MultiplyConstant", kind_of(with_constant, LayerKind::kMultiply)},
      {"DivideConstant", kind_of(with_constant, LayerKind::kDivide)},
      {"Add", kind_of(with_itself, LayerKind::kAdd)},
      {"Multiply", kind_of(with_itself, LayerKind::kMultiply)},
      {"Maximum", kind_of(with_itself, LayerKind::kMaximum)},
      {"Minimum", kind_of(with_itself, LayerKind::kMinimum)},
      {"Unary", unary},
      {"PRelu", prelu},
      {"ReduceMean", kind_of(reduction, LayerKind::kReduceMean)},
      {"ReduceSum", kind_of(reduction, LayerKind::kReduceSum)},
      {"ReduceMax", kind_of(reduction, LayerKind::kReduceMax)},
      {"ReduceMin", kind_of(reduction, LayerKind::kReduceMin)},
      {"Reshape", reshape},
      {"Transpose", transpose},
      {"Concat", concat},
      {"Slice", slice},
      {"Pad", pad},
      {"Gather", gather},
      {"Expand", expand},
      {"Resize", resize}};
  return all;
}

bool is_window(size_t maker) { return maker < 4; }

class Lowering : public testing::TestWithParam<size_t> {};

// The layer alone, and between a function and a pad.
TEST_P(Lowering, IsWithinItsBound) {
  const auto& [name, make] = makers()[GetParam()];
  for (uint32_t seed = 0; seed < 25; ++seed) {
    Random random(1000 * static_cast<uint32_t>(GetParam()) + seed);
    NetworkBuilder b;
    const bool batch = is_window(GetParam()) && seed % 5 == 0;
    uint32_t x =
        b.input({batch ? 2U : 1U, pick(random, 1, 4), pick(random, 5, 7), pick(random, 5, 7)});
    if (seed % 2 == 1 && !batch) {
      x = unary(b, random, x);
    }
    if (seed % 3 == 2 && !batch) {
      x = pad(b, random, x);
    }
    uint32_t y = make(b, random, x);
    if (seed % 4 == 3) {
      y = unary(b, random, y);
    }
    b.network.outputs = {y};
    expect_within_bounds(b.network, random, name + " " + std::to_string(seed) + ": ");
    if (HasFatalFailure()) {
      return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Lowering, testing::Range<size_t>(0, 26),
                         [](const auto& test) { return makers()[test.param].first; });

TEST(LoweredNetworks, ChainsOfMovesAreWithinTheirBounds) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    NetworkBuilder b;
    uint32_t x = b.input({1, pick(random, 1, 4), pick(random, 1, 5), pick(random, 1, 6)});
    std::string what = std::to_string(seed) + " ";
    for (int k = 0; k < 4; ++k) {
      const size_t maker = 4 + random() % (makers().size() - 4);
      what += makers()[maker].first + " ";
      x = makers()[maker].second(b, random, x);
    }
    b.network.outputs = {x};
    expect_within_bounds(b.network, random, what);
  }
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
  b.network.outputs = {product, b.add(std::move(relu)), transpose(b, random, sum)};
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
    return made.ok() ? "" : made.error().message;
  };
  Random random(1);
  {
    NetworkBuilder b;
    refused(b, unary(b, random, b.input({1, 70000})));
  }
  {
    NetworkBuilder b;
    refused(b, unary(b, random, b.input({1, 3, 5000, 5000})));
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
