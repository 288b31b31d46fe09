#include "network/float_elements.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "network/network_checks.h"

namespace vouch {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

struct UnaryCase {
  Unary function;
  float a, b, x, y;
};

// Values from tables and closed forms.
TEST(FloatUnary, HasKnownValues) {
  const std::array cases = {
      UnaryCase{Unary::kRelu, 0, 0, -2, 0},
      UnaryCase{Unary::kRelu, 0, 0, 2, 2},
      UnaryCase{Unary::kClip, 0, 6, 7, 6},
      UnaryCase{Unary::kClip, 0, 6, -1, 0},
      UnaryCase{Unary::kClip, -kInf, 1, -50, -50},
      UnaryCase{Unary::kLeakyRelu, 0.1F, 0, -2, -0.2F},
      UnaryCase{Unary::kLeakyRelu, 0.1F, 0, 3, 3},
      UnaryCase{Unary::kElu, 2, 0, -1, -1.2642411F},
      UnaryCase{Unary::kElu, 2, 0, 1.5F, 1.5F},
      UnaryCase{Unary::kSelu, 1.6732632F, 1.0507010F, -1, -1.1113307F},
      UnaryCase{Unary::kSelu, 1.6732632F, 1.0507010F, 2, 2.101402F},
      UnaryCase{Unary::kCelu, 2, 0, -2, -1.2642411F},
      UnaryCase{Unary::kCelu, 2, 0, 2, 2},
      UnaryCase{Unary::kThresholdedRelu, 1, 0, 1, 0},
      UnaryCase{Unary::kThresholdedRelu, 1, 0, 1.5F, 1.5F},
      UnaryCase{Unary::kSigmoid, 0, 0, 1, 0.7310586F},
      UnaryCase{Unary::kSigmoid, 0, 0, -1000, 0},
      UnaryCase{Unary::kHardSigmoid, 0.2F, 0.5F, 1, 0.7F},
      UnaryCase{Unary::kHardSigmoid, 0.2F, 0.5F, -9, 0},
      UnaryCase{Unary::kTanh, 0, 0, 0.5F, 0.4621172F},
      UnaryCase{Unary::kHardSwish, 0, 0, 1, 0.6666667F},
      UnaryCase{Unary::kHardSwish, 0, 0, -4, 0},
      UnaryCase{Unary::kSilu, 1, 0, 2, 1.7615942F},
      UnaryCase{Unary::kSilu, 1.702F, 0, 1, 0.8457958F},
      UnaryCase{Unary::kGelu, 0, 0, 1, 0.8413447F},
      UnaryCase{Unary::kGelu, 0, 0, -1, -0.1586553F},
      UnaryCase{Unary::kGeluTanh, 0, 0, 1, 0.8411920F},
      UnaryCase{Unary::kSoftplus, 0, 0, 0, 0.6931472F},
      UnaryCase{Unary::kSoftplus, 0, 0, 1000, 1000},
      UnaryCase{Unary::kSoftsign, 0, 0, -3, -0.75F},
      UnaryCase{Unary::kMish, 0, 0, 1, 0.8650984F},
      UnaryCase{Unary::kExp, 0, 0, 1, 2.7182818F},
      UnaryCase{Unary::kLog, 0, 0, 10, 2.3025851F},
      UnaryCase{Unary::kSqrt, 0, 0, 2, 1.4142136F},
      UnaryCase{Unary::kReciprocal, 0, 0, -4, -0.25F},
      UnaryCase{Unary::kAbs, 0, 0, -3, 3},
      UnaryCase{Unary::kNegative, 0, 0, -3, 3},
      UnaryCase{Unary::kPower, 3, 0, -2, -8},
      UnaryCase{Unary::kErf, 0, 0, 0.5F, 0.5204999F},
      UnaryCase{Unary::kSin, 0, 0, 1, 0.8414710F},
      UnaryCase{Unary::kCos, 0, 0, 1, 0.5403023F},
      UnaryCase{Unary::kTan, 0, 0, 1, 1.5574077F},
      UnaryCase{Unary::kAsin, 0, 0, 0.5F, 0.5235988F},
      UnaryCase{Unary::kAcos, 0, 0, 0.5F, 1.0471976F},
      UnaryCase{Unary::kAtan, 0, 0, 1, 0.7853982F},
      UnaryCase{Unary::kSinh, 0, 0, 1, 1.1752012F},
      UnaryCase{Unary::kCosh, 0, 0, 1, 1.5430806F},
      UnaryCase{Unary::kAsinh, 0, 0, 1, 0.8813736F},
      UnaryCase{Unary::kAcosh, 0, 0, 2, 1.3169579F},
      UnaryCase{Unary::kAtanh, 0, 0, 0.5F, 0.5493061F},
      UnaryCase{Unary::kFloor, 0, 0, -1.5F, -2},
      UnaryCase{Unary::kCeil, 0, 0, -1.5F, -1},
      UnaryCase{Unary::kRound, 0, 0, 2.5F, 2},
      UnaryCase{Unary::kRound, 0, 0, 3.5F, 4},
      UnaryCase{Unary::kSign, 0, 0, -7, -1},
      UnaryCase{Unary::kSign, 0, 0, 0, 0},
      UnaryCase{Unary::kShrink, 1, 0.25F, -2, -1.75F},
      UnaryCase{Unary::kShrink, 1, 0.25F, 2, 1.75F},
      UnaryCase{Unary::kShrink, 1, 0.25F, 1, 0},
  };
  std::array<bool, static_cast<size_t>(Unary::kShrink) + 1> seen{};
  for (const UnaryCase& c : cases) {
    Layer layer;
    layer.kind = LayerKind::kUnary;
    layer.function = c.function;
    layer.a = c.a;
    layer.b = c.b;
    const std::vector<float> x(3, c.x);
    std::vector<float> y(3, -77);
    float_unary(layer, x.data(), x.size(), y.data());
    for (const float each : y) {
      EXPECT_NEAR(each, c.y, 2e-6F * std::max(1.0F, std::abs(c.y)))
          << "function " << static_cast<int>(c.function) << " of " << c.x;
    }
    seen.at(static_cast<size_t>(c.function)) = true;
  }
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](bool s) { return s; }));
}

