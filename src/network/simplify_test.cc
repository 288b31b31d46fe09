#include "network/simplify.h"

#include "network/network_checks.h"
#include "network/validate.h"

namespace vouch {
namespace {

Layer transposition(uint32_t x, std::vector<uint32_t> axes) {
  Layer layer;
  layer.kind = LayerKind::kTranspose;
  layer.inputs = {x};
  layer.axes = std::move(axes);
  return layer;
}

uint32_t reshaped(NetworkBuilder& builder, uint32_t x, Dimensions to) {
  Layer layer;
  layer.kind = LayerKind::kReshape;
  layer.inputs = {x};
  return builder.add(layer, std::nullopt, std::move(to));
}

uint32_t copied(NetworkBuilder& builder, uint32_t x,
                std::optional<CodeScale> codes = std::nullopt) {
  Layer layer;
  layer.inputs = {x};
  return builder.add(layer, codes);
}

std::vector<LayerKind> kinds(const Network& network) {
  std::vector<LayerKind> all;
  for (const Layer& layer : network.layers) {
    all.push_back(layer.kind);
  }
  return all;
}

// simplify leaves layers of these kinds, and exactly the same values.
void expect_simplifies_to(const std::vector<LayerKind>& expected, NetworkBuilder& builder) {
  Network& network = builder.network;
  if (network.outputs.empty()) {
    network.outputs = {network.layers.back().output};
  }
  std::mt19937 random(13);
  std::vector<std::vector<float>> x;
  for (const uint32_t input : network.inputs) {
    x.push_back(random_reals(random, element_count(network.tensors[input].shape)));
  }
  const std::vector<float> before = run_network(network, x);
  simplify(network);
  ASSERT_TRUE(validate(network).ok()) << validate(network).error().message;
  EXPECT_EQ(kinds(network), expected);
  EXPECT_EQ(run_network(network, x), before);
}

TEST(Simplify, MergesTranspositions) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({2, 3, 4, 5});
  const uint32_t y = builder.add(transposition(x, {0, 2, 3, 1}));
  builder.add(transposition(y, {1, 3, 0, 2}));
  expect_simplifies_to({LayerKind::kTranspose}, builder);
  EXPECT_EQ(builder.network.layers[0].axes, (std::vector<uint32_t>{2, 1, 0, 3}));
}

TEST(Simplify, TranspositionsThatCancelVanish) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({2, 3, 4, 5});
  const uint32_t y = builder.add(transposition(x, {0, 2, 3, 1}));
  const uint32_t z = builder.add(transposition(y, {0, 3, 1, 2}));
  builder.add(LayerKind::kUnary, {z});
  expect_simplifies_to({LayerKind::kUnary}, builder);
}

TEST(Simplify, ATranspositionOfSingleElementsIsAReshape) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({2, 3, 1, 1});
  const uint32_t y = builder.add(transposition(x, {0, 2, 3, 1}));
  builder.add(LayerKind::kUnary, {reshaped(builder, y, {6})});
  expect_simplifies_to({LayerKind::kReshape, LayerKind::kUnary}, builder);
}

TEST(Simplify, ReshapesMergeAndVanish) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({2, 6});
  const uint32_t y = reshaped(builder, reshaped(builder, x, {3, 4}), {12});
  const uint32_t back = reshaped(builder, y, {2, 6});
  builder.add(LayerKind::kAdd, {reshaped(builder, y, {2, 6}), back});
  expect_simplifies_to({LayerKind::kAdd}, builder);
  EXPECT_EQ(builder.network.tensors.size(), 2U);
}

TEST(Simplify, CopiesVanishButNotRequantisations) {
  const CodeScale fine{0.01F, 128, false};
  const CodeScale coarse{0.5F, 128, false};
  NetworkBuilder builder;
  const uint32_t x = builder.input({20}, fine);
  const uint32_t same = copied(builder, copied(builder, x, fine));
  const uint32_t rounded = copied(builder, same, coarse);
  builder.add(LayerKind::kUnary, {copied(builder, rounded)});
  expect_simplifies_to({LayerKind::kIdentity, LayerKind::kUnary}, builder);
}

TEST(Simplify, DoesNotMergeAcrossARounding) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({2, 3});
  const uint32_t y = builder.add(transposition(x, {1, 0}), CodeScale{0.5F, 128, false});
  builder.add(transposition(y, {1, 0}));
  expect_simplifies_to({LayerKind::kTranspose, LayerKind::kTranspose}, builder);
}

TEST(Simplify, AbsorbsRounding) {
  const CodeScale codes{0.25F, 100, false};
  NetworkBuilder builder;
  const uint32_t x = builder.input({20});
  const uint32_t y = builder.add(LayerKind::kUnary, {x});
  copied(builder, y, codes);
  expect_simplifies_to({LayerKind::kUnary}, builder);
  EXPECT_EQ(builder.network.tensors[builder.network.outputs[0]].codes, codes);
}

TEST(Simplify, DoesNotAbsorbWhatOthersRead) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({20});
  const uint32_t y = builder.add(LayerKind::kUnary, {x});
  const uint32_t z = copied(builder, y, CodeScale{0.25F, 100, false});
  builder.add(LayerKind::kAdd, {y, z});
  expect_simplifies_to({LayerKind::kUnary, LayerKind::kIdentity, LayerKind::kAdd}, builder);
}

TEST(Simplify, RemovesWhatLeadsNowhere) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({4});
  builder.input({7});
  const uint32_t c = builder.constant({4}, std::vector<float>{1, 2, 3, 4});
  builder.constant({2}, std::vector<float>{5, 6});
  const uint32_t dead = builder.add(LayerKind::kUnary, {x});
  builder.add(LayerKind::kAdd, {dead, c});
  builder.network.outputs = {builder.add(LayerKind::kMultiply, {x, c})};
  builder.add(LayerKind::kUnary, {dead});
  expect_simplifies_to({LayerKind::kMultiply}, builder);
  EXPECT_EQ(builder.network.tensors.size(), 4U);
  EXPECT_EQ(builder.network.constants.size(), 1U);
  EXPECT_EQ(builder.network.inputs.size(), 2U);
}

TEST(Simplify, AnOutputMayBeACopyOfAnInput) {
  NetworkBuilder builder;
  copied(builder, builder.input({4}));
  expect_simplifies_to({}, builder);
}

}  // namespace
}  // namespace vouch
