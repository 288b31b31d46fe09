#include "network/endings.h"

#include <gtest/gtest.h>

#include "network/network_builder.h"

namespace vouch {
namespace {

Layer ranking(LayerKind kind, uint32_t x) {
  Layer layer;
  layer.kind = kind;
  layer.inputs = {x};
  layer.axes = {1};
  layer.type_name = "Rank";
  layer.name = "r";
  return layer;
}

TEST(Endings, RankingsAndMovesAtTheEnd) {
  for (const LayerKind kind :
       {LayerKind::kSoftmax, LayerKind::kLogSoftmax, LayerKind::kArgMax, LayerKind::kTopK}) {
    NetworkBuilder builder;
    const uint32_t x = builder.add(LayerKind::kUnary, {builder.input({1, 4})});
    const Dimensions shape = kind == LayerKind::kArgMax ? Dimensions{1, 1} : Dimensions{};
    const uint32_t y = builder.add(ranking(kind, x), std::nullopt, shape);
    const uint32_t z = builder.add(LayerKind::kIdentity, {y});
    builder.add(LayerKind::kUnary, {x});  // beside it
    builder.add(ranking(LayerKind::kSoftmax, z));
    EXPECT_TRUE(only_ranks(kind));
    EXPECT_TRUE(check_endings(builder.network).ok());
  }
  EXPECT_FALSE(only_ranks(LayerKind::kReduceMax));
}

TEST(Endings, NothingComputesWithARanking) {
  NetworkBuilder builder;
  const uint32_t x = builder.input({1, 4});
  const uint32_t y = builder.add(ranking(LayerKind::kSoftmax, x));
  const uint32_t z = builder.add(LayerKind::kIdentity, {y});
  Layer product;
  product.kind = LayerKind::kMultiply;
  product.inputs = {x, z};
  product.type_name = "Mul";
  product.name = "p";
  builder.add(product);
  const Result<void> checked = check_endings(builder.network);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().message,
            "Rank 'r': Mul 'p' computes with its result, as attention does; it is only supported "
            "at the end of a model, so cut the model before it");
}

}  // namespace
}  // namespace vouch
