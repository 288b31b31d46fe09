#include "network/fold.h"

#include "network/network_checks.h"
#include "network/validate.h"

namespace vouch {
namespace {

// The same outputs as before, from `layers` layers.
void expect_folds_to(size_t layers, NetworkBuilder& builder, std::mt19937& random) {
  Network& network = builder.network;
  network.outputs = {network.layers.back().output};
  const std::vector<float> x =
      random_reals(random, element_count(network.tensors[network.inputs[0]].shape));
  const std::vector<float> before = run_network(network, {x});
  fold_affine(network);
  ASSERT_TRUE(validate(network).ok()) << validate(network).error().message;
  EXPECT_EQ(network.layers.size(), layers);
  expect_near(run_network(network, {x}), before, 1e-4F);
}

uint32_t reals(NetworkBuilder& builder, std::mt19937& random, const Dimensions& extents) {
  std::vector<float> values = random_reals(random, element_count(extents));
  for (float& v : values) {
    v = v == 0 ? 1 : v;
  }
  return builder.constant(extents, values);
}

struct Norm {
  uint32_t channel_axis;
  uint32_t groups;
  bool transposed;
  bool biased;
};

// A batch normalisation as frameworks leave it: ((y − mean)/deviation)·γ + β.
TEST(FoldAffine, BatchNormalisationIntoConvolution) {
  std::mt19937 random(8);
  for (const Norm& c : std::vector<Norm>{{1, 1, false, false},
                                         {3, 1, false, true},
                                         {1, 2, false, true},
                                         {1, 4, false, false},
                                         {1, 1, true, true},
                                         {3, 2, true, false}}) {
    NetworkBuilder builder;
    Layer conv;
    conv.kind = LayerKind::kConvolution;
    conv.channel_axis = c.channel_axis;
    conv.groups = c.groups;
    conv.transposed = c.transposed;
    conv.window.kernel_rows = 3;
    conv.window.kernel_columns = 2;
    const uint32_t out = 8;
    const Dimensions w =
        c.transposed ? Dimensions{4, out / c.groups, 3, 2} : Dimensions{out, 4 / c.groups, 3, 2};
    conv.inputs = {
        builder.input(c.channel_axis == 1 ? Dimensions{2, 4, 5, 6} : Dimensions{2, 5, 6, 4}),
        reals(builder, random, w)};
    if (c.biased) {
      conv.inputs.push_back(reals(builder, random, {out}));
    }
    const Dimensions channels = c.channel_axis == 1 ? Dimensions{out, 1, 1} : Dimensions{out};
    uint32_t y = builder.add(conv);
    Layer minus;
    minus.kind = LayerKind::kAdd;
    minus.coefficients = {1, -1};
    minus.inputs = {y, reals(builder, random, channels)};
    y = builder.add(minus);
    y = builder.add(LayerKind::kDivide, {y, reals(builder, random, channels)});
    y = builder.add(LayerKind::kMultiply, {reals(builder, random, channels), y});
    y = builder.add(LayerKind::kAdd,
                    {y, reals(builder, random, channels), reals(builder, random, {})});
    builder.add(LayerKind::kUnary, {y});
    expect_folds_to(2, builder, random);
  }
}

TEST(FoldAffine, BiasIntoProduct) {
  std::mt19937 random(9);
  NetworkBuilder builder;
  const uint32_t y =
      builder.add(LayerKind::kMatMul, {builder.input({2, 3, 4}), reals(builder, random, {4, 5})});
  const uint32_t scaled = builder.add(LayerKind::kMultiply, {y, reals(builder, random, {1, 5})});
  builder.add(LayerKind::kAdd, {reals(builder, random, {5}), scaled});
  expect_folds_to(1, builder, random);
  EXPECT_EQ(builder.network.layers[0].inputs.size(), 3U);
}

TEST(FoldAffine, KeepsTheCodesOfTheLast) {
  std::mt19937 random(10);
  NetworkBuilder builder;
  const uint32_t y =
      builder.add(LayerKind::kMatMul, {builder.input({2, 4}), reals(builder, random, {4, 5})});
  Layer add;
  add.kind = LayerKind::kAdd;
  add.coefficients = {1, 1};
  add.inputs = {y, reals(builder, random, {5})};
  builder.add(add, CodeScale{0.125F, 9, true});
  expect_folds_to(1, builder, random);
  EXPECT_EQ(builder.network.tensors[builder.network.outputs[0]].codes,
            (CodeScale{0.125F, 9, true}));
}

// What must stay: each of these would change what is computed, or the file's own integers.
TEST(FoldAffine, LeavesWhatIsNotItsOwn) {
  std::mt19937 random(11);
  const auto product = [&](NetworkBuilder& builder, std::optional<CodeScale> codes) {
    Layer layer;
    layer.kind = LayerKind::kMatMul;
    layer.inputs = {builder.input({5, 5}), reals(builder, random, {5, 5})};
    return builder.add(layer, codes);
  };
  {
    NetworkBuilder builder;  // codes in between
    const uint32_t y = product(builder, CodeScale{0.1F, 128, false});
    builder.add(LayerKind::kMultiply, {y, reals(builder, random, {5})});
    expect_folds_to(2, builder, random);
  }
  {
    NetworkBuilder builder;  // another reader
    const uint32_t y = product(builder, std::nullopt);
    const uint32_t z = builder.add(LayerKind::kMultiply, {y, reals(builder, random, {5})});
    builder.add(LayerKind::kAdd, {y, z});
    expect_folds_to(3, builder, random);
  }
  {
    NetworkBuilder builder;  // by rows
    const uint32_t y = product(builder, std::nullopt);
    builder.add(LayerKind::kMultiply, {y, reals(builder, random, {5, 1})});
    expect_folds_to(2, builder, random);
  }
  {
    NetworkBuilder builder;  // grows
    const uint32_t y = product(builder, std::nullopt);
    builder.add(LayerKind::kMultiply, {y, reals(builder, random, {3, 1, 1})});
    expect_folds_to(2, builder, random);
  }
  {
    NetworkBuilder builder;  // divides a constant
    const uint32_t y = product(builder, std::nullopt);
    builder.add(LayerKind::kDivide, {reals(builder, random, {5}), y});
    expect_folds_to(2, builder, random);
  }
  {
    NetworkBuilder builder;  // the product with itself
    const uint32_t y = product(builder, std::nullopt);
    builder.add(LayerKind::kMultiply, {y, y});
    expect_folds_to(2, builder, random);
  }
  {
    NetworkBuilder builder;  // integers take an addend, and no factor
    const uint32_t w =
        builder.constant({5, 2}, Constant{{}, std::vector<int32_t>(10, 3), {0.5F}, 0});
    const uint32_t y = builder.add(LayerKind::kMatMul, {builder.input({5, 5}), w});
    const uint32_t z = builder.add(LayerKind::kAdd, {y, reals(builder, random, {2})});
    builder.add(LayerKind::kMultiply, {z, reals(builder, random, {2})});
    expect_folds_to(2, builder, random);
    EXPECT_EQ(builder.network.layers[0].inputs[1], w);
  }
}

TEST(FoldAffine, LeavesSharedWeightsToOthers) {
  std::mt19937 random(12);
  NetworkBuilder builder;
  const uint32_t x = builder.input({5, 5});
  const uint32_t w = reals(builder, random, {5, 5});
  const uint32_t y = builder.add(LayerKind::kMatMul, {x, w});
  const uint32_t z = builder.add(LayerKind::kMultiply, {y, reals(builder, random, {5})});
  builder.add(LayerKind::kMatMul, {z, w});
  expect_folds_to(2, builder, random);
}

}  // namespace
}  // namespace vouch