TEST(FloatBroadcast, IsTheDefinition) {
  std::mt19937 random(3);
  const std::vector<std::vector<Dimensions>> shapes = {
      {{2, 3, 4}, {2, 3, 4}},
      {{2, 3, 4}, {4}},
      {{2, 3, 4}, {3, 1}},
      {{2, 3, 4}, {1}},
      {{}, {2, 3}},
      {{2, 1, 4}, {3, 1}},
      {{1, 5, 1, 2}, {4, 1, 3, 1}},
      {{7}, {7}},
      {{}, {}},
      {{3, 1}, {1, 4}},
      {{2, 1, 1}, {1, 1, 6}},
      {{2, 3, 4, 5}, {1, 3, 1, 1}},
  };
  for (const LayerKind kind : {LayerKind::kAdd, LayerKind::kMultiply, LayerKind::kDivide,
                               LayerKind::kMaximum, LayerKind::kMinimum}) {
    for (const auto& pair : shapes) {
      NetworkBuilder builder;
      Layer layer;
      layer.kind = kind;
      layer.inputs = {builder.input(pair[0]), builder.input(pair[1])};
      layer.coefficients = {2.0F, -0.5F};
      const std::vector<float> a = random_reals(random, element_count(pair[0]));
      std::vector<float> b = random_reals(random, element_count(pair[1]));
      std::replace(b.begin(), b.end(), 0.0F, 1.0F);
      const uint32_t output = builder.add(layer);
      std::vector<float> expected;
      each_index(builder.network.tensors[output].shape, [&](const Index& index) {
        const float u = element(a, pair[0], index);
        const float v = element(b, pair[1], index);
        expected.push_back(kind == LayerKind::kAdd        ? 2 * u - v / 2
                           : kind == LayerKind::kMultiply ? u * v
                           : kind == LayerKind::kDivide   ? u / v
                           : kind == LayerKind::kMaximum  ? std::max(u, v)
                                                          : std::min(u, v));
      });
      expect_near(run_last(builder, {a, b}), expected, 1e-6F);
    }
  }
}

TEST(FloatBroadcast, AddsManyAndConstants) {
  NetworkBuilder builder;
  Layer layer;
  layer.kind = LayerKind::kAdd;
  layer.inputs = {builder.constant({2}, std::vector<float>{1, 2}), builder.input({2, 2}),
                  builder.constant({}, std::vector<float>{10})};
  layer.coefficients = {-1, 3, 1};
  builder.add(layer);
  EXPECT_EQ(run_last(builder, {{1, 1, 2, 0}}), (std::vector<float>{12, 11, 15, 8}));
}

TEST(FloatBroadcast, PReluHasSlopesByChannel) {
  NetworkBuilder builder;
  Layer layer;
  layer.kind = LayerKind::kPRelu;
  layer.inputs = {builder.input({1, 2, 2}), builder.constant({2, 1}, std::vector<float>{0.5F, 2})};
  builder.add(layer);
  EXPECT_EQ(run_last(builder, {{-2, 2, -2, 2}}), (std::vector<float>{-1, 2, -4, 2}));
}

TEST(RoundToCodes, RoundsHalvesToEvenAndClamps) {
  const CodeScale codes{0.5F, 3, false};
  // In steps: 0.5 → 0, 1.5 → 2, 2.5 → 2, −0.5 → 0, −1.5 → −2; the zero-point takes no part.
  std::vector<float> x = {0.25F, 0.75F, 1.25F, -0.25F, -0.75F, 1.3F, -1.5F, -9, 1e30F, kInf, -kInf};
  round_to_codes(codes, x);
  EXPECT_EQ(x, (std::vector<float>{0, 1, 1, 0, -1, 1.5F, -1.5F, -1.5F, 126, 126, -1.5F}));
}

TEST(CutToCodes, RoundsNothingWithinTheRange) {
  std::vector<float> x = {0.3F, -1.49F, -1.6F, 126, 126.1F, kInf, -kInf};
  cut_to_codes({0.5F, 3, false}, x);
  EXPECT_EQ(x, (std::vector<float>{0.3F, -1.49F, -1.5F, 126, 126, 126, -1.5F}));
}

TEST(RoundToCodes, TakesWhatIsNoNumberAsCodeZero) {
  std::vector<float> x = {std::nanf(""), 300};
  round_to_codes({1, 200, true}, x);
  EXPECT_EQ(x, (std::vector<float>{-200, 55}));
}

TEST(RoundToCodes, EveryCodeIsAFixedPoint) {
  for (const float scale : {0.0078125F, 0.023528F, 3e-38F, 1e30F}) {
    for (const int zero : {0, 3, 128, 255}) {
      for (int code = 0; code < 256; ++code) {
        std::vector<float> x = {scale * static_cast<float>(code - zero)};
        const float before = x[0];
        round_to_codes({scale, static_cast<uint8_t>(zero), false}, x);
        ASSERT_EQ(x[0], before) << scale << ' ' << zero << ' ' << code;
      }
    }
  }
}

}  // namespace
}  // namespace vouch
