#include "network/float_moves.h"

#include <algorithm>
#include <numeric>

#include "network/network_checks.h"

namespace vouch {
namespace {

// 0, 1, 2, …: every element tells where it came from.
std::vector<float> numbered(const Dimensions& extents) {
  std::vector<float> values(element_count(extents));
  std::iota(values.begin(), values.end(), 0.0F);
  return values;
}

// What a layer makes of numbered elements against f(index of the output) = index of the input, or
// nothing for a pad.
void expect_moves(Layer layer, const Dimensions& x, const Dimensions& y,
                  const std::function<std::optional<Index>(const Index&)>& f) {
  NetworkBuilder builder;
  layer.inputs = {builder.input(x)};
  builder.add(layer, std::nullopt, y);
  ASSERT_EQ(builder.network.tensors.back().shape, y);
  const std::vector<float> values = numbered(x);
  std::vector<float> expected;
  each_index(y, [&](const Index& index) {
    const std::optional<Index> from = f(index);
    expected.push_back(from ? element(values, x, *from) : layer.pad_value);
  });
  EXPECT_EQ(run_last(builder, {values}), expected);
}

TEST(FloatMoves, Transposes) {
  Layer layer;
  layer.kind = LayerKind::kTranspose;
  layer.axes = {0, 1, 2, 3};
  do {
    const Dimensions x = {2, 3, 1, 4};
    Dimensions y;
    for (const uint32_t axis : layer.axes) {
      y.push_back(x[axis]);
    }
    expect_moves(layer, x, y, [&](const Index& index) {
      Index from(4);
      for (size_t i = 0; i < 4; ++i) {
        from[layer.axes[i]] = index[i];
      }
      return from;
    });
  } while (std::next_permutation(layer.axes.begin(), layer.axes.end()));
}

TEST(FloatMoves, SlicesForwardsAndBackwards) {
  Layer layer;
  layer.kind = LayerKind::kSlice;
  layer.first = {1, 6, 0};
  layer.step = {1, -3, 2};
  expect_moves(layer, {3, 7, 5}, {2, 3, 3}, [](const Index& i) {
    return Index{1 + i[0], 6 - 3 * i[1], 2 * i[2]};
  });
}

TEST(FloatMoves, Expands) {
  Layer layer;
  layer.kind = LayerKind::kExpand;
  expect_moves(layer, {3, 1}, {2, 3, 4}, [](const Index& i) { return Index{i[1], 0}; });
  expect_moves(layer, {}, {2, 2}, [](const Index&) { return Index{}; });
}

TEST(FloatMoves, Gathers) {
  Layer layer;
  layer.kind = LayerKind::kGather;
  layer.indices = {3, 0, 0, 1, 2};
  layer.axes = {1};
  expect_moves(layer, {2, 4, 3}, {2, 5, 3}, [&](const Index& i) {
    return Index{i[0], layer.indices[i[1]], i[2]};
  });
  layer.axes = {0};
  expect_moves(layer, {4}, {5}, [&](const Index& i) { return Index{layer.indices[i[0]]}; });
}

TEST(FloatMoves, PadsWithAConstantOrCuts) {
  Layer layer;
  layer.kind = LayerKind::kPad;
  layer.begin = {2, -1, 0};
  layer.end = {0, 2, 1};
  layer.pad_value = -5;
  expect_moves(layer, {2, 3, 2}, {4, 4, 3}, [](const Index& i) -> std::optional<Index> {
    if (i[0] < 2 || i[1] + 1 > 2 || i[2] > 1) {
      return std::nullopt;
    }
    return Index{i[0] - 2, i[1] + 1, i[2]};
  });
}

TEST(FloatMoves, PadsInFurtherModes) {
  const auto padded = [](PadMode mode) {
    NetworkBuilder builder;
    Layer layer;
    layer.kind = LayerKind::kPad;
    layer.pad_mode = mode;
    layer.begin = {2};
    layer.end = {2};
    layer.inputs = {builder.input({3})};
    builder.add(layer);
    return run_last(builder, {{1, 2, 3}});
  };
  EXPECT_EQ(padded(PadMode::kReflect), (std::vector<float>{3, 2, 1, 2, 3, 2, 1}));
  EXPECT_EQ(padded(PadMode::kEdge), (std::vector<float>{1, 1, 1, 2, 3, 3, 3}));
  EXPECT_EQ(padded(PadMode::kWrap), (std::vector<float>{2, 3, 1, 2, 3, 1, 2}));
  EXPECT_EQ(padded(PadMode::kConstant), (std::vector<float>{0, 0, 1, 2, 3, 0, 0}));
}

TEST(FloatMoves, ConcatenatesActivationsAndConstants) {
  NetworkBuilder builder;
  Layer layer;
  layer.kind = LayerKind::kConcat;
  layer.axes = {1};
  layer.inputs = {builder.input({2, 1, 2}), builder.constant({2, 2, 2}, numbered({2, 2, 2})),
                  builder.input({2, 1, 2})};
  builder.add(layer);
  EXPECT_EQ(run_last(builder, {{10, 11, 12, 13}, {20, 21, 22, 23}}),
            (std::vector<float>{10, 11, 0, 1, 2, 3, 20, 21, 12, 13, 4, 5, 6, 7, 22, 23}));
}

}  // namespace
}  // namespace vouch
