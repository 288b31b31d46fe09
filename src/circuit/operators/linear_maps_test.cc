#include "circuit/operators/linear_maps.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "circuit/operators/operator_definition.h"

namespace vouch {
namespace {

TEST(AxisMaps, FewRuns) {
  EXPECT_EQ(slice_axis(4, 7, -2).runs, (std::vector<AxisRun>{{0, 1, 7, -2, 4, 1}}));
  EXPECT_EQ(pad_axis(5, 2, 1).runs, (std::vector<AxisRun>{{2, 1, 0, 1, 5, 1}}));
  EXPECT_EQ(pad_axis(5, -1, -1).runs, (std::vector<AxisRun>{{0, 1, 1, 1, 3, 1}}));
  EXPECT_EQ(repeat_axis(6).runs, (std::vector<AxisRun>{{0, 1, 0, 0, 6, 1}}));
  EXPECT_EQ(sum_axis(6).runs, (std::vector<AxisRun>{{0, 0, 0, 1, 6, 1}}));
  const std::vector<AxisEntry> entries{{0, 3, 2}, {1, 3, 2}, {2, 3, 2}, {3, 0, 2}, {4, 0, -5}};
  EXPECT_EQ(axis_map(entries).runs,
            (std::vector<AxisRun>{{0, 1, 3, 0, 3, 2}, {3, 1, 0, 1, 1, 2}, {4, 1, 0, 1, 1, -5}}));
}

TEST(AxisMaps, EveryEntryOnce) {
  std::vector<AxisEntry> entries;
  for (uint32_t i = 0; i < 40; ++i) {
    entries.push_back({i * 7 % 40, i * i % 23, static_cast<int16_t>(1 + i % 2)});
  }
  const AxisMap map = axis_map(entries);
  for (const AxisEntry& entry : entries) {
    EXPECT_EQ(entry_of(map, entry.out, entry.in), entry.coefficient);
  }
}

// Every output is the sum over the elements inside its window, with the weight of their number.
TEST(AveragePool, CountsWhatIsInside) {
  const Window windows[] = {
      {3, 3, 2, 2, 1, 0, 1, 1}, {2, 4, 1, 3, 0, 0, 2, 1}, {5, 5, 1, 1, 0, 0, 0, 0}, {2, 2, 2, 2}};
  for (const Window& w : windows) {
    const Shape input{1, 1, 6, 7};
    const PoolTerms pool = average_pool_terms(w, input).value();
    OperatorShape s{OpKind::kLinearMap, {}, {input}, pool.output, pool.terms};
    const OperatorShape window{OpKind::kConv2d, w, {input}, pool.output, {}};
    for (const Position& p : positions_of(pool.output)) {
      std::map<size_t, int64_t> found;
      std::set<size_t> weights;
      for (const ProductOfSum& product : products_of(s, p)) {
        found[flat_index(input, product.element)] += product.coefficient;
        weights.insert(product.weight);
      }
      std::map<size_t, int64_t> expected;
      for (const TapRead& read : reads_of(window, p.row, p.column)) {
        ++expected[flat_index(input, {0, 0, read.row, read.column})];
      }
      EXPECT_EQ(found, expected);
      ASSERT_EQ(weights.size(), 1U);
      EXPECT_EQ(pool.elements[*weights.begin()], expected.size());
    }
    EXPECT_EQ(std::set(pool.elements.begin(), pool.elements.end()).size(), pool.elements.size());
  }
}

TEST(AveragePool, Refusals) {
  EXPECT_FALSE(average_pool_terms({2, 2, 1, 1, 2, 0, 0, 0}, {1, 1, 4, 4}).ok());  // an empty window
  EXPECT_FALSE(average_pool_terms({5, 2}, {1, 1, 4, 4}).ok());
  Window transposed{2, 2};
  transposed.transposed = true;
  EXPECT_FALSE(average_pool_terms(transposed, {1, 1, 4, 4}).ok());
}

TEST(LinearMap, InputsHaveOneBatch) {
  EXPECT_TRUE(output_shape(sum_of({0, 1}), {{1, 2, 3, 4}, {1, 2, 3, 4}}, {1, 2, 3, 4}).ok());
  EXPECT_FALSE(output_shape(sum_of({0, 1}), {{1, 2, 3, 4}, {1, 1, 3, 4}}, {1, 2, 3, 4}).ok());
}

TEST(Terms, Reach) {
  MapTerm term;
  EXPECT_EQ(reach(term, {3, 1, 4, 5}), 1U);
  term.maps[1].runs = {{0, 0, 0, 1, 4, -3}, {1, 1, 0, 1, 2, 5}};
  term.maps[2] = sum_axis(7);
  EXPECT_EQ(reach(term, {3, 1, 4, 1}), 12U * 7);
  EXPECT_FALSE(is_positive(term));
  term.maps[1].runs[0].coefficient = 3;
  EXPECT_TRUE(is_positive(term));
}

}  // namespace
}  // namespace vouch
