// The columns of a circuit and the limits of their sizes.
#include "circuit/columns.h"

#include <gtest/gtest.h>

#include "circuit/random_circuit.h"

namespace vouch {
namespace {

class ColumnLimits : public ::testing::Test {
 protected:
  // Part of the reason, or "ok".
  static void expect(const Circuit& c, const std::string& reason) {
    const auto valid = validate(c);
    ASSERT_TRUE(valid.ok()) << valid.error().message;
    const auto r = validate_columns(Columns(c));
    if (reason == "ok") {
      EXPECT_TRUE(r.ok()) << r.error().message;
    } else {
      ASSERT_FALSE(r.ok());
      EXPECT_NE(r.error().message.find(reason), std::string::npos) << r.error().message;
    }
  }
  Circuit c_ = plain_circuit();
};

TEST_F(ColumnLimits, TheUnbrokenOne) { expect(c_, "ok"); }

TEST_F(ColumnLimits, RowsOfTheTables) {
  // Two tables of 2^25 rows and more: 2^26 slots.
  c_.shift = 24;
  c_.value_bits = 24;
  c_.proof_kappa = 11;
  expect(c_, "column m is larger");
  c_.proof_kappa = 12;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, RowsOfWeights) {
  c_.preparation = {};
  c_.tensors = {{{4096, 1, 1, 1}, 0, 0, 255}, {{4096, 1, 1, 1}, 0, 0, 255}};
  c_.ops = {{OpKind::kConv2d, {0}, {}}};  // 2^24 weights
  c_.model_kappa = 9;
  expect(c_, "column W is larger");
  c_.model_kappa = 10;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, SlotsOfWeights) {
  c_.preparation = {};
  c_.tensors = {{{65536, 1, 1, 1}, 0, 0, 255}, {{32768, 1, 1, 1}, 0, 0, 255}};
  c_.ops = {{OpKind::kConv2d, {0}, {}}};  // 2^31 weights
  c_.model_kappa = 16;
  expect(c_, "column W is larger");
}

TEST_F(ColumnLimits, RowsOfInput) {
  c_.preparation = {};
  c_.tensors = {{{2, 1, 2048, 1024}, 0, 0, 255}, {{2, 1, 4, 2}, 0, 0, 255}};
  c_.ops = {{OpKind::kDepthwiseConv2d, {0}, {512, 512, 512, 512}}};
  c_.proof_kappa = 7;
  expect(c_, "column D is larger");
  c_.proof_kappa = 8;
  expect(c_, "ok");
}

TEST_F(ColumnLimits, LookupsTimesTableRows) {
  // 15·2^24 activations: less than 2^30 lookups. Tables of 2^18 + 2^19 + 2^8 rows: 2^20 slots.
  c_.preparation = {};
  c_.proof_kappa = 16;
  c_.shift = 18;
  c_.value_bits = 18;
  c_.tensors = {{{1, 1, 1, 1}, 0, 0, 255}};
  c_.ops = {};
  for (uint32_t i = 0; i < 15; ++i) {
    c_.ops.push_back({OpKind::kWeightedSum, {i}, {}});
    c_.tensors.push_back({{1, 1, 4096, 4096}, 0, 0, 255});
  }
  c_.ops[0].window.pad_top = 512;
  c_.tensors[0].shape = {1, 1, 3584, 4096};
  c_.ops.push_back({OpKind::kConv2d, {15}, {512, 512, 512, 512}});
  c_.tensors.push_back({{1, 1, 8, 8}, 0, 0, 255});
  expect(c_, "ok");
  c_.value_bits = 19;
  expect(c_, "lookups × table rows exceed 2^50");
}

TEST(Columns, TablesAndTags) {
  Circuit c = plain_circuit();
  c.tensors[2].lo = 3;
  c.tensors[4].lo = 3;
  c.tensors[4].hi = 77;
  c.tensors[5].hi = 255;
  const Columns columns(c);
  const std::vector<ClampTable> expected{{0, 255}, {3, 255}, {3, 77}};
  EXPECT_EQ(columns.clamp_tables(), expected);
  const std::vector<size_t> tables{0, 1, 0, 2, 0};
  const Layout& m = columns.layout(Column::kM);
  ASSERT_EQ(m.bricks().size(), 5U);
  for (size_t op = 0; op < tables.size(); ++op) {
    EXPECT_EQ(columns.clamp_table_of(op), tables[op]);
    EXPECT_EQ(columns.tag_of(op), 3 + tables[op]);  // neither the range table's nor the plain one's
  }
  EXPECT_EQ(m.bricks()[0].extents, (Extents{1, 1, 1, 1U << 8}));
  EXPECT_EQ(m.bricks()[1].extents, (Extents{1, 1, 1, 1U << 13}));
  EXPECT_EQ(m.bricks()[4].extents, (Extents{1, 1, 1, 256}));
}

TEST(Columns, LayoutsHoldWhatTheOperatorsHave) {
  const Circuit c = plain_circuit();
  const Columns columns(c);
  EXPECT_EQ(&columns.layout(Column::kX), &columns.layout(Column::kE));
  const auto extents = [&](Column column, size_t i) {
    return columns.layout(column).bricks()[i].extents;
  };
  EXPECT_EQ(extents(Column::kX, 3), (Extents{4, 1, 3, 4}));
  EXPECT_EQ(extents(Column::kD, 0), (Extents{3, 1, 6, 7}));
  EXPECT_EQ(extents(Column::kW, 0), (Extents{4, 3, 3, 3}));
  EXPECT_EQ(extents(Column::kW, 1), (Extents{4, 1, 3, 3}));
  EXPECT_EQ(extents(Column::kW, 2), (Extents{1, 1, 1, 2}));
  EXPECT_EQ(extents(Column::kB, 0), (Extents{4, 1, 1, 1}));
  EXPECT_EQ(extents(Column::kB, 2), (Extents{1, 1, 1, 1}));
  EXPECT_EQ(columns.entries().bricks()[1].extents, (Extents{1, 4, 3, 3}));
  for (size_t op = 0; op < c.ops.size(); ++op) {
    const WeightCounts counts = weight_counts(c, op);
    EXPECT_EQ(counts.weights, columns.layout(Column::kW).bricks()[op].elements());
    EXPECT_EQ(counts.biases, columns.layout(Column::kB).bricks()[op].elements());
  }
  EXPECT_EQ(columns.kappa(Column::kW), 5U);
  EXPECT_EQ(columns.kappa(Column::kB), 5U);
  EXPECT_EQ(columns.kappa(Column::kX), 6U);
  EXPECT_EQ(columns.kappa(Column::kD), 6U);
  EXPECT_EQ(columns.max_kappa(), 6U);
  for (const Column column : kAllColumns) {
    EXPECT_GE(columns.layout(column).bits(), columns.kappa(column));
  }
}

}  // namespace
}  // namespace vouch
